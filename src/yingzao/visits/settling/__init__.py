"""When a visit counts as taken part in. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yingzao.activities.enums import DutyState, FactKind, Still
from yingzao.activities.kind import Fact, Frame, PartFrame, Verdict

# What a late arrival or an early departure counts.
FULL, AS_LATE, NOTHING = "full", "late", "nothing"


def asked_of(rule: Mapping[str, Any], stops: int) -> int:
    """How many of the stops must be checked in at: the rule's number, never more than there are; all, where it says
    nothing."""
    return min(int(rule.get("min_stops") or stops or 1), stops or 1)


def is_unconfirmed(fact: Fact) -> bool:
    """Whether staff have to confirm it before it counts: made without a network, or from too far away."""
    return str(fact.detail.get("state", "")).endswith("_unconfirmed")


@dataclass(frozen=True, slots=True)
class AtStop:
    """One learner at one stop, as the standing facts tell."""

    part: PartFrame
    arrived: Fact | None  # the first check-in that counts
    waiting: Fact | None  # a check-in that staff have to confirm
    left: Fact | None  # the last check-out
    excused: Fact | None

    @property
    def arrived_at(self) -> dt.datetime | None:
        return self.arrived.happened_at if self.arrived else None

    @property
    def left_at(self) -> dt.datetime | None:
        return self.left.happened_at if self.left else None

    def minutes_late(self, rule: Mapping[str, Any]) -> int:
        """Minutes after the stop's beginning, where that is more than the rule allows; else 0."""
        allowed = rule.get("late_after")
        if allowed in (None, "") or not self.arrived or not self.part.starts_at:
            return 0
        minutes = int((self.arrived.happened_at - self.part.starts_at).total_seconds() // 60)
        return minutes if minutes > int(allowed) else 0

    def minutes_early(self, rule: Mapping[str, Any]) -> int:
        """Minutes before the stop's end at which the learner left, where that is more than the rule allows; else 0."""
        allowed = rule.get("early_before")
        if allowed in (None, "") or not self.left or not self.part.ends_at:
            return 0
        minutes = int((self.part.ends_at - self.left.happened_at).total_seconds() // 60)
        return minutes if minutes > int(allowed) else 0


def at_stops(frame: Frame, facts: Sequence[Fact]) -> list[AtStop]:
    """Every stop of the visit in its order; facts are oldest first."""
    by_part: dict[str, list[Fact]] = {part.code: [] for part in frame.parts}
    for fact in facts:
        if fact.part in by_part:
            by_part[fact.part].append(fact)
    return [at_stop(part, by_part[part.code]) for part in frame.parts]


def at_stop(part: PartFrame, facts: Sequence[Fact]) -> AtStop:
    """One learner at one stop, from the facts of that stop alone, oldest first."""
    arrived = [f for f in facts if f.fact in (FactKind.CHECKED_IN, FactKind.CONFIRMED)]
    counted = [f for f in arrived if not is_unconfirmed(f)]
    waiting = [f for f in arrived if is_unconfirmed(f)]
    left = [f for f in facts if f.fact == FactKind.CHECKED_OUT and not is_unconfirmed(f)]
    excused = [f for f in facts if f.fact == FactKind.EXCUSED]
    return AtStop(
        part,
        counted[0] if counted else None,
        waiting[0] if waiting and not counted else None,
        left[-1] if left else None,
        excused[-1] if excused else None,
    )


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """Done when the learner was at the asked number of stops; the share is by stops.

    `late_after` and `early_before` are minutes, `marked` what a stop counts at which one came later or left earlier: in
    full, so that it makes the duty late, or nothing. With `check_out` a stop counts once it was checked out at as well. A
    stop that one is excused from is not asked for.
    """
    whole = [f for f in facts if f.fact == FactKind.CONFIRMED and not f.part]
    if whole:
        return Verdict(DutyState.DONE, Fraction(1), ({"code": "visit.confirmed", "evidence": whole[0].key},))
    stops = at_stops(frame, facts)
    good, late, nothing = _counted(frame.rule, stops)
    excused = [s for s in stops if s.excused and s not in good and s not in late]
    asked = min(asked_of(frame.rule, len(stops)), len(stops) - len(excused)) if stops else 1
    if stops and not asked:
        why = excused[-1].excused
        told = {"code": "excused", "why": why.detail.get("reason", ""), "evidence": why.key} if why else {}
        return Verdict(DutyState.EXCUSED, Fraction(0), (told,))
    reasons = _reasons(frame.rule, stops, excused, nothing, asked)
    share = Fraction(min(len(good) + len(late), asked), asked)
    if len(good) >= asked:
        return Verdict(DutyState.DONE, Fraction(1), reasons)
    if len(good) + len(late) >= asked:
        return Verdict(DutyState.LATE, Fraction(1), reasons)
    if frame.held:
        return Verdict(DutyState.MISSED, share, reasons, None, Still.NO)
    has_begun = any(s.arrived or s.waiting or s.excused for s in stops)
    return Verdict(DutyState.PENDING, share, reasons if has_begun else (), None, Still.ON_TIME)


def _counted(
    rule: Mapping[str, Any], stops: Sequence[AtStop]
) -> tuple[list[AtStop], list[AtStop], list[AtStop]]:
    """Stops that count, that count as late, and that were visited and count nothing."""
    good: list[AtStop] = []
    late: list[AtStop] = []
    nothing: list[AtStop] = []
    for stop in stops:
        if stop.arrived is None:
            continue
        marked = stop.minutes_late(rule) or stop.minutes_early(rule)
        weight = rule.get("marked", FULL) if marked else FULL
        if (rule.get("check_out") and stop.left is None) or weight == NOTHING:
            nothing.append(stop)
        else:
            (late if weight == AS_LATE else good).append(stop)
    return good, late, nothing


def _reasons(
    rule: Mapping[str, Any],
    stops: Sequence[AtStop],
    excused: Sequence[AtStop],
    nothing: Sequence[AtStop],
    asked: int,
) -> tuple[dict[str, Any], ...]:
    counted = [s for s in stops if s.arrived and s not in nothing]
    told: list[dict[str, Any]] = [
        {
            "code": "visit.stops",
            "stops": [s.part.title for s in counted],
            "missing": [s.part.title for s in stops if s not in counted and s not in excused],
            "asked": asked,
            "evidence": [s.arrived.key for s in counted if s.arrived],
        }
    ]
    for stop in stops:
        title = stop.part.title
        if stop.arrived and (late := stop.minutes_late(rule)):
            told.append({"code": "visit.late", "stop": title, "minutes": late, "evidence": stop.arrived.key})
        if stop.left and (early := stop.minutes_early(rule)):
            told.append({"code": "visit.early", "stop": title, "minutes": early, "evidence": stop.left.key})
        if stop.arrived and rule.get("check_out") and stop.left is None:
            told.append({"code": "visit.not_out", "stop": title})
        if stop.waiting:
            told.append({"code": "visit.waiting", "stop": title, "evidence": stop.waiting.key})
        if stop.excused and stop in excused:
            why = stop.excused.detail.get("reason", "")
            told.append({"code": "visit.excused", "stop": title, "why": why, "evidence": stop.excused.key})
    return tuple(told)
