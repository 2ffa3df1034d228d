"""Piles to begin sorting cards with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from yingzao.engines.similarity.words import NO_WORDS, Text, Vocabulary, features, table_of

NEAR = 0.18  # mean likeness within a pile; lower than for a pair, since a pile holds what belongs together
MOST_CARDS = 600  # the likeness of all pairs is kept, and looked through once for each pile that grows


@dataclass(frozen=True, slots=True)
class Group:
    """Keys of texts that lie together, and a word that stands in most of them ("" where there is none)."""

    word: str
    keys: tuple[str, ...]


def group(texts: Iterable[Text], vocabulary: Vocabulary = NO_WORDS, *, near: float = NEAR) -> list[Group]:
    """Piles of at least two cards by average linkage over the cosine, the largest first. Cards that belong nowhere are left out.

    The two piles whose cards are most alike on the mean become one, until no mean reaches `near`. Looks at the first
    MOST_CARDS texts. `Text.group` plays no part.
    """
    texts = list(texts)[:MOST_CARDS]
    if len(texts) < 2:
        return []
    table = table_of(texts, vocabulary).dense()
    piles = [pile for pile in _linked(table @ table.T, near) if len(pile) > 1]
    piles.sort(key=lambda pile: (-len(pile), pile[0]))
    return [
        Group(_word([texts[at] for at in pile], vocabulary), tuple(texts[at].key for at in pile))
        for pile in piles
    ]


def _linked(alike: np.ndarray, near: float) -> list[list[int]]:
    """Rows and columns of a pile that went into another are set below every likeness."""
    alike = alike.astype(np.float64)
    np.fill_diagonal(alike, -1)
    piles: list[list[int]] = [[at] for at in range(len(alike))]
    while True:
        one, other = sorted(map(int, np.unravel_index(int(alike.argmax()), alike.shape)))
        if alike[one, other] < near:
            return [sorted(pile) for pile in piles if pile]
        here, there = len(piles[one]), len(piles[other])
        mean = (alike[one] * here + alike[other] * there) / (here + there)
        mean[alike[one] == -1] = -1
        mean[[one, other]] = -1
        alike[one], alike[:, one] = mean, mean
        alike[other], alike[:, other] = -1, -1
        piles[one] += piles[other]
        piles[other] = []


def _word(pile: Sequence[Text], vocabulary: Vocabulary) -> str:
    """A meaning or a pair of characters that stands in more than half of the titles; of several the one that says most."""
    held = Counter(name for text in pile for name in features(text.title, vocabulary) if len(name) > 1)
    good = [name for name, count in held.items() if count * 2 > len(pile)]
    if not good:
        return ""
    best = max(good, key=lambda name: (name.startswith("="), held[name], name))
    return best.removeprefix("=")
