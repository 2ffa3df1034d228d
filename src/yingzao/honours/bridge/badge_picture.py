"""The picture of a badge, drawn with the font of the certificates. The same words give the same bytes."""

import json
from pathlib import Path

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from yingzao.honours.bridge.typesetting import FONTS, ROOM
from yingzao.honours.enums import CertificateKind
from yingzao.honours.rules.layout import LANGUAGE

TEMPLATE = ROOM / "templates" / "honours" / "badge.typ"
TONES = {CertificateKind.COMPLETION: "#0b6e6e", CertificateKind.HONOUR: "#b23a2a"}
DPI = 120  # some 600 pixels: the least that Open Badges asks for is 90


def badge_word(kind: str) -> str:
    """The two characters in the middle."""
    with translation.override(LANGUAGE):
        return _("Outstanding") if kind == CertificateKind.HONOUR else _("Completed")


def draw_badge(*, kind: str, programme: str, issuer: str, edition: str) -> bytes:
    """A PNG, see-through around the medal. Whether the font has all characters is the caller's to ask."""
    sheet = {
        "tone": TONES[CertificateKind(kind)],
        "word": badge_word(kind),
        "programme": programme,
        "issuer": issuer,
        "edition": edition,
    }
    drawn = typst.compile(
        str(TEMPLATE),
        root=str(Path(TEMPLATE).parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="png",
        ppi=DPI,
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
    )
    if not isinstance(drawn, bytes):
        raise ValueError("a badge has one page")
    return drawn
