"""Pictures as public pages ask for them: in three widths, three forms, whole or cut. Made once and kept beside the originals.

A cut keeps the point of the picture that somebody named (`StoredFile.focus_x`, `focus_y`, in hundredths of its width and height).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.urls import reverse

from yingzao.core.media import images
from yingzao.core.media.images import Box
from yingzao.core.media.keeping import keep, read_bytes
from yingzao.core.models import StoredFile

WIDTHS = {"whole": (480, 960, 1600), "wide": (480, 960, 1600), "square": (320, 640)}
RATIOS = {"wide": (16, 9), "square": (1, 1)}
FORMS = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
NAME = rf"(?:{'|'.join(WIDTHS)})-[0-9]{{3,4}}\.(?:{'|'.join(FORMS)})"
_making = threading.BoundedSemaphore(2)  # a picture that is decoded is large


@dataclass(frozen=True, slots=True)
class Rendition:
    """`width` is the one that the address names; the picture is `shown` wide and `height` high, less where the original is
    smaller."""

    shape: str
    width: int
    form: str
    shown: int
    height: int

    @property
    def name(self) -> str:
        return f"{self.shape}-{self.width}.{self.form}"

    @property
    def media_type(self) -> str:
        return FORMS[self.form]


def renditions_of(stored: StoredFile, shape: str, form: str) -> list[Rendition]:
    """In rising width, up to the first that the picture fills no more. Empty for what is no picture."""
    found: list[Rendition] = []
    if not stored.width or not stored.height:
        return found
    box = box_of(stored, shape)
    for width in WIDTHS[shape]:
        shown = min(width, box.width)
        found.append(Rendition(shape, width, form, shown, max(1, round(box.height * shown / box.width))))
        if width >= box.width:
            break
    return found


def named(stored: StoredFile, name: str) -> Rendition | None:
    """The rendition that an address names; None for a shape, width or form that is not offered. A width above what the
    picture fills is its largest."""
    shape, _dash, rest = name.partition("-")
    width, _dot, form = rest.partition(".")
    if shape not in WIDTHS or form not in FORMS or width not in map(str, WIDTHS[shape]):
        return None
    offered = renditions_of(stored, shape, form)
    return next((one for one in offered if one.width >= int(width)), offered[-1] if offered else None)


def box_of(stored: StoredFile, shape: str) -> Box:
    """What is kept of a picture: the largest of the ratio, its middle as near to the point of focus as the edges let it."""
    width, height = stored.width or 1, stored.height or 1
    if shape not in RATIOS:
        return Box(0, 0, width, height)
    across, down = RATIOS[shape]
    wide = min(width, max(1, height * across // down))
    high = min(height, max(1, width * down // across))
    left = round(width * stored.focus_x / 100 - wide / 2)
    top = round(height * stored.focus_y / 100 - high / 2)
    return Box(min(max(left, 0), width - wide), min(max(top, 0), height - high), wide, high)


def address_of(stored: StoredFile, rendition: Rendition) -> str:
    return reverse("media:rendition", args=[stored.code, rendition.name])


def folder_of(sha256: str) -> str:
    return f"renditions/{sha256[:2]}/{sha256}"


def path_of(stored: StoredFile, rendition: Rendition) -> str:
    cut = f"-{stored.focus_x}x{stored.focus_y}" if rendition.shape in RATIOS else ""
    return f"{folder_of(stored.sha256)}/{rendition.shape}-{rendition.width}{cut}.{rendition.form}"


def ensure(stored: StoredFile, rendition: Rendition) -> str:
    """Make it where it is missing, and return its path. Raises FileNotFoundError when the original is gone."""
    path = path_of(stored, rendition)
    if not default_storage.exists(path):
        with _making:
            _make(stored, [rendition], read_bytes(stored))
    return path


def read(stored: StoredFile, name: str) -> bytes:
    """The bytes of one that is named as its address is; b"" where there is none, or the original is gone."""
    wanted = named(stored, name)
    if wanted is None:
        return b""
    try:
        with default_storage.open(ensure(stored, wanted), "rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return b""


def make_all(stored: StoredFile) -> int:
    """Every rendition that a page may ask for; how many were made now. Nothing where the bytes are gone or are no picture."""
    wanted = [one for shape in WIDTHS for form in FORMS for one in renditions_of(stored, shape, form)]
    missing = [one for one in wanted if not default_storage.exists(path_of(stored, one))]
    if missing:
        try:
            data = read_bytes(stored)
        except FileNotFoundError:
            return 0
        with _making:
            _make(stored, missing, data)
    return len(missing)


def _make(stored: StoredFile, wanted: list[Rendition], data: bytes) -> None:
    drawn: dict[tuple[str, int], images.Drawn] = {}
    for one in wanted:
        key = (one.shape, one.width)
        if key not in drawn:
            drawn[key] = images.draw(data, box_of(stored, one.shape), width=one.shown, height=one.height)
        keep(path_of(stored, one), images.written_as(drawn[key], one.form))
    # somebody may have taken the picture away while it was drawn: nothing of it is left behind then
    if not StoredFile.objects.filter(sha256=stored.sha256).exists():
        remove_all(stored.sha256)


def remove_all(sha256: str) -> None:
    """Every size and form of a picture, also those cut at a point that is no longer the focus."""
    folder = folder_of(sha256)
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
