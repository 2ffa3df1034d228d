"""Union of half-open intervals, clipped to a session: devices and rejoins never add up twice."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

TICK = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """[start, end): the start belongs to it, the end does not. One whose end is not after its start holds no
    time.

    Both ends are naive, or both aware; the two are never mixed.
    """

    start: dt.datetime
    end: dt.datetime

    @property
    def length(self) -> dt.timedelta:
        return max(self.end - self.start, dt.timedelta())


@dataclass(frozen=True, slots=True)
class Presence:
    """Time inside one session. `seconds` and `share` are exact; `minutes` are whole, rounded down once, at
    the end."""

    spans: tuple[Interval, ...]
    seconds: Fraction
    minutes: int
    share: Fraction


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same moments as disjoint intervals in order; those that overlap or touch become one, empty ones
    vanish."""
    merged: list[Interval] = []
    for interval in sorted(interval for interval in intervals if interval.end > interval.start):
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        else:
            merged.append(interval)
    return tuple(merged)


def clip(intervals: Iterable[Interval], session: Interval) -> tuple[Interval, ...]:
    """What of each interval lies inside the session; what lies outside vanishes."""
    clipped = (Interval(max(i.start, session.start), min(i.end, session.end)) for i in intervals)
    return tuple(interval for interval in clipped if interval.end > interval.start)


def without(intervals: Iterable[Interval], holes: Iterable[Interval]) -> tuple[Interval, ...]:
    """What of the intervals lies in none of the holes, as disjoint intervals in order."""
    left = union(intervals)
    for hole in union(holes):
        left = tuple(
            piece
            for span in left
            for piece in (
                Interval(span.start, min(span.end, hole.start)),
                Interval(max(span.start, hole.end), span.end),
            )
            if piece.end > piece.start
        )
    return left


def measure(intervals: Iterable[Interval], session: Interval, breaks: Iterable[Interval] = ()) -> Presence:
    """Presence of one person in one session, its breaks left out of both. Raises ValueError for a session that holds no
    time."""
    breaks = tuple(breaks)
    working = without([session], breaks)
    if not working:
        raise ValueError("a session ends after it starts")
    spans = without(clip(intervals, session), breaks)
    there = sum((span.length for span in spans), dt.timedelta())
    whole = sum((span.length for span in working), dt.timedelta())
    return Presence(
        spans, exact_seconds(there), there // dt.timedelta(minutes=1), Fraction(there // TICK, whole // TICK)
    )


def exact_seconds(length: dt.timedelta) -> Fraction:
    """Seconds without the rounding of `total_seconds()`."""
    return Fraction(length // TICK, 1_000_000)
