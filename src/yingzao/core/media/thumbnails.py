"""Smaller copies of pictures, and pictures of pages, made when first asked for and kept beside the originals."""

from collections.abc import Callable

from django.core.files.storage import default_storage

from yingzao.core.media import images
from yingzao.core.media.keeping import keep, read_bytes
from yingzao.core.models import StoredFile

WIDTHS = (160, 320, 640, 1280)


def path_at(stored: StoredFile, width: int) -> str:
    """Where the picture lies at this width; the picture itself where it is no wider."""
    if stored.width is None or stored.width <= width:
        return stored.path
    return f"thumbnails/{width}/{stored.path}"


def ensure(stored: StoredFile, width: int) -> str:
    """Make the copy when it is missing, and return its path. Raises FileNotFoundError when the original is gone."""
    path = path_at(stored, width)
    if path != stored.path and not default_storage.exists(path):
        edge = max(width, round((stored.height or 0) * width / (stored.width or 1)))
        keep(path, images.re_encode(read_bytes(stored), longest_edge=edge, media_type=stored.media_type).data)
    return path


def drawn_path(stored: StoredFile) -> str:
    """Where the picture of a page lies, once somebody asked for it."""
    return f"drawn/{stored.path}.png"


def ensure_drawn(stored: StoredFile, draw: Callable[[bytes], bytes]) -> str:
    """The path of a PNG that `draw` makes of the file's bytes, once. Raises FileNotFoundError when they are gone."""
    path = drawn_path(stored)
    if not default_storage.exists(path):
        keep(path, draw(read_bytes(stored)))
    return path
