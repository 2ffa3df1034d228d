"""An article on A4, set with the font that comes with the package. The same article gives the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from yingzao.articles.exports.blocks import Block, blocks_of
from yingzao.articles.exports.told import Told, ToldPicture
from yingzao.articles.exports.typeset import set_words
from yingzao.core.clock import SHANGHAI


def as_pdf(told: Told) -> bytes:
    """Raises Refused (`missing_glyph`) naming the first character that the font lacks."""
    moment = told.published_at or dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    pictures = {picture.name: picture.data for picture in told.pictures.values()}
    return set_words("article.typ", _words(told), pictures, form="pdf", timestamp=int(moment.timestamp()))


def _words(told: Told) -> dict:
    blocks = blocks_of(told.html)
    head = told.head
    placed = {block.picture for block in blocks}
    day = told.published_at.astimezone(SHANGHAI) if told.published_at else None
    return {
        "title": told.title,
        "line": " · ".join(
            part for part in (told.authors, f"{day.year}年{day.month}月{day.day}日" if day else "") if part
        ),
        "head": _picture(head) if head and head.is_head and head.number not in placed else None,
        "blocks": words_of(blocks, told),
    }


def words_of(blocks: Sequence[Block], told: Told) -> list[dict]:
    """Blocks as the templates know them; a picture that is not kept here is left out."""
    return [
        {
            "kind": block.kind,
            "level": block.level,
            "mark": block.mark,
            "runs": [
                {"text": run.text, "bold": run.bold, "underline": run.underline, "shift": run.shift}
                for run in block.runs
            ],
            "rows": [list(row) for row in block.rows],
            "columns": max((len(row) for row in block.rows), default=0),
            "picture": _picture(told.pictures.get(block.picture)),
        }
        for block in blocks
        if block.kind != "picture" or block.picture in told.pictures
    ]


def _picture(picture: ToldPicture | None) -> dict | None:
    return {"name": picture.name, "alt": picture.alt, "caption": picture.caption} if picture else None
