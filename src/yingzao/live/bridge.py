"""From attended facts to minutes, by way of the intervals engine."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact
from yingzao.engines.intervals import Interval, measure
from yingzao.live.rules import Heard, Span


def heard(facts: Sequence[Fact], sessions: Sequence[Span]) -> Heard:
    """The union of the attended intervals, clipped to each session. An open end is still there at the session's end."""
    attended = [f for f in facts if f.fact == FactKind.ATTENDED]
    seconds = Fraction(0)
    spans: list[Span] = []
    for start, end in sessions:
        present = measure(
            [Interval(f.happened_at, f.until or max(end, f.happened_at)) for f in attended],
            Interval(start, end),
        )
        seconds += present.seconds
        spans += [(span.start, span.end) for span in present.spans]
    claimed = [f.detail["claimed_seconds"] for f in attended if f.detail.get("claimed_seconds") is not None]
    return Heard(
        minutes=int(seconds // 60),
        spans=tuple(spans),
        claimed_minutes=sum(claimed) // 60 if claimed else None,
    )
