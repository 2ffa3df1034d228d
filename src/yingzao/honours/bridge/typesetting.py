"""Setting a certificate: words and a look in, PDF bytes or a picture out. The same words and look give the same bytes.

The font comes with the package and is the only one used, so that a certificate looks the same wherever it was made. A
character that the font lacks is refused by name: nobody's name may come out as an empty box.
"""

import datetime as dt
import hashlib
import io
import json
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import segno
import typst
from django.utils.translation import gettext as _

from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.fonts import missing_characters
from yingzao.honours.rules.layout import Facts, Layout, filled
from yingzao.honours.rules.layout_problems import Box

ROOM = Path(__file__).resolve().parent.parent
FONTS = ROOM / "fonts"
FONT = FONTS / "NotoSerifSC-SemiBold.ttf"
TEMPLATE = ROOM / "templates" / "honours" / "certificate.typ"
DIGITS = "〇一二三四五六七八九"
PREVIEW_DPI, PICTURE_DPI = 90, 150
PICTURE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("issued.pdf", format: "pdf")\n'
LOOKS_KEPT = 4  # compilers with their pictures


@dataclass(frozen=True)
class Look:
    """A layout with its pictures' bytes: `background`, `seal`, `signature`, as many as there are."""

    layout: Layout
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def key(self) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((name, hashlib.sha256(data).hexdigest()) for name, data in self.pictures.items()))


@dataclass(frozen=True)
class CertificateWords:
    """What one certificate says. `seal` has four characters; `link` is what the QR code says."""

    facts: Facts
    seal: str
    link: str
    issued_on: dt.date

    def text(self, layout: Layout, key: str) -> str:
        """A field as it is read on this certificate; empty where it is hidden."""
        spot = layout.spot(key)
        return filled(spot.text, self.facts).strip() if spot.show else ""


def chinese_day(day: dt.date) -> str:
    """二〇二二年一月十日, as certificates are dated."""

    def count(number: int) -> str:
        tens, ones = divmod(number, 10)
        return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")

    year = "".join(DIGITS[int(digit)] for digit in f"{day.year}")
    return f"{year}年{count(day.month)}月{count(day.day)}日"


def require_drawable(text: str) -> None:
    """Raises Refused naming the first character that the font lacks."""
    if missing := missing_characters(text, FONT):
        raise Refused(
            _(
                "The certificate's font has no “%(character)s” (%(code)s), which stands in “%(text)s”. Nothing was issued."
            )
            % {"character": missing[0], "code": f"U+{ord(missing[0]):04X}", "text": text},
            code="missing_glyph",
        )


class _Press:
    """A compiler that has a look's pictures beside its template, and is used by one at a time."""

    def __init__(self, look: Look) -> None:
        self.turn = threading.Lock()
        self.folder = tempfile.TemporaryDirectory(prefix="yingzao-certificate-")
        root = Path(self.folder.name)
        shutil.copyfile(TEMPLATE, root / TEMPLATE.name)
        for name, data in look.pictures.items():
            (root / name).write_bytes(data)
        self.compiler = typst.Compiler(
            str(root / TEMPLATE.name), root=str(root), font_paths=[str(FONTS)], ignore_system_fonts=True
        )


_presses: dict[tuple[tuple[str, str], ...], _Press] = {}
_choosing = threading.Lock()


@contextmanager
def _press(look: Look) -> Iterator[typst.Compiler]:
    with _choosing:
        press = _presses.pop(look.key, None) or _Press(look)
        _presses[look.key] = press  # the newest stands last
        while len(_presses) > LOOKS_KEPT:
            del _presses[next(iter(_presses))]
    with press.turn:
        yield press.compiler


def _sheet(words: CertificateWords, look: Look, *, measure: bool) -> str:
    """What the template reads, as JSON."""
    layout, day = look.layout, words.issued_on
    qr = io.BytesIO()
    segno.make(words.link, error="m").save(
        qr, kind="svg", border=0, dark="#2b2622", svgns=True, xmldecl=False
    )
    fields: list[dict[str, Any]] = []
    for spot in layout.shown:
        place: dict[str, Any] = {
            "key": spot.key,
            "x": float(spot.x),
            "y": float(spot.y),
            "width": float(spot.width),
            "picture": f"/{spot.key}" if spot.key in look.pictures else None,
        }
        if not spot.is_picture:
            place |= {
                "text": words.text(layout, spot.key),
                "size": float(spot.size),
                "align": spot.align,
                "colour": spot.colour,
            }
        elif spot.key == "signature" and place["picture"] is None:
            continue
        fields.append(place)
    return json.dumps(
        {
            "page": layout.page,
            "frame": layout.frame,
            "background": "/background" if "background" in look.pictures else None,
            "title": words.text(layout, "title"),
            "issuer": words.facts.issuer,
            "number": words.facts.number,
            "day": (day.year, day.month, day.day),
            "seal": words.seal,
            "qr": qr.getvalue().decode(),
            "fields": fields,
            "measure": measure,
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def require_drawable_words(words: CertificateWords, look: Look) -> None:
    """Raises Refused for the first character of the certificate that the font lacks."""
    for spot in look.layout.shown:
        if not spot.is_picture:
            require_drawable(words.text(look.layout, spot.key).replace("\n", ""))
    require_drawable(words.seal)


def set_certificate(
    words: CertificateWords, look: Look, *, form: Literal["pdf", "png"] = "pdf", dpi: int = PICTURE_DPI
) -> bytes:
    """The certificate as PDF, or as a picture. Refused when a character cannot be drawn."""
    require_drawable_words(words, look)
    with _press(look) as compiler:
        return _set(compiler, _sheet(words, look, measure=False), words, form, dpi)


def _set(
    compiler: typst.Compiler, sheet: str, words: CertificateWords, form: Literal["pdf", "png"], dpi: int
) -> bytes:
    midnight = dt.datetime.combine(words.issued_on, dt.time.min, tzinfo=SHANGHAI)
    made = compiler.compile(
        format=form,
        sys_inputs={"sheet": sheet},
        timestamp=int(midnight.timestamp()),
        ppi=dpi if form == "png" else None,
    )
    page = made[0] if isinstance(made, list) else made
    if page is None:
        raise ValueError("nothing was set")
    return bytes(page)


def draw_preview(words: CertificateWords, look: Look) -> tuple[bytes, list[Box]]:
    """A picture for the screen, with empty boxes for what the font lacks, and where the ink of each field is."""
    with _press(look) as compiler:
        picture = _set(compiler, _sheet(words, look, measure=True), words, "png", PREVIEW_DPI)
        return picture, _boxes(compiler)


def _boxes(compiler: typst.Compiler) -> list[Box]:
    def number(value: float) -> Decimal:
        return Decimal(str(round(value, 2)))

    return [
        Box(one["key"], *(number(one[name]) for name in ("x", "y", "width", "height")))
        for one in json.loads(compiler.query("<ink>", field="value"))
    ]


def draw_pdf(pdf: bytes) -> bytes:
    """The first page of a PDF as PNG. What was issued is drawn, not set again: no word of it can come out otherwise."""
    with tempfile.TemporaryDirectory(prefix="yingzao-picture-") as folder:
        root = Path(folder)
        (root / "issued.pdf").write_bytes(pdf)
        (root / "picture.typ").write_text(PICTURE)
        drawn = typst.compile(
            str(root / "picture.typ"), root=str(root), format="png", ppi=PICTURE_DPI, ignore_system_fonts=True
        )
    if not isinstance(drawn, bytes):
        raise ValueError("a certificate has one page")
    return drawn
