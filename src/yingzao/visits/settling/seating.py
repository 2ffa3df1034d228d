"""Who rides in which group: people of one team or one community together, as far as seats allow. Pure.

1. Clusters are taken by size, the largest first, those of one size by name.
2. A cluster goes whole into a group with seats for all of it: the one where most of its own people sit already, else the first one.
3. Where no group has seats for all of it, the one with the most free seats is filled from it; what is left of it is a cluster of its own
   and waits for its turn.
4. When no seat is free, whoever is left has none.

No group gets more people than it has free seats, and nobody is left while a seat is free.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cluster:
    """People to be kept together, in the order in which they are seated. `name` breaks ties."""

    name: str
    members: tuple[int, ...]


def seat(
    clusters: Iterable[Cluster],
    free: Mapping[int, int],
    mates: Mapping[str, Mapping[int, int]] | None = None,
) -> dict[int, int]:
    """Member → group. `free`: group → free seats, in the order in which groups are filled; `mates`: cluster's name → group
    → how many of its people sit there already."""
    left = {group: max(seats, 0) for group, seats in free.items()}
    rank = {group: n for n, group in enumerate(left)}
    sitting = {name: dict(groups) for name, groups in (mates or {}).items()}
    queue = [(-len(c.members), c.name, c.members) for c in clusters if c.members]
    heapq.heapify(queue)
    seated: dict[int, int] = {}
    while queue and any(left.values()):
        size, name, members = heapq.heappop(queue)
        theirs = sitting.setdefault(name, {})
        fitting = [group for group, seats in left.items() if seats >= -size]
        if fitting:
            group = min(fitting, key=lambda g: (-theirs.get(g, 0), rank[g]))
        else:
            group = min(left, key=lambda g: (-left[g], -theirs.get(g, 0), rank[g]))
        now, later = members[: left[group]], members[left[group] :]
        seated |= dict.fromkeys(now, group)
        left[group] -= len(now)
        theirs[group] = theirs.get(group, 0) + len(now)
        if later:
            heapq.heappush(queue, (-len(later), name, later))
    return seated
