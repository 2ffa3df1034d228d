"""How duties follow from evidence, and what progress is. Pure: values in, values out, no query and no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from yingzao.activities import kind as kinds
from yingzao.activities.enums import DutyState, FactKind, Still
from yingzao.activities.kind import Fact, Frame, Verdict

SHARE_PLACES = Decimal("0.0001")


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """What one learner's activity comes to at `now`, from its standing facts.

    What holds for every kind is decided here (cancelled, excused); everything else is the kind's.
    """
    if frame.cancelled:
        return Verdict(DutyState.EXCUSED, Fraction(0), ({"code": "cancelled"},))
    excuses = [f for f in facts if f.fact == FactKind.EXCUSED]
    if excuses:
        return Verdict(
            DutyState.EXCUSED,
            Fraction(0),
            ({"code": "excused", "why": excuses[-1].detail.get("reason", ""), "evidence": excuses[-1].key},),
        )
    return kinds.get(frame.kind).settle(frame, facts, now)


def stored_share(share: Fraction) -> Decimal:
    """Four decimals, rounded down: a share below 1 never reads as 1."""
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(SHARE_PLACES, rounding=ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Counted:
    """One duty as progress counts it."""

    state: str
    still: str
    weight: Decimal


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
    """So far, of the whole plan, and best still reachable. Excused duties are in neither numerator nor denominator."""
    earned = settled = best = total = Fraction(0)
    for duty in duties:
        if duty.state == DutyState.EXCUSED:
            continue
        weight = Fraction(duty.weight)
        total += weight
        worth = credit(duty.state, late_share) * weight
        earned += worth
        if duty.state != DutyState.PENDING:
            settled += weight
        if duty.state in (DutyState.PENDING, DutyState.MISSED):
            best += {Still.ON_TIME: weight, Still.LATE: weight * Fraction(late_share)}.get(
                Still(duty.still), Fraction(0)
            )
        else:
            best += worth
    if not total:
        return Progress(None, None, None)
    return Progress(earned / total, earned / settled if settled else None, best / total)
