"""Data files of this room."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

SAME_MEANING = Path(__file__).parent / "words" / "same_meaning.json"


@cache
def words_of_one_meaning() -> tuple[tuple[str, ...], ...]:
    """Sets of words as residents use them; the first of each stands for all."""
    return tuple(tuple(words) for words in json.loads(SAME_MEANING.read_text(encoding="utf-8")))
