"""When a live course counts as attended. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from yingzao.activities.enums import DutyState, FactKind, Still
from yingzao.activities.kind import Fact, Frame, Verdict

DEFAULT_SHARE = "0.8"
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person's intervals come to: the union clipped to the sessions, whole minutes rounded down.

    `claimed_minutes` is the provider's own sum, shown beside ours.
    """

    minutes: int
    spans: tuple[Span, ...]
    claimed_minutes: int | None = None


EARLY_ENTRY = dt.timedelta(minutes=10)


def may_enter(starts_at: dt.datetime | None, ends_at: dt.datetime | None, now: dt.datetime) -> bool:
    """The door opens ten minutes before the course begins and closes when it ends."""
    return bool(starts_at and ends_at and starts_at - EARLY_ENTRY <= now <= ends_at)


def session_spans(frame: Frame) -> tuple[Span, ...]:
    """The sessions that count: the parts that have times, else the activity's own times."""
    parts = tuple((p.starts_at, p.ends_at) for p in frame.parts if p.starts_at and p.ends_at)
    if parts:
        return parts
    return ((frame.starts_at, frame.ends_at),) if frame.starts_at and frame.ends_at else ()


def session_minutes(frame: Frame) -> int:
    return sum(int((end - start).total_seconds()) // 60 for start, end in session_spans(frame))


def needed_minutes(rule: Mapping[str, Any], whole: int) -> Fraction:
    """Minutes the rule asks of `whole` minutes, exactly: 0.55 of 100 is 55, not 55.00000000000001."""
    if "min_minutes" in rule:
        return Fraction(str(rule["min_minutes"]))
    return Fraction(str(rule.get("min_share", DEFAULT_SHARE))) * whole


def settle(frame: Frame, facts: Sequence[Fact], total: Heard, now: dt.datetime) -> Verdict:
    """Done when the union of a person's intervals, clipped to the session, reaches what the rule asks."""
    confirmed = [f for f in facts if f.fact in (FactKind.CONFIRMED, FactKind.IMPORTED)]
    if confirmed:
        return Verdict(
            DutyState.DONE, Fraction(1), ({"code": "live.confirmed", "evidence": confirmed[-1].key},)
        )
    attended = [f for f in facts if f.fact == FactKind.ATTENDED]
    whole = session_minutes(frame)
    needed = needed_minutes(frame.rule, whole)
    if not attended:
        if frame.held:
            return Verdict(DutyState.MISSED, Fraction(0), ({"code": "live.absent"},), None, Still.NO)
        return Verdict(DutyState.PENDING, Fraction(0), (), None, Still.ON_TIME)
    share = min(Fraction(total.minutes) / needed, Fraction(1)) if needed else Fraction(1)
    reason: dict[str, Any] = {
        "code": "live.heard",
        "minutes": total.minutes,
        "needed": ceil(needed),
        "whole": whole,
        "spans": [[start.isoformat(), end.isoformat()] for start, end in total.spans],
        "evidence": [f.key for f in attended],
    }
    if total.claimed_minutes is not None:
        reason["claimed"] = total.claimed_minutes
    if total.minutes >= needed:
        return Verdict(DutyState.DONE, share, (reason,))
    state = DutyState.MISSED if frame.held else DutyState.PENDING
    return Verdict(state, share, (reason,), None, Still.NO if frame.held else Still.ON_TIME)
