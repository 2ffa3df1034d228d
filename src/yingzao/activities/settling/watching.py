"""How much of a video somebody has really seen. Pure.

A span `(from_ms, to_ms, start_ms, end_ms)` says that this stretch of the video was played in that stretch of time (the
latter counted from the fact's own instant). A moment of the video counts once, however often it was seen, and what was
skipped is in no span.

`media` counts a moment seen as that moment, at whatever speed the player allows. `wall` counts the time that somebody spent on
it: at double speed half of it, at half speed no more than the moment; where it was seen several times the longest counts.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

Counting = Literal["media", "wall"]
FASTEST = Fraction(21, 10)  # of real speed: the player offers 2, and clocks are never exact
SLACK_MS = 1500  # of a heartbeat against the clock
SLIVER_MS = 500  # what is less is two clocks that do not quite agree
SHARE = "0.9"  # of a video, where its rule says nothing


@dataclass(frozen=True, slots=True)
class Span:
    """All in milliseconds; the time is since 1970."""

    from_ms: int
    to_ms: int
    start_ms: int
    end_ms: int

    @property
    def length(self) -> int:
        return self.to_ms - self.from_ms

    @property
    def is_too_fast(self) -> bool:
        """Faster than the player plays: what it says was passed over, not seen."""
        return self.length > FASTEST * (self.end_ms - self.start_ms) + SLACK_MS


@dataclass(frozen=True, slots=True)
class Watched:
    """What came of it: credited milliseconds, exactly; the stretches seen; when `enough` was reached, None while it is not."""

    credited: Fraction
    seen: tuple[tuple[int, int], ...]
    reached_ms: int | None = None


def spans_of(happened_at: dt.datetime, detail: Mapping[str, Any]) -> list[Span]:
    """The spans that a `watched` fact carries."""
    zero = milliseconds(happened_at)
    return [Span(a, b, zero + c, zero + d) for a, b, c, d in detail.get("spans", ())]


def milliseconds(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)


def moment(ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(ms / 1000, tz=dt.UTC)


def measure(
    spans: Iterable[Span], *, counts: Counting = "media", enough: Fraction | int | None = None
) -> Watched:
    """Add up what was seen, in the order in which it was. `enough` is in milliseconds."""
    known: list[tuple[int, int, Fraction]] = []  # stretches that do not overlap, each with its weight
    total, reached = Fraction(0), None
    for span in sorted(spans, key=lambda s: (s.end_ms, s.start_ms, s.from_ms)):
        if span.length <= 0:
            continue
        weight = _weight(span, counts)
        for start, end, before in _against(known, span):
            gain = max(weight - before, Fraction(0))
            if gain and enough is not None and reached is None and total + gain * (end - start) >= enough:
                into = start + (enough - total) / gain - span.from_ms
                reached = span.start_ms + int(into * (span.end_ms - span.start_ms) / span.length)
            total += gain * (end - start)
        known = _with(known, span, weight)
    if enough is not None and enough <= 0 and reached is None and known:
        reached = min(s.end_ms for s in spans)
    return Watched(total, _joined((a, b) for a, b, _weight in known), reached)


def _weight(span: Span, counts: Counting) -> Fraction:
    if counts == "media":
        return Fraction(1)
    return min(Fraction(max(span.end_ms - span.start_ms, 0), span.length), Fraction(1))


def _against(known: Sequence[tuple[int, int, Fraction]], span: Span) -> list[tuple[int, int, Fraction]]:
    """The span cut where what is known begins or ends, each stretch with the weight it has so far."""
    cuts = sorted(
        {span.from_ms, span.to_ms}
        | {edge for a, b, _w in known for edge in (a, b) if span.from_ms < edge < span.to_ms}
    )
    return [
        (a, b, next((w for c, d, w in known if c <= a and b <= d), Fraction(0)))
        for a, b in itertools.pairwise(cuts)
    ]


def _with(
    known: Sequence[tuple[int, int, Fraction]], span: Span, weight: Fraction
) -> list[tuple[int, int, Fraction]]:
    outside = [
        piece
        for a, b, w in known
        for piece in ((a, min(b, span.from_ms), w), (max(a, span.to_ms), b, w))
        if piece[0] < piece[1]
    ]
    inside = [(a, b, max(w, weight)) for a, b, w in _against(known, span)]
    return sorted(outside + inside)


def _joined(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for a, b in sorted(stretches):
        if joined and a <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], b))
        else:
            joined.append((a, b))
    return tuple(joined)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Heartbeats that follow one another at one speed, as one span: what an hour's playing comes to is a line or two."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start_ms, s.from_ms)):
        last = out[-1] if out else None
        if last and _follows(last, span):
            out[-1] = Span(last.from_ms, span.to_ms, last.start_ms, span.end_ms)
        else:
            out.append(span)
    return out


def _follows(last: Span, span: Span) -> bool:
    if abs(span.from_ms - last.to_ms) > 20 or not 0 <= span.start_ms - last.end_ms <= 500:
        return False
    speeds = [Fraction(s.length, max(s.end_ms - s.start_ms, 1)) for s in (last, span)]
    return abs(speeds[0] - speeds[1]) * 20 <= max(speeds)


def apart(spans: Sequence[Span], taken: Sequence[tuple[int, int]]) -> list[Span]:
    """What is left of the spans outside stretches of time that are taken: nobody watches two films at once.

    Of spans among themselves that overlap in time, the later one yields.
    """
    left: list[Span] = []
    busy = sorted(taken)
    for span in sorted(spans, key=lambda s: (s.start_ms, s.end_ms)):
        pieces = _free(span, busy)
        left += pieces
        busy = sorted([*busy, *((p.start_ms, p.end_ms) for p in pieces)])
    return left


def _free(span: Span, busy: Sequence[tuple[int, int]]) -> list[Span]:
    free, at = [], span.start_ms
    for a, b in busy:
        if b <= at or a >= span.end_ms:
            continue
        if a > at:
            free.append((at, a))
        at = max(at, b)
    if at < span.end_ms:
        free.append((at, span.end_ms))
    took = span.end_ms - span.start_ms
    if free == [(span.start_ms, span.end_ms)] or took <= 0:
        return [span] if free or took <= 0 else []

    def media(ms: int) -> int:
        return span.from_ms + (ms - span.start_ms) * span.length // took

    return [Span(media(a), media(b), a, b) for a, b in free if b - a >= SLIVER_MS and media(b) > media(a)]
