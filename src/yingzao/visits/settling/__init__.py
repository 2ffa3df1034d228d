"""When a visit counts as taken part in. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from yingzao.activities.enums import DutyState, FactKind, Still
from yingzao.activities.kind import Fact, Frame, Verdict


def asked_of(rule: Mapping[str, Any], stops: int) -> int:
    """How many of the stops must be checked in at: the rule's number, never more than there are; all, where it says
    nothing."""
    return min(int(rule.get("min_stops") or stops or 1), stops or 1)


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """Done when the learner was checked in at the asked number of stops."""
    stops = {p.code: p.title for p in frame.parts}
    seen: dict[str, Fact] = {}
    whole = [f for f in facts if f.fact == FactKind.CONFIRMED and not f.part]
    for fact in facts:
        if fact.fact in (FactKind.CHECKED_IN, FactKind.CONFIRMED) and fact.part in stops:
            seen.setdefault(fact.part, fact)
    asked = asked_of(frame.rule, len(frame.parts))
    reason = {
        "code": "visit.stops",
        "stops": [stops[code] for code in seen],
        "missing": [title for code, title in stops.items() if code not in seen],
        "asked": asked,
        "evidence": [f.key for f in seen.values()],
    }
    if whole:
        return Verdict(DutyState.DONE, Fraction(1), ({"code": "visit.confirmed", "evidence": whole[0].key},))
    if len(seen) >= asked:
        return Verdict(DutyState.DONE, Fraction(1), (reason,))
    share = Fraction(min(len(seen), asked), asked)
    if frame.held:
        return Verdict(DutyState.MISSED, share, (reason,), None, Still.NO)
    return Verdict(DutyState.PENDING, share, (reason,) if seen else (), None, Still.ON_TIME)
