"""Setting words with the font that comes with the package: the same words give the same bytes."""

from __future__ import annotations

import json
import re
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
    """`words` as the template knows them, `pictures` by the names that stand in them. Emoji that the font lacks are left out. Raises
    Refused (`missing_glyph`) naming the first other character that it lacks."""
    fonts = Path(settings.YINGZAO_FONTS)
    font = next(iter(sorted(fonts.glob("*.ttf"))))
    words = _without_emoji(words, font)
    _require_glyphs(words, font)
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


# Pictures, skin tones and hair, flags, and what joins them into one.
_EMOJI = re.compile(
    r"[\u200d\u20e3\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)


def _without_emoji(words: dict[str, Any], font: Path) -> dict[str, Any]:
    found = dict.fromkeys(_EMOJI.findall("".join(_strings(words))))
    missing = missing_characters("".join(found), font)
    if not missing:
        return words
    gone = str.maketrans("", "", "".join(missing))

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            return value.translate(gone)
        if isinstance(value, dict):
            return {key: plain(one) for key, one in value.items()}
        return [plain(one) for one in value] if isinstance(value, list) else value

    return plain(words)


def _require_glyphs(words: dict[str, Any], font: Path) -> None:
    strings = _strings(words)
    if missing := missing_characters("".join(strings), font):
        text = next(one for one in strings if missing[0] in one)
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
