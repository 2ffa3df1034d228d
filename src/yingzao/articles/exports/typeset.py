"""Setting words with the font that comes with the package: the same words give the same bytes."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.core.fonts import missing_characters

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "articles"
_setting = threading.BoundedSemaphore(2)  # a long picture takes memory while it is drawn


def set_words(
    template: str,
    words: dict[str, Any],
    pictures: Mapping[str, bytes],
    *,
    form: Literal["pdf", "png"],
    timestamp: int = 0,
    ppi: float | None = None,
) -> bytes:
    """`words` as the template knows them, `pictures` by the names that stand in them. Raises Refused (`missing_glyph`) naming the first
    character that the font lacks."""
    fonts = Path(settings.YINGZAO_FONTS)
    _require_glyphs(words, next(iter(sorted(fonts.glob("*.ttf")))))
    with _setting, tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, data in pictures.items():
            (root / name).write_bytes(data)
        (root / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
        (root / template).write_bytes((TEMPLATES / template).read_bytes())
        compiler = typst.Compiler(
            str(root / template), root=str(root), font_paths=[str(fonts)], ignore_system_fonts=True
        )
        made = compiler.compile(format=form, timestamp=timestamp, ppi=ppi)
    page = made[0] if isinstance(made, list) else made
    if page is None:
        raise ValueError("nothing was set")
    return bytes(page)


def _require_glyphs(words: dict[str, Any], font: Path) -> None:
    text = "".join(_strings(words))
    if missing := missing_characters(text, font):
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


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for one in inner for text in _strings(one)]
