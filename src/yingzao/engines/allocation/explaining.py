"""Why this judge on this entry, why nobody else, and whether judges are tied to groups."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from yingzao.engines.allocation.values import Draw, Pair, Problem


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a judge is on an entry, or is not.

    On it: `locked`, `stood` (kept from before), `drawn_against` (to be avoided, but nobody else was left) or
    `drawn`. Not on it: `conflict`, `avoided`, `full`, `level` (another has the entry, and taking it would make
    the loads less level) or `lot` (only chance decided).
    """

    judge: str
    is_on: bool
    code: str
    load: int
    limit: int | None = None


def explain(problem: Problem, draw: Draw, entry: str) -> tuple[Reason, ...]:
    """A reason for every judge, those on the entry first, then by name."""
    on = {judge for e, judge in draw.pairs if e == entry}
    highest = max((draw.load[judge] for judge in on), default=0)
    reasons = []
    for judge in sorted(problem.judges, key=lambda j: (j not in on, j)):
        pair, load, limit = (entry, judge), draw.load[judge], problem.capacity.get(judge)
        if judge in on:
            code = _why_on(problem, pair)
        elif pair in problem.conflicts:
            code = "conflict"
        elif pair in problem.avoid:
            code = "avoided"
        elif limit is not None and load >= limit:
            code = "full"
        elif load >= highest:
            code = "level"
        else:
            code = "lot"
        reasons.append(Reason(judge, judge in on, code, load, limit))
    return tuple(reasons)


def _why_on(problem: Problem, pair: Pair) -> str:
    if pair in problem.locked:
        return "locked"
    if pair in problem.standing:
        return "stood"
    return "drawn_against" if pair in problem.avoid else "drawn"


@dataclass(frozen=True, slots=True)
class Ties:
    """`strength` from 0 (judges are spread over the groups as chance would) to 1 (the group tells the judge):
    Cramér's V with Bergsma's correction (2013, J. Korean Stat. Soc. 42:323). `judges` sit with one group only."""

    strength: float
    judges: tuple[str, ...]


def ties(pairs: Iterable[Pair], group_of: Mapping[str, str]) -> Ties:
    """How far judges are tied to groups of entries. Entries without a group, and groups of one, are left out."""
    pairs = sorted(set(pairs))
    size = Counter(group_of[entry] for entry in {entry for entry, _ in pairs} if group_of.get(entry))
    counted = [(group_of[e], judge) for e, judge in pairs if size[group_of.get(e, "")] > 1]
    groups, judges = Counter(g for g, _ in counted), Counter(j for _, j in counted)
    total = len(counted)
    if len(groups) < 2 or len(judges) < 2 or total < 2:
        return Ties(0.0, ())
    cell = Counter(counted)
    chi = total * (sum(n * n / (groups[g] * judges[j]) for (g, j), n in cell.items()) - 1)
    rows, columns = len(groups), len(judges)
    phi = max(0.0, chi / total - (rows - 1) * (columns - 1) / (total - 1))
    narrow = min(
        rows - (rows - 1) ** 2 / (total - 1),
        columns - (columns - 1) ** 2 / (total - 1),
    )
    alone = tuple(sorted(j for j, n in judges.items() if n > 1 and max(cell[g, j] for g in groups) == n))
    return Ties(sqrt(phi / (narrow - 1)) if narrow > 1 else 0.0, alone)
