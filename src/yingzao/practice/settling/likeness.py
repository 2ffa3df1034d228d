"""Passages that two texts have in common. Pure.

Every run of at least `RUN` characters, letters and digits alone, that stands in both; found by the set of all windows of `RUN`
characters of the earlier text. For whole documents this is what fingerprinting by winnowing approximates (Schleimer, Wilkerson and Aiken,
SIGMOD 2003); texts here are short enough to keep every window.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

RUN = 16  # characters: shorter runs are figures of speech, names of places and of programmes
LEAST_SHARE = 0.05
LONGEST = 100_000  # characters of a text that are looked at


@dataclass(frozen=True, slots=True)
class Alike:
    """Passages of the newer text, as they stand in it, and which share of its characters they are."""

    share: float
    passages: tuple[str, ...]


class Known:
    """An earlier text, ready to be compared with many."""

    def __init__(self, text: str) -> None:
        plain = "".join(char for char in text[:LONGEST] if char.isalnum())
        self._windows = frozenset(plain[n : n + RUN] for n in range(len(plain) - RUN + 1))

    def compare(self, text: str, without: Iterable[Known] = ()) -> Alike | None:
        """None where less than a twentieth is in common. What stands in `without` (the task's own words) counts for nothing."""
        text = text[:LONGEST]
        at = [n for n, char in enumerate(text) if char.isalnum()]
        plain = "".join(text[n] for n in at)
        common = bytearray(len(plain))
        for start in range(len(plain) - RUN + 1):
            window = plain[start : start + RUN]
            if window in self._windows and not any(window in own._windows for own in without):
                common[start : start + RUN] = b"\1" * RUN
        total = sum(common)
        if not plain or total / len(plain) < LEAST_SHARE:
            return None
        return Alike(total / len(plain), tuple(text[at[i] : at[j - 1] + 1] for i, j in _runs(common)))


def _runs(common: bytearray) -> list[tuple[int, int]]:
    found, begun = [], None
    for place, is_common in enumerate([*common, 0]):
        if is_common and begun is None:
            begun = place
        elif not is_common and begun is not None:
            found.append((begun, place))
            begun = None
    return found
