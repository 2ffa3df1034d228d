"""The draw (docs/algorithms/allocation.md)."""

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np

from yingzao.engines import design
from yingzao.engines.allocation.level import Table
from yingzao.engines.allocation.values import Draw, Impossible, Obstacle, Pair, Problem


def allocate(problem: Problem) -> Draw:
    """Draw judges for every entry.

    In this order: no hard conflict, locked pairs kept, nobody over capacity; as few pairs to be avoided as possible;
    as few standing pairs moved as possible; loads as level as that allows (the sum of their squares is the least
    possible, so greatest and least differ by at most 1 whenever some such draw reaches that); one connected design
    where an exchange of two pairs reaches it. Raises Impossible with every obstacle.
    """
    if obstacles := _obstacles(problem):
        raise Impossible(obstacles)
    judges = tuple(sorted(problem.judges, key=lambda judge: lot(problem.seed, judge)))
    entries = tuple(sorted(problem.entries, key=lambda entry: lot(problem.seed, entry)))
    table = Table(problem, entries, judges)
    _greedy(problem, table)
    table.improve()
    if table.unmet.any():
        raise Impossible(
            tuple(
                Obstacle(
                    "too_little_capacity",
                    entry=entry,
                    available=problem.per_entry - int(table.unmet[table.row[entry]]),
                    needed=problem.per_entry,
                )
                for entry in sorted(problem.entries)
                if table.unmet[table.row[entry]]
            )
        )
    pairs = _joined(problem, table, table.pairs())
    drawn = set(pairs)
    load = Counter(judge for _, judge in pairs)
    return Draw(
        pairs=pairs,
        load={judge: load[judge] for judge in sorted(problem.judges)},
        against=tuple(sorted(drawn & problem.avoid - problem.locked)),
        moved=tuple(sorted(problem.standing - drawn)),
    )


def _obstacles(problem: Problem) -> tuple[Obstacle, ...]:
    if problem.per_entry < 1:
        return (Obstacle("bad_number", needed=problem.per_entry),)
    if not problem.entries or not problem.judges:
        return (Obstacle("nothing_to_draw"),)
    found = []
    entries, judges = set(problem.entries), set(problem.judges)
    for entry, judge in sorted(problem.locked):
        if entry not in entries or judge not in judges:
            found.append(Obstacle("unknown_name", entry=entry, judge=judge))
        elif (entry, judge) in problem.conflicts:
            found.append(Obstacle("locked_conflict", entry=entry, judge=judge))
    for judge in sorted(judges & set(problem.capacity)):
        kept = sum(j == judge for _, j in problem.locked)
        if kept > problem.capacity[judge]:
            found.append(
                Obstacle("over_capacity", judge=judge, available=problem.capacity[judge], needed=kept)
            )
    barred: dict[str, set[str]] = {}
    for entry, judge in problem.conflicts:
        if judge in judges:
            barred.setdefault(entry, set()).add(judge)
    for entry in sorted(entries):
        available = len(judges) - len(barred.get(entry, ()))
        if available < problem.per_entry:
            found.append(
                Obstacle("too_few_judges", entry=entry, available=available, needed=problem.per_entry)
            )
    return tuple(found)


def _greedy(problem: Problem, table: Table) -> None:
    """What stands first; then each entry takes the judges with the least load, of these those who met least on
    entries before, equals by lot. What finds no judge here is left to `Table.improve`."""
    load = table.has.sum(axis=0)
    met = np.zeros((len(table.judges), len(table.judges)), dtype=np.int64)
    for row, entry in enumerate(table.entries):
        while table.unmet[row]:
            free = (table.allowed[row] & ~table.has[row] & (load < table.capacity)).nonzero()[0]
            if not free.size:
                break
            chosen = table.has[row].nonzero()[0]
            for price in (table.cost[row], load, met[chosen].sum(axis=0)):
                free = free[price[free] == price[free].min()]
            taken = min(map(int, free), key=lambda judge: lot(problem.seed, entry, table.judges[judge]))
            table.put(row, taken)
            load[taken] += 1
            met[taken, chosen] += 1
            met[chosen, taken] += 1


def _joined(problem: Problem, table: Table, pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Join parts of the design by exchanging two pairs of different parts, for as long as one exchange joins any.

    An exchange keeps every load. Only pairs of equal cost are exchanged, so nothing reached before is given up.
    """
    while len(groups := design.parts(pairs)) > 1:
        part_of = {judge: number for number, part in enumerate(groups) for judge in part.judges}
        rows = [(table.row[e], table.column[j], part_of[j]) for e, j in pairs if (e, j) not in problem.locked]
        exchange = _exchange(problem, table, sorted(rows), pairs, len(groups))
        if exchange is None:
            return pairs
        pairs = exchange
    return pairs


def _exchange(
    problem: Problem,
    table: Table,
    rows: Sequence[tuple[int, int, int]],
    pairs: tuple[Pair, ...],
    before: int,
) -> tuple[Pair, ...] | None:
    tries = 0
    for row, judge, part in rows:
        for other_row, other_judge, other_part in rows:
            if other_part <= part or not table.may_exchange(row, judge, other_row, other_judge):
                continue
            tries += 1
            if tries > MOST_TRIES:
                return None
            changed = set(pairs)
            changed -= {table.pair(row, judge), table.pair(other_row, other_judge)}
            changed |= {table.pair(row, other_judge), table.pair(other_row, judge)}
            if len(design.parts(changed)) < before:
                return tuple(sorted(changed))
    return None


MOST_TRIES = 400


def lot(seed: int, *names: str) -> bytes:
    """What is drawn: SHA-256 of the seed and the names, so that anybody can draw again, on any machine."""
    return hashlib.sha256("\x1f".join((str(seed), *names)).encode()).digest()
