"""An article as a picture for phones and group chats: its beginning, or the whole of it as one long picture."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno
from django.utils.translation import gettext as _

from yingzao.articles.exports.blocks import blocks_of
from yingzao.articles.exports.pdf import words_of
from yingzao.articles.exports.told import Told
from yingzao.articles.exports.typeset import set_words
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused

MOST_WORDS = 8_000  # characters; longer ones are no picture that a phone shows
MOST_PICTURES = 20
SHARP, LONG = 216.0, 144.0  # dots an inch: 1,080 and 720 pixels wide


@dataclass(frozen=True, slots=True)
class CardLook:
    """`accent` is #rrggbb; `logo` the bytes of a picture, or none; `head` those of the picture above the title."""

    place: str
    accent: str
    logo: bytes = b""
    head: bytes = b""


def as_card(told: Told, look: CardLook, *, address: str, summary: str, whole: bool) -> bytes:
    """PNG, the same bytes for the same words. Raises Refused: `missing_glyph`, or `too_long` for the whole of a long one."""
    if whole and (len(told.text) > MOST_WORDS or len(told.pictures) > MOST_PICTURES):
        raise Refused(
            _("This text is too long for one picture. Take its beginning, or the PDF."), code="too_long"
        )
    day = told.published_at.astimezone(SHANGHAI) if told.published_at else None
    pictures = {"qr.png": _qr(address)}
    pictures |= {f"{name}.img": data for name, data in (("logo", look.logo), ("head", look.head)) if data}
    if whole:
        pictures |= {picture.name: picture.data for picture in told.pictures.values()}
    head = told.head.number if told.head else -1
    blocks = [
        block
        for block in blocks_of(told.html)
        if not (look.head and block.kind == "picture" and block.picture == head)
    ]
    words = {
        "title": told.title,
        "authors": told.authors,
        "day": f"{day.year}年{day.month}月{day.day}日" if day else "",
        "place": look.place,
        "accent": look.accent,
        "logo": bool(look.logo),
        "head": bool(look.head),
        "summary": "" if whole else summary,
        "blocks": words_of(blocks, told) if whole else [],
        "press": "长按或扫码阅读原文" if whole else "长按或扫码阅读全文",
    }
    return set_words("card.typ", words, pictures, form="png", ppi=LONG if whole else SHARP)


def _qr(address: str) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=8, border=2)
    return out.getvalue()
