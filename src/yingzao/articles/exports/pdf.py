"""An article on A4, set with the font that comes with the package. The same article gives the same bytes."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from yingzao.articles.exports.blocks import blocks_of
from yingzao.articles.exports.told import Told, ToldPicture
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.fonts import missing_characters

TEMPLATE = Path(__file__).resolve().parent.parent / "templates" / "articles" / "article.typ"


def as_pdf(told: Told) -> bytes:
    """Raises Refused (`missing_glyph`) naming the first character that the font lacks."""
    fonts = Path(settings.YINGZAO_FONTS)
    words = _words(told)
    text = "".join(_strings(words))
    if missing := missing_characters(text, next(iter(sorted(fonts.glob("*.ttf"))))):
        at = text.index(missing[0])
        raise Refused(
            _(
                "The font for paper has no “%(character)s” (%(code)s), which stands in “%(text)s”. Write it in another"
                " way, or take the Word file."
            )
            % {
                "character": missing[0],
                "code": f"U+{ord(missing[0]):04X}",
                "text": text[max(at - 8, 0) : at + 9],
            },
            code="missing_glyph",
        )
    moment = told.published_at or dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for picture in told.pictures.values():
            (root / picture.name).write_bytes(picture.data)
        (root / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
        (root / "article.typ").write_bytes(TEMPLATE.read_bytes())
        made = typst.Compiler(
            str(root / "article.typ"), root=str(root), font_paths=[str(fonts)], ignore_system_fonts=True
        ).compile(format="pdf", timestamp=int(moment.timestamp()))
    page = made[0] if isinstance(made, list) else made
    if page is None:
        raise ValueError("nothing was set")
    return bytes(page)


def _words(told: Told) -> dict:
    blocks = blocks_of(told.html)
    shown = [
        {
            "kind": block.kind,
            "level": block.level,
            "mark": block.mark,
            "runs": [{"text": run.text, "bold": run.bold} for run in block.runs],
            "rows": [list(row) for row in block.rows],
            "columns": max((len(row) for row in block.rows), default=0),
            "picture": _picture(told.pictures.get(block.picture)),
        }
        for block in blocks
        if block.kind != "picture" or block.picture in told.pictures
    ]
    head = told.head
    placed = {block.picture for block in blocks}
    day = told.published_at.astimezone(SHANGHAI) if told.published_at else None
    return {
        "title": told.title,
        "line": " · ".join(
            part for part in (told.authors, f"{day.year}年{day.month}月{day.day}日" if day else "") if part
        ),
        "head": _picture(head) if head and head.is_head and head.number not in placed else None,
        "blocks": shown,
    }


def _picture(picture: ToldPicture | None) -> dict | None:
    return {"name": picture.name, "alt": picture.alt, "caption": picture.caption} if picture else None


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for one in inner for text in _strings(one)]
