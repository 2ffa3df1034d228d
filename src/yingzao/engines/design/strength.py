"""How strongly a design ties its judges together, before any mark is given (docs/algorithms/allocation.md).

All figures are in units of one mark's own random error: 0.5 means that a difference of two judges' severities will
be known with a standard error of half the error of a single mark.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.design.linkage import parts

Pair = tuple[str, str]  # (learner, judge)
DIGITS = 9  # equal up to here is equal: the order of a sum must not decide between two candidates


@dataclass(frozen=True, slots=True)
class Linkage:
    """`rank` of the severities that can be estimated, one less than the judges where all hang together.

    `strength` is the second smallest eigenvalue of the judges' Laplacian, 0 where there are several parts.
    `efficiency` is 1 where every two judges meet equally often, the best that so many marks can give. `typical` and
    `worst` are standard errors of a difference of two judges: root mean square over all pairs, and the largest, with
    the pair `worst_pair`. They are infinite where there are several parts. `never_met` counts pairs of judges
    without a learner of both, `fewest` the learners of the pair that shares fewest.
    """

    judges: int
    parts: int
    rank: int
    strength: float
    efficiency: float
    typical: float
    worst: float
    worst_pair: tuple[str, ...]
    never_met: int
    fewest: int


@dataclass(frozen=True, slots=True)
class OneMore:
    """What one further pair would buy: fewer parts, or smaller standard errors."""

    learner: str
    judge: str
    parts_before: int
    parts_after: int
    typical_before: float
    typical_after: float
    worst_before: float
    worst_after: float


def linkage_of(pairs: Iterable[Pair], judges: Iterable[str] = ()) -> Linkage:
    """The linkage of (learner, judge) pairs. `judges` may name judges without a learner: each is a part of its own."""
    return _measured(_Table(pairs, judges))


def _measured(table: _Table) -> Linkage:
    several = table.parts > 1
    inverse = _inverse(table.laplacian)
    eigen = np.linalg.eigvalsh(table.laplacian) if table.count else np.zeros(0)
    held = eigen[table.parts :]  # as many are zero as there are parts
    spread = _differences(inverse)
    worst_at = _first(np.round(-spread, DIGITS)) if table.count > 1 else (0, 0)
    upper = np.triu_indices(table.count, 1)
    together = table.together[upper]
    return Linkage(
        judges=table.count,
        parts=table.parts,
        rank=table.count - table.parts,
        strength=0.0 if several or not held.size else float(held[0]),
        efficiency=0.0 if several or not held.size else float(held.size / np.sum(1 / held) / np.mean(held)),
        typical=inf if several else (sqrt(float(spread[upper].mean())) if upper[0].size else 0.0),
        worst=inf if several else sqrt(float(max(spread.max(initial=0.0), 0.0))),
        worst_pair=() if several or table.count < 2 else tuple(table.judges[i] for i in worst_at),
        never_met=int((together == 0).sum()),
        fewest=int(together.min()) if together.size else 0,
    )


def one_more(
    pairs: Iterable[Pair],
    judges: Iterable[str] = (),
    *,
    closed: Collection[Pair] = (),
    full: Collection[str] = (),
) -> OneMore | None:
    """The single further pair that helps most, or None where none may be added.

    `closed` pairs (conflicts) and `full` judges are not proposed. Among several parts it is the pair that makes most
    pairs of judges comparable; in one part the pair that lowers the mean variance of a difference most. Each
    candidate is an update of rank one: judge j on a learner of n judges S adds n/(n+1)·vvᵀ, v = e_j − mean of e_s.
    Equals go to the judge with fewer learners, then by name.
    """
    table = _Table(pairs, judges)
    open_ = ~table.has
    for learner, judge in closed:
        if learner in table.row and judge in table.column:
            open_[table.row[learner], table.column[judge]] = False
    for judge in full:
        if judge in table.column:
            open_[:, table.column[judge]] = False
    if not open_.any():
        return None
    gain = table.joins() if table.parts > 1 else table.lowers()
    gain = np.where(open_, np.round(gain, DIGITS), -inf)
    load = table.has.sum(axis=0)
    best = min(
        zip(*np.nonzero(gain == gain.max()), strict=True),
        key=lambda at: (load[at[1]], table.learners[at[0]], table.judges[at[1]]),
    )
    learner, judge = table.learners[best[0]], table.judges[best[1]]
    before = _measured(table)
    after = linkage_of([*table.pairs, (learner, judge)], table.judges)
    return OneMore(
        learner, judge, before.parts, after.parts, before.typical, after.typical, before.worst, after.worst
    )


class _Table:
    """Pairs as a matrix, learners and judges in the order of their names."""

    def __init__(self, pairs: Iterable[Pair], judges: Iterable[str]) -> None:
        self.pairs = sorted(set(pairs))
        self.learners = sorted({learner for learner, _ in self.pairs})
        self.judges = sorted({judge for _, judge in self.pairs} | set(judges))
        self.row: Mapping[str, int] = {name: i for i, name in enumerate(self.learners)}
        self.column: Mapping[str, int] = {name: i for i, name in enumerate(self.judges)}
        self.count = len(self.judges)
        self.has = np.zeros((len(self.learners), self.count), dtype=bool)
        for learner, judge in self.pairs:
            self.has[self.row[learner], self.column[judge]] = True
        one = self.has.astype(np.float64)
        self.size = one.sum(axis=1)
        self.together: NDArray[np.float64] = one.T @ one
        self.shares = one / np.maximum(self.size, 1)[:, None]
        self.laplacian: NDArray[np.float64] = np.diag(one.sum(axis=0)) - self.shares.T @ one
        found = parts(self.pairs)
        self.part_of = np.arange(self.count) + len(found)  # who judges nobody stands alone
        for number, part in enumerate(found):
            self.part_of[[self.column[judge] for judge in part.judges]] = number
        self.parts = len(set(self.part_of.tolist()))

    def joins(self) -> NDArray[np.float64]:
        """How many pairs of judges each candidate makes comparable that were not."""
        sizes = np.bincount(self.part_of, minlength=self.part_of.max() + 1)
        there = self.part_of[self.has.argmax(axis=1)]
        apart = there[:, None] != self.part_of[None, :]
        return np.where(apart, sizes[there][:, None] * sizes[self.part_of][None, :], 0).astype(np.float64)

    def lowers(self) -> NDArray[np.float64]:
        """By how much each candidate lowers the trace of the inverse."""
        inverse = _inverse(self.laplacian)
        mean = self.shares @ inverse  # a learner's row: L⁺ at the mean of its judges
        square = inverse @ inverse
        length = np.diag(square)[None, :] - 2 * (mean @ inverse) + (mean**2).sum(axis=1)[:, None]
        inner = np.diag(inverse)[None, :] - 2 * mean + (mean * self.shares).sum(axis=1)[:, None]
        weight = (self.size / (self.size + 1))[:, None]
        return np.asarray(weight * length / (1 + weight * inner), dtype=np.float64)


def _inverse(laplacian: NDArray[np.float64]) -> NDArray[np.float64]:
    """The generalised inverse; of no judges, nothing."""
    return np.asarray(
        np.linalg.pinv(laplacian, hermitian=True) if laplacian.size else laplacian, dtype=np.float64
    )


def _differences(inverse: NDArray[np.float64]) -> NDArray[np.float64]:
    """The variance of every difference of two."""
    own = np.diag(inverse)
    return own[:, None] + own[None, :] - 2 * inverse


def _first(values: NDArray[np.float64]) -> tuple[int, int]:
    """Where the smallest value stands, the first of equals."""
    at = np.unravel_index(int(values.argmin()), values.shape)
    return int(at[0]), int(at[1])
