"""How duties follow from evidence, and what progress is. Pure: values in, values out, no query and no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from yingzao.activities import kind as kinds
from yingzao.activities.enums import DutyState, FactKind, Still
from yingzao.activities.kind import Fact, Frame, Verdict
from yingzao.core import clock

SHARE_PLACES = Decimal("0.0001")


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """What one learner's activity comes to at `now`, from its standing facts.

    What holds for every kind is decided here (cancelled, excused, nobody misses what is voluntary); everything else is
    the kind's.
    """
    if frame.cancelled:
        return Verdict(DutyState.EXCUSED, Fraction(0), ({"code": "cancelled"},))
    by_part = kinds.get(frame.kind).excuses_by_part
    excuses = [f for f in facts if f.fact == FactKind.EXCUSED and not (by_part and f.part)]
    if excuses:
        return Verdict(
            DutyState.EXCUSED,
            Fraction(0),
            ({"code": "excused", "why": excuses[-1].detail.get("reason", ""), "evidence": excuses[-1].key},),
        )
    verdict = kinds.get(frame.kind).settle(frame, facts, now)
    if not frame.required and verdict.state == DutyState.MISSED:
        reasons = (*verdict.reasons, {"code": "voluntary"})
        return replace(verdict, state=DutyState.EXCUSED, reasons=reasons)
    return verdict


def stored_share(share: Fraction) -> Decimal:
    """Four decimals, rounded down: a share below 1 never reads as 1."""
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(SHARE_PLACES, rounding=ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Counted:
    """Duties of one learner as progress counts them: `count` of the same state, outlook and weight."""

    state: str
    still: str
    weight: Decimal  # two decimals
    count: int = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """The three figures that always stand together, as exact fractions of 1; None where nothing is counted yet."""

    whole: Fraction | None  # of the whole plan
    so_far: Fraction | None  # of what is settled
    reachable: Fraction | None  # if everything still possible is done


def credit(state: str, late_share: Decimal) -> Fraction:
    """What a settled duty counts: done 1, late `late_share`, anything else 0."""
    return {DutyState.DONE: Fraction(1), DutyState.LATE: Fraction(late_share)}.get(
        DutyState(state), Fraction(0)
    )


def progress(duties: Iterable[Counted], late_share: Decimal) -> Progress:
    """So far, of the whole plan, and best still reachable. Excused duties are in neither numerator nor denominator.

    Counts in whole hundredths of weight and thousandths of a late duty, so that the only fractions are the three answers.
    """
    late = int(late_share * 1000)
    earned = settled = best = total = 0
    for duty in duties:
        if duty.state == DutyState.EXCUSED:
            continue
        weight = int(duty.weight * 100) * duty.count
        total += weight
        if duty.state == DutyState.DONE:
            worth = weight * 1000
        elif duty.state == DutyState.LATE:
            worth = weight * late
        else:
            worth = 0
            best += {Still.ON_TIME: weight * 1000, Still.LATE: weight * late}.get(Still(duty.still), 0)
        earned += worth
        best += worth
        if duty.state != DutyState.PENDING:
            settled += weight
    if not total:
        return Progress(None, None, None)
    return Progress(
        Fraction(earned, total * 1000),
        Fraction(earned, settled * 1000) if settled else None,
        Fraction(best, total * 1000),
    )


# Making up for a live course


@dataclass(frozen=True, slots=True)
class MakeUp:
    """How a missed course may be made up for: until the end of which day, by what, with how much text."""

    until: dt.date
    how: str
    full: bool  # counts as done, not as late
    characters: int
    watch: Fraction = Fraction(0)  # of the recording kept here, that makes up by itself; 0: none does


def make_up_of(rule: Mapping[str, Any]) -> MakeUp | None:
    """What the rule of a live course says under `make_up`; None where it says nothing that can be read."""
    said = rule.get("make_up")
    until = clock.parse_day(str(said.get("until", ""))) if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or until is None:
        return None
    return MakeUp(
        until,
        str(said.get("how", "")),
        bool(said.get("full", False)),
        int(said.get("characters") or 0),
        Fraction(str(said.get("watch") or 0)),
    )


def make_up_open(rule: Mapping[str, Any], now: dt.datetime) -> bool:
    """Whether the rule allows making up, and its last day has not passed."""
    make_up = make_up_of(rule)
    return make_up is not None and now <= clock.end_of(make_up.until)
