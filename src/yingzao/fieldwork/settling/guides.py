"""Questions of a guide as lines of text: `question ｜ hint`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_MARK = re.compile(r"\s*[|｜]\s*")


def from_lines(text: str) -> list[dict[str, str]]:
    """One question a line; empty lines say nothing."""
    found = []
    for line in text.splitlines():
        question, *hints = _MARK.split(" ".join(line.split()))
        if question:
            found.append({"text": question, "hint": " ".join(hints).strip()})
    return found


def as_lines(questions: Iterable[Mapping[str, str]]) -> str:
    return "\n".join(f"{q['text']} ｜ {q['hint']}" if q.get("hint") else q["text"] for q in questions)
