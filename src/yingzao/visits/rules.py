"""When a visit counts as taken part in. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from yingzao.activities.enums import DutyState, FactKind, Still
from yingzao.activities.kind import Fact, Frame, Verdict


def asked_stops(frame: Frame) -> int:
    """How many stops must be checked in at: the rule's number, never more than there are; all, where it says nothing."""
    stops = len(frame.parts)
    asked = int(frame.rule.get("min_stops") or stops or 1)
    return min(asked, stops) if stops else asked


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """Done when the learner was checked in at the asked number of stops."""
    stops = {p.code: p.title for p in frame.parts}
    seen: dict[str, Fact] = {}
    whole = [f for f in facts if f.fact == FactKind.CONFIRMED and not f.part]
    for fact in facts:
        if fact.fact in (FactKind.CHECKED_IN, FactKind.CONFIRMED) and fact.part in stops:
            seen.setdefault(fact.part, fact)
    asked = asked_stops(frame)
    reason = {
        "code": "visit.stops",
        "stops": [stops[code] for code in seen],
        "missing": [title for code, title in stops.items() if code not in seen],
        "asked": asked,
        "evidence": [f.key for f in (*whole, *seen.values())],
    }
    if whole or (asked and len(seen) >= asked):
        return Verdict(DutyState.DONE, Fraction(1), (reason,))
    share = Fraction(min(len(seen), asked), asked)
    if frame.held:
        return Verdict(DutyState.MISSED, share, (reason,), None, Still.NO)
    return Verdict(DutyState.PENDING, share, (reason,) if seen else (), None, Still.ON_TIME)
