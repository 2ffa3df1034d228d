"""Learners, judges and criteria on one ruler (a Wright map), as places for a drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, TOP, BOTTOM = 360, 30, 430
DOTS_FROM, DOTS_TO, JUDGES_AT, CRITERIA_AT = 52, 158, 172, 274
ROW = 15  # height of a line of words
DOT = 7
LONGEST = 7  # characters of a name, Chinese


@dataclass(frozen=True, slots=True)
class Tick:
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Named:
    """A mark at `y`, its words at `words_y` where they touch no others."""

    y: float
    words_y: float
    name: str


@dataclass(frozen=True, slots=True)
class Ruler:
    width: int
    height: int
    top: int
    bottom: int
    ticks: Sequence[Tick]
    learners: Sequence[Dot]
    judges: Sequence[Named]
    criteria: Sequence[Named]


def ruler_of(
    learners: Sequence[float], judges: Sequence[tuple[str, float]], criteria: Sequence[tuple[str, float]]
) -> Ruler:
    """Upwards: better learners, more severe judges, harder criteria, all in the same unit."""
    values = [*learners, *(v for _, v in judges), *(v for _, v in criteria)]
    low, high = min(values), max(values)
    step = _step(high - low)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    if low == high:
        low, high = low - step, high + step

    def y(value: float) -> float:
        return round(BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP), 1)

    ticks = [low + n * step for n in range(round((high - low) / step) + 1)]
    decimals = max(0, -math.floor(math.log10(step)))
    return Ruler(
        width=WIDTH,
        height=BOTTOM + 20,
        top=TOP,
        bottom=BOTTOM,
        ticks=[Tick(y(tick), f"{tick + 0.0:.{decimals}f}".replace("-", "−")) for tick in ticks],
        learners=_stacked([y(value) for value in learners]),
        judges=_apart([(y(value), name) for name, value in judges]),
        criteria=_apart([(y(value), name) for name, value in criteria]),
    )


def _step(span: float) -> float:
    """1, 2 or 5 times a power of ten, so that some six steps make the span."""
    if span <= 0:
        return 1.0
    rough = span / 6
    power = 10.0 ** math.floor(math.log10(rough))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= rough)


def _stacked(places: Sequence[float]) -> list[Dot]:
    """Dots side by side where they would touch, closer together where a row has many."""
    rows: dict[int, int] = {}
    for place in places:
        rows[round(place / DOT)] = rows.get(round(place / DOT), 0) + 1
    gap = min(DOT, (DOTS_TO - DOTS_FROM) / max(rows.values()))
    return [
        Dot(round(DOTS_FROM + n * gap, 1), row * DOT)
        for row, count in sorted(rows.items())
        for n in range(count)
    ]


def _apart(marks: Sequence[tuple[float, str]]) -> list[Named]:
    """From the top; words move down, and up again from the foot, until no two touch, as far as there is room."""
    ordered = sorted(marks)
    words: list[float] = []
    for place, _name in ordered:
        words.append(max(place, words[-1] + ROW) if words else place)
    foot: float = BOTTOM
    for n in range(len(words) - 1, -1, -1):
        words[n] = min(words[n], foot)
        foot = words[n] - ROW
    return [
        Named(place, round(at + 4, 1), name if len(name) <= LONGEST else name[: LONGEST - 1] + "…")
        for (place, name), at in zip(ordered, words, strict=True)
    ]
