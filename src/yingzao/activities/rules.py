"""How duties follow from evidence, what progress is, and who may do what to an activity. Pure but for the last part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from yingzao.activities import kind as kinds
from yingzao.activities.enums import DutyState, FactKind, Still
from yingzao.activities.kind import Fact, Frame, Verdict
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.programmes.rules import may_read_desk

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


def may_read_entries_of(person, enrolment: Enrolment) -> bool:
    """The learner, the mentor of the learner's team, and whoever reads the programme's desk."""
    if person is None or not person.is_authenticated:
        return False
    if enrolment.person_id == person.pk:
        return True
    if enrolment.team and enrolment.team.mentor and enrolment.team.mentor.person_id == person.pk:
        return enrolment.team.mentor.ended_at is None
    return may_read_desk(person, enrolment.programme)


def may_read_file(person, stored: StoredFile) -> bool:
    """The resolver for files of entries: `subject` is the code of the enrolment they belong to."""
    enrolment = (
        Enrolment.objects.filter(code=stored.subject).select_related("programme", "team__mentor").first()
    )
    return enrolment is not None and may_read_entries_of(person, enrolment)
