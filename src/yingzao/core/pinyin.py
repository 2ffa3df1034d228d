"""Pinyin, for ordering and searching Chinese names without a database extension."""

import re
from typing import Any

from pypinyin import Style, lazy_pinyin


def _one_by_one(rest: str) -> Any:
    """Pypinyin splices a list into its answer, which its types do not say."""
    return list(rest)


def pinyin(text: str) -> str:
    """`学员01` → `xueyuan01 xy01`: the full reading, a space, the initials. Order by it, search in it."""
    syllables = lazy_pinyin(text, style=Style.NORMAL, errors=_one_by_one)
    full = "".join(syllables)
    initials = "".join(s[:1] for s in syllables)
    return f"{full} {initials}".lower()[:200]


def _words(rest: str) -> Any:
    return re.findall(r"[0-9A-Za-z]+", rest)


def slug(text: str, *, limit: int = 60) -> str:
    """`两个周六` → `liang-ge-zhou-liu`: whole syllables up to `limit` characters; "" for a text without any."""
    syllables = lazy_pinyin(text, style=Style.NORMAL, errors=_words)
    made = ""
    for syllable in (re.sub(r"[^0-9a-z]", "", s.lower()) for s in syllables):
        if syllable and len(made) + len(syllable) + 1 > limit:
            break
        made = f"{made}-{syllable}" if made and syllable else made + syllable
    return made[:limit]
