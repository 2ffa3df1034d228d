"""From attended facts to minutes, by way of the intervals engine."""

from __future__ import annotations

from collections.abc import Sequence

from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact
from yingzao.engines import intervals
from yingzao.live.rules import Heard, Span


def heard(facts: Sequence[Fact], sessions: Sequence[Span]) -> Heard:
    """The union of the attended intervals, clipped to the sessions. An open end reaches to the end of the last session."""
    last = max((end for _start, end in sessions), default=None)
    attended = [f for f in facts if f.fact == FactKind.ATTENDED]
    present = intervals.union(
        [(f.happened_at, f.until or last) for f in attended if f.until or (last and f.happened_at < last)]
    )
    clipped = intervals.clip(present, intervals.union(sessions))
    claimed = [f.detail["claimed_seconds"] for f in attended if "claimed_seconds" in f.detail]
    return Heard(
        minutes=intervals.whole_minutes(clipped),
        spans=tuple(clipped),
        claimed_minutes=sum(claimed) // 60 if claimed else None,
    )
