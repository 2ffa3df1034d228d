"""From any draw to the best one: cancel negative cycles of the judges' residual graph.

Nodes are the judges, a pool, and "nobody" (an entry's slot that is not filled). An edge from giver to taker is the
cheapest entry that the one may hand to the other; edges to and from the pool cost what one entry more or less
costs in squared loads. A draw without a negative cycle is the cheapest (convex costs: Ahuja, Magnanti, Orlin 1993,
Network Flows, ch. 14; without further costs it is the optimal semi-matching of Harvey, Ladner, Lovász, Tamir 2006,
J. Algorithms 59:53).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.allocation.values import Pair, Problem

FAR = np.iinfo(np.int64).max // 4


class Table:
    """A draw in the making, entries × judges. `unmet` counts slots of an entry that nobody fills."""

    def __init__(self, problem: Problem, entries: Sequence[str], judges: Sequence[str]) -> None:
        self.entries, self.judges = entries, judges
        self.row = {name: i for i, name in enumerate(entries)}
        self.column = {name: i for i, name in enumerate(judges)}
        shape = len(entries), len(judges)
        self.allowed = np.ones(shape, dtype=bool)
        self._fill(self.allowed, problem.conflicts, False)
        self.locked = np.zeros(shape, dtype=bool)
        self._fill(self.locked, problem.locked, True)
        self.has = self.locked.copy()
        limit = len(entries)
        self.capacity = np.array([min(problem.capacity.get(j, limit), limit) for j in judges], dtype=np.int64)

        step = 4 * (len(entries) * problem.per_entry + self.locked.sum() + 1)  # above any change of squares
        self.move = int(step)
        self.soft = int(self.move * 4 * (len(judges) + 2))
        self.nobody = int(self.soft * 4 * (len(judges) + 2))
        self.cost = np.zeros(shape, dtype=np.int64)
        self._fill(self.cost, problem.avoid, self.soft)
        stays = np.zeros(shape, dtype=bool)
        self._fill(stays, problem.standing, True)
        self.cost[stays] -= self.move
        self.levels = np.unique(self.cost)

        self.unmet = np.maximum(problem.per_entry - self.has.sum(axis=1), 0)
        for entry, judge in sorted(problem.standing - problem.locked):
            if entry in self.row and judge in self.column:
                at = self.row[entry], self.column[judge]
                if self.allowed[at] and self.unmet[at[0]] and self.has[:, at[1]].sum() < self.capacity[at[1]]:
                    self.put(*at)

    def _fill(self, array: NDArray[Any], pairs: frozenset[Pair], value: int | bool) -> None:
        for entry, judge in pairs:
            if entry in self.row and judge in self.column:
                array[self.row[entry], self.column[judge]] = value

    def put(self, row: int, judge: int) -> None:
        self.has[row, judge] = True
        self.unmet[row] -= 1

    def pair(self, row: int, judge: int) -> Pair:
        return self.entries[row], self.judges[judge]

    def pairs(self) -> tuple[Pair, ...]:
        return tuple(sorted(self.pair(row, judge) for row, judge in zip(*self.has.nonzero(), strict=True)))

    def may_exchange(self, row: int, judge: int, other_row: int, other: int) -> bool:
        """Whether two pairs can swap judges at no cost."""
        return bool(
            self.allowed[row, other]
            and self.allowed[other_row, judge]
            and self.cost[row, judge] + self.cost[other_row, other]
            == self.cost[row, other] + self.cost[other_row, judge]
        )

    def improve(self) -> None:
        """Carry out cycles until none makes the draw cheaper."""
        while cycle := self._cycle(self._edges()):
            self._carry_out(cycle)

    def _edges(self) -> NDArray[np.int64]:
        """Cost of every edge. The last two nodes are nobody and the pool."""
        count = len(self.judges)
        nobody, pool = count, count + 1
        edges = np.full((count + 2, count + 2), FAR, dtype=np.int64)
        gives, takes = self.has & ~self.locked, self.allowed & ~self.has
        lacks = (self.unmet > 0)[:, None]
        for to in self.levels:
            taken = (takes & (self.cost == to)).astype(np.float32)
            for come in self.levels:
                given = (gives & (self.cost == come)).astype(np.float32)
                way = edges[:count, :count]
                way[(given.T @ taken > 0) & (way > to - come)] = to - come
            row = edges[nobody, :count]
            row[(lacks & (taken > 0)).any(axis=0) & (row > to)] = to
        load = self.has.sum(axis=0)
        room = load < self.capacity
        edges[:count, pool] = np.where(room, 2 * load + 1, FAR)
        edges[pool, :count] = np.where(gives.any(axis=0), 1 - 2 * load, FAR)
        if self.unmet.any():
            edges[pool, nobody] = -self.nobody
        np.fill_diagonal(edges, FAR)
        return edges

    @staticmethod
    def _cycle(edges: NDArray[np.int64]) -> list[int]:
        """The nodes of a negative cycle, or an empty list (Bellman–Ford from everywhere at once)."""
        count = len(edges)
        distance = np.zeros(count, dtype=np.int64)
        came = np.full(count, -1)
        for _ in range(count):
            reached = np.where(edges < FAR, distance[:, None] + edges, FAR)
            best = reached.argmin(axis=0)
            shorter = reached[best, np.arange(count)] < distance
            if not shorter.any():
                return []
            came[shorter] = best[shorter]
            distance = np.minimum(distance, reached[best, np.arange(count)])
            if cycle := _walk(came):
                return cycle
        raise AssertionError("a negative cycle shows itself after as many rounds as there are nodes")

    def _carry_out(self, cycle: Sequence[int]) -> None:
        count = len(self.judges)
        nobody, pool = count, count + 1
        moves: list[tuple[int, int, int]] = []
        for giver, taker in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            if taker in (nobody, pool) or giver == pool:
                continue
            free = self.allowed[:, taker] & ~self.has[:, taker]
            if giver == nobody:
                fits, price = free & (self.unmet > 0), self.cost[:, taker]
            else:
                fits = free & self.has[:, giver] & ~self.locked[:, giver]
                price = self.cost[:, taker] - self.cost[:, giver]
            moves.append((int(np.where(fits, price, FAR).argmin()), giver, taker))
        for row, giver, taker in moves:
            if giver == nobody:
                self.unmet[row] -= 1
            else:
                self.has[row, giver] = False
            self.has[row, taker] = True


def _walk(came: NDArray[np.intp]) -> list[int]:
    """A cycle of the graph in which every node points to where it came from, in the order of its edges."""
    state = np.zeros(len(came), dtype=np.int8)
    for start in range(len(came)):
        path: list[int] = []
        node = start
        while node != -1 and state[node] == 0:
            state[node] = 1
            path.append(node)
            node = int(came[node])
        if node != -1 and state[node] == 1:
            return path[path.index(node) :][::-1]
        state[path] = 2
    return []
