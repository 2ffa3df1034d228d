"""The parts of a design: groups of judges and learners that share nobody with any other group."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    learners: tuple[str, ...]
    judges: tuple[str, ...]


def parts(pairs: Iterable[tuple[str, str]]) -> tuple[Part, ...]:
    """The parts of (learner, judge) pairs, each sorted, ordered by their first learner.

    Two judges are comparable only within a part: a difference between parts may lie in the judges or in the
    learners, and marks cannot tell. Criteria are left out on purpose: a criterion that all share would join
    everything and say nothing of severity. Where every judge marks every criterion, the number of parts equals the
    nullity, less one, of judge and criterion effects with the learners projected out (the rank test).
    """
    neighbours: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for learner, judge in pairs:
        a, b = ("learner", learner), ("judge", judge)
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    found: list[Part] = []
    seen: set[tuple[str, str]] = set()
    for start in sorted(node for node in neighbours if node[0] == "learner"):
        if start in seen:
            continue
        group, waiting = {start}, [start]
        while waiting:
            for other in neighbours[waiting.pop()] - group:
                group.add(other)
                waiting.append(other)
        seen |= group
        found.append(
            Part(
                learners=tuple(sorted(name for side, name in group if side == "learner")),
                judges=tuple(sorted(name for side, name in group if side == "judge")),
            )
        )
    return tuple(found)
