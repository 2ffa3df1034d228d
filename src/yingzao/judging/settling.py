"""Figures from sheets as they stand, before any calibration: totals, gaps, how far a judge leans, agreement. Values alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import sqrt

CRITERION = tuple[int, Decimal, int]  # key, weight of 100, the most that can be given
FEWEST = 3  # shared entries from which a judge's leaning is worth a word


def total_of(points: Mapping[int, int], criteria: Sequence[CRITERION]) -> Fraction | None:
    """A sheet's total of 100, each mark as its share of the highest level; None where a criterion is missing."""
    if any(key not in points for key, _weight, _levels in criteria):
        return None
    return sum(
        (Fraction(weight) * Fraction(points[key], levels) for key, weight, levels in criteria), Fraction(0)
    )


def gap_of(totals: Iterable[Fraction]) -> Fraction | None:
    """Highest less lowest; None of fewer than two."""
    totals = list(totals)
    return max(totals) - min(totals) if len(totals) > 1 else None


@dataclass(frozen=True, slots=True)
class Leaning:
    """`lean`: how many points of 100 a judge gives more than the others on the same entries, on `shared` of them.

    None where nothing is shared. What the entries are worth falls out, since only sheets on one entry are compared.
    """

    n: int
    mean: Fraction | None
    deviation: float | None
    lean: Fraction | None
    shared: int


def leanings(totals: Iterable[tuple[str, str, Fraction]]) -> dict[str, Leaning]:
    """By judge, from (entry, judge, total)."""
    by_entry: dict[str, dict[str, Fraction]] = defaultdict(dict)
    by_judge: dict[str, list[Fraction]] = defaultdict(list)
    for entry, judge, total in totals:
        by_entry[entry][judge] = total
        by_judge[judge].append(total)
    differences: dict[str, list[Fraction]] = defaultdict(list)
    for of in by_entry.values():
        for judge, total in of.items():
            others = [t for other, t in of.items() if other != judge]
            if others:
                differences[judge].append(total - sum(others, Fraction(0)) / len(others))
    return {
        judge: Leaning(
            n=len(given),
            mean=_mean(given),
            deviation=deviation(given),
            lean=_mean(differences[judge]),
            shared=len(differences[judge]),
        )
        for judge, given in by_judge.items()
    }


def deviation(values: Sequence[Fraction]) -> float | None:
    """Standard deviation of a sample; None of fewer than two."""
    mean = _mean(values)
    if mean is None or len(values) < 2:
        return None
    return sqrt(float(sum(((v - mean) ** 2 for v in values), Fraction(0)) / (len(values) - 1)))


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over all pairs of judges on one piece and criterion: the same level, and at most one level apart."""

    pairs: int
    exact: int
    adjacent: int

    @property
    def exact_share(self) -> float | None:
        return self.exact / self.pairs if self.pairs else None

    @property
    def adjacent_share(self) -> float | None:
        return self.adjacent / self.pairs if self.pairs else None


def agreement(marks: Iterable[tuple[str, str, int]]) -> Agreement:
    """From (piece and criterion, judge, points); a judge counts once for each."""
    by_place: dict[str, dict[str, int]] = defaultdict(dict)
    for place, judge, points in marks:
        by_place[place][judge] = points
    apart = [abs(a - b) for of in by_place.values() for a, b in combinations(of.values(), 2)]
    return Agreement(len(apart), sum(d == 0 for d in apart), sum(d <= 1 for d in apart))
