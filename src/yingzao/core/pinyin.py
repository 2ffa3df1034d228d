"""Pinyin, for ordering and searching Chinese names without a database extension."""

from pypinyin import Style, lazy_pinyin


def pinyin(text: str) -> str:
    """`学员01` → `xueyuan01 xy01`: the full reading, a space, the initials. Order by it, search in it."""
    syllables = lazy_pinyin(text, style=Style.NORMAL, errors=lambda rest: list(rest))
    full = "".join(syllables)
    initials = "".join(s[:1] for s in syllables)
    return f"{full} {initials}".lower()[:200]
