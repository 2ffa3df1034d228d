"""Questions as values, and when two of them ask the same. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is written down: of the standard form, of the page that changes it, or out of a file."""

    kind: str
    text: str
    is_required: bool = True
    low: str = ""
    high: str = ""
    options: tuple[str, ...] = ()


def plain(text: str) -> str:
    """A question's words for comparing: no white space, punctuation or case, full width as half."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN")
