"""Setting a certificate: words in, PDF bytes out. The same words give the same bytes.

The font comes with the package and is the only one used, so that a certificate looks the same wherever it was made. A
character that the font lacks is refused by name: nobody's name may come out as an empty box.
"""

import datetime as dt
import io
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import segno
import typst
from django.utils.translation import gettext as _

from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.fonts import missing_characters

ROOM = Path(__file__).resolve().parent.parent
FONTS = ROOM / "fonts"
FONT = FONTS / "NotoSerifSC-SemiBold.ttf"
TEMPLATE = ROOM / "templates" / "honours" / "certificate.typ"
DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class CertificateWords:
    """Every word of one certificate. `seal` has four characters; `link` is what the QR code says."""

    title: str
    programme: str
    name: str
    salutation: str
    body: str
    closing: str
    issuer: str
    seal: str
    number: str
    number_label: str
    verify: str
    address: str
    link: str
    issued_on: dt.date


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


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(str(TEMPLATE), root=str(ROOM), font_paths=[str(FONTS)], ignore_system_fonts=True)


def _inputs(words: CertificateWords) -> dict[str, str]:
    told = {key: value for key, value in asdict(words).items() if isinstance(value, str)}
    for text in told.values():
        require_drawable(text)
    qr = io.BytesIO()
    segno.make(words.link, error="m").save(
        qr, kind="svg", border=0, dark="#2b2622", svgns=True, xmldecl=False
    )
    day = words.issued_on
    return told | {
        "qr": qr.getvalue().decode(),
        "date": chinese_day(day),
        "year": str(day.year),
        "month": str(day.month),
        "day": str(day.day),
    }


def set_certificate(words: CertificateWords, *, form: Literal["pdf", "png"] = "pdf") -> bytes:
    """The certificate as PDF (`form="png"`: a picture for previews). Refused when a character cannot be drawn."""
    midnight = dt.datetime.combine(words.issued_on, dt.time.min, tzinfo=SHANGHAI)
    made = _compiler().compile(
        format=form,
        sys_inputs=_inputs(words),
        timestamp=int(midnight.timestamp()),
        ppi=110 if form == "png" else None,
    )
    page = made[0] if isinstance(made, list) else made
    if page is None:
        raise ValueError("nothing was set")
    return bytes(page)
