"""What changed between two versions: paragraphs kept, taken out, put in, and changed word by word. Pure.

Paragraphs are aligned by the longest common subsequence (difflib.SequenceMatcher); within a run of taken out and put in
paragraphs those that share half of their characters or more are one changed paragraph, whose words are compared in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import rjieba

ALIKE = 0.5  # of the characters of two paragraphs: less is another paragraph
LONGEST = 4000  # characters of a paragraph that are compared word by word


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed (=), were taken out (-), or were put in (+)."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph: kept (=), taken out (-), put in (+), or changed (~), with its pieces."""

    what: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def differences(before: str, after: str) -> tuple[Change, ...]:
    """Line by line; empty lines count for nothing."""
    old, new = paragraphs(before), paragraphs(after)
    found: list[Change] = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found += [Change("=", (Piece("=", text),)) for text in new[k:m]]
        else:
            found += _replaced(old[i:j], new[k:m])
    return tuple(found)


def paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _replaced(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """Taken out and put in, where neither is like the other; in the order of the new text."""
    found: list[Change] = []
    waiting = list(old)
    for text in new:
        place = next((n for n, other in enumerate(waiting) if _is_alike(other, text)), None)
        if place is None:
            found.append(Change("+", (Piece("+", text),)))
            continue
        found += [Change("-", (Piece("-", gone),)) for gone in waiting[:place]]
        found.append(Change("~", _words(waiting[place], text)))
        waiting = waiting[place + 1 :]
    return (
        [*[Change("-", (Piece("-", gone),)) for gone in waiting], *found]
        if not new
        else [
            *found,
            *[Change("-", (Piece("-", gone),)) for gone in waiting],
        ]
    )


def _is_alike(old: str, new: str) -> bool:
    shorter, longer = sorted((len(old), len(new)))
    if shorter * 4 < longer:
        return new.startswith(old) or old.startswith(new)
    matcher = SequenceMatcher(None, old[:LONGEST], new[:LONGEST], autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _words(old: str, new: str) -> tuple[Piece, ...]:
    if max(len(old), len(new)) > LONGEST:
        return (Piece("-", old), Piece("+", new))
    before, after = rjieba.cut(old), rjieba.cut(new)
    pieces: list[Piece] = []
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("=", "".join(before[i:j])))
            continue
        if j > i:
            pieces.append(Piece("-", "".join(before[i:j])))
        if m > k:
            pieces.append(Piece("+", "".join(after[k:m])))
    return tuple(pieces)
