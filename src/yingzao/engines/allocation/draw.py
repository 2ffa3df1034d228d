"""The draw (docs/algorithms/allocation.md)."""

import hashlib
from collections import deque
from dataclasses import dataclass, field

Pair = tuple[str, str]  # (entry, judge)


@dataclass(frozen=True, slots=True)
class Problem:
    """Entries and judges by name. `conflicts` may never be drawn; `locked` pairs are kept as they are.

    An entry with more locked judges than `per_entry` keeps them all and is drawn none.
    """

    entries: tuple[str, ...]
    judges: tuple[str, ...]
    per_entry: int
    conflicts: frozenset[Pair] = field(default_factory=frozenset)
    locked: frozenset[Pair] = field(default_factory=frozenset)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Draw:
    """`pairs` sorted; `load` counts pairs of each judge, locked ones included. The same problem gives the same draw."""

    pairs: tuple[Pair, ...]
    load: dict[str, int]

    @property
    def spread(self) -> int:
        return max(self.load.values()) - min(self.load.values()) if self.load else 0


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`code` is `too_few_judges` (`available` judges without a conflict, `needed` asked for), `locked_conflict`,
    `unknown_name`, `nothing_to_draw` or `bad_number`."""

    code: str
    entry: str = ""
    judge: str = ""
    available: int = 0
    needed: int = 0


class Impossible(ValueError):
    """No draw keeps all conditions; `obstacles` names every reason, sorted by entry."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        self.obstacles = obstacles
        super().__init__("; ".join(f"{o.code} {o.entry} {o.judge}".strip() for o in obstacles))


def allocate(problem: Problem) -> Draw:
    """Draw judges for every entry.

    Loads are as level as the conflicts allow: the sum of their squares is the least possible, so the greatest load
    is the least possible, and greatest and least differ by at most 1 whenever some draw reaches that. Raises
    Impossible with every obstacle. There is no limit on a judge's load, so an entry with enough judges can always
    be served.
    """
    if obstacles := _obstacles(problem):
        raise Impossible(obstacles)
    judges = sorted(problem.judges)
    chosen: dict[str, set[str]] = {entry: set() for entry in problem.entries}
    load = dict.fromkeys(judges, 0)
    for entry, judge in problem.locked:
        chosen[entry].add(judge)
        load[judge] += 1

    for entry in sorted(problem.entries, key=lambda e: _lot(problem.seed, e)):
        lots = {judge: _lot(problem.seed, entry, judge) for judge in judges}
        free = [j for j in judges if j not in chosen[entry] and (entry, j) not in problem.conflicts]
        free.sort(key=lambda j: (load[j], lots[j]))
        for judge in free[: max(problem.per_entry - len(chosen[entry]), 0)]:
            chosen[entry].add(judge)
            load[judge] += 1

    _level(problem, chosen, load)
    return Draw(
        pairs=tuple(sorted((entry, judge) for entry, of in chosen.items() for judge in of)),
        load=load,
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
    for entry in sorted(entries):
        available = sum((entry, judge) not in problem.conflicts for judge in judges)
        if available < problem.per_entry:
            found.append(
                Obstacle("too_few_judges", entry=entry, available=available, needed=problem.per_entry)
            )
    return tuple(found)


def _level(problem: Problem, chosen: dict[str, set[str]], load: dict[str, int]) -> None:
    """Move pairs along chains of judges until no chain leads from a load to one lower by two or more.

    Where no such chain is left the sum of squared loads is least (optimal semi-matching: Harvey, Ladner, Lovász,
    Tamir 2006, J. Algorithms 59:53).
    """
    movable: dict[str, set[str]] = {judge: set() for judge in load}
    for entry, of in chosen.items():
        for judge in of:
            if (entry, judge) not in problem.locked:
                movable[judge].add(entry)
    while chain := _chain(problem, chosen, load, movable):
        for giver, entry, taker in chain:
            chosen[entry].remove(giver)
            chosen[entry].add(taker)
            movable[giver].remove(entry)
            movable[taker].add(entry)
        load[chain[0][0]] -= 1
        load[chain[-1][2]] += 1


def _chain(
    problem: Problem, chosen: dict[str, set[str]], load: dict[str, int], movable: dict[str, set[str]]
) -> list[tuple[str, str, str]]:
    """The shortest chain (giver, entry, taker)… from the heaviest judge that has one, or an empty list."""
    least = min(load.values())
    for start in sorted(load, key=lambda judge: (-load[judge], judge)):
        if load[start] - least < 2:
            return []
        came: dict[str, tuple[str, str]] = {}
        unseen = set(load) - {start}
        waiting = deque([start])
        while waiting and unseen:
            giver = waiting.popleft()
            for entry in sorted(movable[giver], key=lambda e: _lot(problem.seed, e)):
                takers = [j for j in unseen if j not in chosen[entry] and (entry, j) not in problem.conflicts]
                for taker in sorted(takers, key=lambda j: (load[j], _lot(problem.seed, j))):
                    came[taker] = (giver, entry)
                    unseen.remove(taker)
                    if load[start] - load[taker] >= 2:
                        return _walk_back(came, start, taker)
                    waiting.append(taker)
                if not unseen:
                    break
    return []


def _walk_back(came: dict[str, tuple[str, str]], start: str, end: str) -> list[tuple[str, str, str]]:
    steps = []
    taker = end
    while taker != start:
        giver, entry = came[taker]
        steps.append((giver, entry, taker))
        taker = giver
    return steps[::-1]


def _lot(seed: int, *names: str) -> bytes:
    """What is drawn: SHA-256 of the seed and the names, so that anybody can draw again, on any machine."""
    return hashlib.sha256("\x1f".join((str(seed), *names)).encode()).digest()
