"""Pairs of texts that may say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from yingzao.engines.similarity.words import NO_WORDS, Table, Text, Vocabulary, shared_words, table_of

THRESHOLD = 0.36
SHARED = 1 / 3  # of the threshold has to come from words and pairs of characters that both titles have
BLOCK = 32  # rows that are compared with all others at once: what bounds the memory
LOOKED_AT = 40  # partners whose titles share most, of which the whole likeness is reckoned
MOST = 3  # partners of one text; whatever is said a hundred times needs no 4,950 proposals


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their keys, in the order in which they were given; the cosine of their features, 0–1; what they share."""

    one: str
    other: str
    score: float
    shared: tuple[str, ...]


def similar_pairs(
    texts: Iterable[Text],
    vocabulary: Vocabulary = NO_WORDS,
    *,
    threshold: float = THRESHOLD,
    most: int = MOST,
) -> list[Pair]:
    """Pairs within a group from `threshold` on, the most alike first. Of each text at most its `most` best partners are named.

    How rare a feature is is counted over all texts given. The same texts give the same pairs.
    """
    texts = list(texts)
    if len(texts) < 2:
        return []
    table = table_of(texts, vocabulary)
    members: dict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        members[text.group].append(at)
    found = [
        (rows[one], rows[other], score)
        for rows in members.values()
        if len(rows) > 1
        for one, other, score in _within(table.pick(rows), threshold, most)
    ]
    found.sort(key=lambda pair: (-pair[2], pair[0], pair[1]))
    return [_pair(texts[one], texts[other], score, vocabulary) for one, other, score in found]


def _within(table: Table, threshold: float, most: int) -> Iterator[tuple[int, int, float]]:
    """In blocks of rows: what their titles share with the others, then the whole likeness of those that share enough."""
    lists = _Lists(table)
    kept: dict[tuple[int, int], float] = {}
    weights = np.zeros(table.width)
    for begin in range(0, len(table), BLOCK):
        for row, shared in enumerate(lists.shared(begin, min(begin + BLOCK, len(table))), start=begin):
            others = np.flatnonzero(shared >= threshold * SHARED)
            others = others[others != row]
            if len(others) > LOOKED_AT:
                others = np.sort(others[np.lexsort((others, -shared[others]))[:LOOKED_AT]])
            span = slice(table.starts[row], table.starts[row + 1])
            weights[table.columns[span]] = table.values[span]
            for other, score in _best(others, _against(table, others, weights), threshold, most):
                kept[min(row, other), max(row, other)] = score
            weights[table.columns[span]] = 0
    for (one, other), score in sorted(kept.items()):
        yield one, other, score


class _Lists:
    """For each feature the rows whose titles say it, and how much."""

    def __init__(self, table: Table) -> None:
        columns = table.columns[table.telling]
        rows = np.repeat(np.arange(len(table)), np.diff(table.starts))[table.telling]
        order = np.argsort(columns, kind="stable")
        self._size = len(table)
        self._owners, self._said = rows[order], table.values[table.telling][order]
        self._counts = np.bincount(columns, minlength=table.width)
        self._starts = np.concatenate(([0], np.cumsum(self._counts)))
        self._columns, self._values = columns, table.values[table.telling]
        self._rows = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=len(table)))))

    def shared(self, begin: int, end: int) -> np.ndarray:
        """Rows begin to end × all rows: the sum over what both titles say."""
        span = slice(self._rows[begin], self._rows[end])
        columns = self._columns[span]
        rows = np.repeat(np.arange(end - begin), np.diff(self._rows[begin : end + 1]))
        long = self._counts[columns]
        at = np.arange(long.sum()) + np.repeat(self._starts[columns] - (np.cumsum(long) - long), long)
        cells = np.repeat(rows * self._size, long) + self._owners[at]
        weights = np.repeat(self._values[span], long) * self._said[at]
        flat = np.bincount(cells, weights=weights, minlength=(end - begin) * self._size)
        return flat.reshape(end - begin, self._size)


def _against(table: Table, others: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The whole cosine of one row, spread out in `weights`, with these rows."""
    begins, long = table.starts[others], table.starts[others + 1] - table.starts[others]
    at = np.arange(long.sum()) + np.repeat(begins - (np.cumsum(long) - long), long)
    products = table.values[at] * weights[table.columns[at]]
    return np.bincount(np.repeat(np.arange(len(others)), long), weights=products, minlength=len(others))


def _best(others: np.ndarray, scores: np.ndarray, threshold: float, most: int) -> list[tuple[int, float]]:
    found = np.round(np.minimum(scores, 1.0), 4)
    order = np.lexsort((others, -found))[:most]
    return [(int(others[at]), float(found[at])) for at in order if found[at] >= threshold]


def _pair(one: Text, other: Text, score: float, vocabulary: Vocabulary) -> Pair:
    shared = shared_words(one.title, other.title, vocabulary) or shared_words(
        f"{one.title} {one.aside}", f"{other.title} {other.aside}", vocabulary
    )
    return Pair(one.key, other.key, score, shared)
