"""How well questions work: what they say of those who answered, never an invented figure. Pure.

Everything is counted over one attempt a learner (the first that was handed in). n is the number of attempts.

- Facility p: the mean share of the question's points, 1 = everybody was right. For questions marked 0 or 1 the classical
  item difficulty (Crocker & Algina 1986, Introduction to Classical and Modern Test Theory, ch. 14).
- Discrimination r: Pearson's correlation of the question's share with the points of all other questions together; for
  0/1 the point-biserial, corrected for the overlap of item and total (Henrysson 1963, Psychometrika 28, 211–218).
- Cronbach's alpha: k/(k−1) · (1 − Σ s²ᵢ / s²ₜ), with sample variances of points (Cronbach 1951, Psychometrika 16, 297–334).
  For 0/1 questions it is KR-20 (Kuder & Richardson 1937, Psychometrika 2, 151–160).

The least numbers are ours: below them chance speaks louder than the question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

LEAST_FACILITY = 10  # attempts
LEAST_DISCRIMINATION = 20
LEAST_ALPHA = 20

FEW, SAME, DIFFERENT = "few", "same", "different"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, or why there is none: `few` attempts, everybody the `same`, `different` questions."""

    value: float | None
    n: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question over all attempts that held it. `chosen` counts how often each option was said, by its id."""

    n: int
    facility: Figure
    discrimination: Figure
    chosen: Mapping[str, int]
    unanswered: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of one attempt: share of its points, the points that it had, what was said."""

    item: int
    share: Fraction
    points: Fraction
    said: tuple[str, ...] = ()

    @property
    def reached(self) -> Fraction:
        return self.share * self.points


def items_of(attempts: Sequence[Sequence[Answered]]) -> dict[int, Item]:
    """Figures of each question, by its key."""
    pairs: dict[int, list[tuple[Fraction, Fraction]]] = {}
    chosen: dict[int, dict[str, int]] = {}
    unanswered: dict[int, int] = {}
    for answers in attempts:
        whole = sum((a.reached for a in answers), Fraction(0))
        for answer in answers:
            pairs.setdefault(answer.item, []).append((answer.share, whole - answer.reached))
            counts = chosen.setdefault(answer.item, {})
            for one in answer.said:
                counts[one] = counts.get(one, 0) + 1
            unanswered[answer.item] = unanswered.get(answer.item, 0) + (not answer.said)
    return {
        item: Item(len(found), facility(found), discrimination(found), chosen[item], unanswered[item])
        for item, found in pairs.items()
    }


def facility(pairs: Sequence[tuple[Fraction, Fraction]]) -> Figure:
    n = len(pairs)
    if n < LEAST_FACILITY:
        return Figure(None, n, FEW)
    return Figure(float(sum((share for share, _rest in pairs), Fraction(0)) / n), n)


def discrimination(pairs: Sequence[tuple[Fraction, Fraction]]) -> Figure:
    """Of pairs (share of the item, points of the rest)."""
    n = len(pairs)
    if n < LEAST_DISCRIMINATION:
        return Figure(None, n, FEW)
    r = correlation(pairs)
    return Figure(None, n, SAME) if r is None else Figure(r, n)


def correlation(pairs: Sequence[tuple[Fraction, Fraction]]) -> float | None:
    """Pearson's r; None where one of the two does not vary."""
    n = len(pairs)
    if n < 2:
        return None
    mean_x = sum((x for x, _y in pairs), Fraction(0)) / n
    mean_y = sum((y for _x, y in pairs), Fraction(0)) / n
    both = sum(((x - mean_x) * (y - mean_y) for x, y in pairs), Fraction(0))
    of_x = sum(((x - mean_x) ** 2 for x, _y in pairs), Fraction(0))
    of_y = sum(((y - mean_y) ** 2 for _x, y in pairs), Fraction(0))
    if not of_x or not of_y:
        return None
    return float(both) / sqrt(float(of_x * of_y))


def alpha(attempts: Sequence[Sequence[Answered]]) -> Figure:
    """Of the whole quiz, where everybody had the same questions."""
    n = len(attempts)
    if n < LEAST_ALPHA:
        return Figure(None, n, FEW)
    tables = [{a.item: a.reached for a in answers} for answers in attempts]
    items = set(tables[0])
    if any(set(table) != items for table in tables):
        return Figure(None, n, DIFFERENT)
    value = cronbach([[table[item] for item in sorted(items)] for table in tables])
    return Figure(None, n, SAME) if value is None else Figure(value, n)


def cronbach(rows: Sequence[Sequence[Fraction]]) -> float | None:
    """Alpha of a table of points, a row a person; None below two items or where the totals do not vary."""
    k = len(rows[0]) if rows else 0
    if k < 2 or len(rows) < 2:
        return None
    whole = variance([sum(row, Fraction(0)) for row in rows])
    if not whole:
        return None
    parts = sum((variance([row[item] for row in rows]) for item in range(k)), Fraction(0))
    return float(Fraction(k, k - 1) * (1 - parts / whole))


def variance(values: Sequence[Fraction]) -> Fraction:
    """Of a sample: divided by n − 1."""
    mean = sum(values, Fraction(0)) / len(values)
    return sum(((value - mean) ** 2 for value in values), Fraction(0)) / (len(values) - 1)
