"""Who takes how much: locked pairs, limits, a judge who drops out, and reminders."""

import datetime as dt
from collections.abc import Mapping
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.core.ui.templatetags.ui import day
from yingzao.judging import bridge, queries, rules
from yingzao.judging.actions.conflicts import set_aside_conflicts
from yingzao.judging.actions.rounds import carry_out
from yingzao.judging.enums import (
    NOTICE_DUE,
    NOTICE_OPENED,
    STANDING,
    UNDER_WAY,
    AssignmentState,
    RoundState,
)
from yingzao.judging.models import Assignment, Round, Workload
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.programmes.models import StaffRole

DAYS_BEFORE = (3, 1, 0)
OPENS, CLOSES = dt.time(9), dt.time(21)  # so that nobody is woken


@transaction.atomic
def set_lock(*, assignment: Assignment, locked: bool, by: Person | None) -> Assignment:
    """Keep a pair in every further draw, or let it be drawn again."""
    rules.require_preparer(by, assignment.round.programme)
    if assignment.round.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(_("The round is closed."), code="round-closed")
    if assignment.state not in STANDING:
        raise Refused(_("This judge no longer has the entry."), code="not-standing")
    if assignment.by_hand != locked:
        assignment.by_hand = locked
        assignment.save(update_fields=["by_hand"])
        _record(assignment.round, "judging.assignment.locked" if locked else "judging.assignment.unlocked", by,
                assignment=assignment.code)  # fmt: skip
    return assignment


@transaction.atomic
def set_limits(*, round: Round, limits: Mapping[StaffRole, int | None], by: Person | None) -> None:
    """The most entries of each judge; None is the round's own limit, if it has one."""
    rules.require_preparer(by, round.programme)
    for judge, most in limits.items():
        if most is None:
            Workload.objects.filter(round=round, judge=judge).delete()
        else:
            Workload.objects.update_or_create(
                round=round,
                judge=judge,
                defaults={"most": most, "organisation_id": round.organisation_id},
            )
    _record(round, "judging.round.limits", by, limits={judge.code: most for judge, most in limits.items()})


@transaction.atomic
def drop_out(
    *,
    round: Round,
    judge: StaffRole,
    reason: str,
    seed: int,
    by: Person | None,
    now: dt.datetime | None = None,
) -> bridge.Plan:
    """Take a judge off the panel. Sheets handed in stay and count; the rest goes to others, and as little else as possible
    moves. Marks of a sheet that was only begun are kept with it and count for nothing.

    Raises Refused with every obstacle, and changes nothing, where the others cannot take it over.
    """
    rules.require_preparer(by, round.programme)
    locking.take_turn(f"round:{round.code}")
    round.refresh_from_db(fields=["state", "seed", "judges_per_entry"])
    if round.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(_("The round is closed."), code="round-closed")
    if not reason.strip():
        raise Refused(_("Say why, in a sentence."), code="reason-missing", field="reason")
    set_aside_conflicts(round=round, by=by, now=now)
    plan = bridge.plan_draw(round, seed=seed, without=[judge])
    if plan.obstacles:
        raise Refused(" ".join(plan.obstacles), code="impossible")
    theirs = round.assignments.filter(judge=judge)
    theirs.filter(state=AssignmentState.ASSIGNED, marks=None).delete()
    theirs.filter(state__in=UNDER_WAY).update(state=AssignmentState.UNABLE, reason=reason.strip()[:200])
    for panel in round.panels.all():
        panel.judges.remove(judge)
    _record(round, "judging.judge.dropped_out", by, judge=judge.code, reason=reason.strip()[:200])
    return carry_out(round, plan, by=by)


# Telling judges


def tell_of_opening(round: Round, *, now: dt.datetime | None = None) -> int:
    """Tell every judge with a sheet that the round is open; how many were told."""
    people = Person.objects.filter(
        staff_roles__assignments__round=round, staff_roles__assignments__state__in=STANDING, is_active=True
    ).distinct()
    return notices.send_to_many(
        organisation=round.organisation,
        programme_code=round.programme.code,
        people=people,
        kind=NOTICE_OPENED,
        key=f"judging.opened:{round.code}",
        title=partial(_opened_title, round),
        body=partial(_by_when, round),
        url=reverse("judging:jury-queue"),
        now=now,
    )


def remind_of_sheets(*, now: dt.datetime | None = None) -> int:
    """Tell judges with sheets missing, three days and one day before they are due and on the day; how many were told."""
    now = now or clock.now()
    if not OPENS <= now.astimezone(clock.SHANGHAI).time() < CLOSES:
        return 0
    told = 0
    for round in queries.rounds_due(now):
        days = (clock.local_date(round.closes_at or now) - clock.local_date(now)).days
        if days in DAYS_BEFORE:
            told += _remind(round, f"judging.due:{round.code}:{days}", now=now)
    return told


@transaction.atomic
def remind_judges(*, round: Round, by: Person | None, now: dt.datetime | None = None) -> int:
    """An organiser reminds everybody with sheets missing, once a day; how many were told."""
    rules.require_preparer(by, round.programme)
    if round.state != RoundState.OPEN:
        raise Refused(_("Only judges of an open round can be reminded."), code="not-open")
    now = now or clock.now()
    told = _remind(round, f"judging.asked:{round.code}:{clock.local_date(now).isoformat()}", now=now)
    _record(round, "judging.judges.reminded", by, told=told)
    return told


def _remind(round: Round, key: str, *, now: dt.datetime) -> int:
    told = 0
    for person, missing in queries.judges_with_sheets_missing(round):
        told += notices.send_to_many(
            organisation=round.organisation,
            programme_code=round.programme.code,
            people=[person],
            kind=NOTICE_DUE,
            key=key,
            title=partial(_missing_title, round, missing),
            body=partial(_by_when, round),
            url=reverse("judging:jury-queue"),
            now=now,
        )
    return told


def _opened_title(round: Round) -> str:
    return _("To judge: %(round)s") % {"round": round.name[:60]}


def _missing_title(round: Round, missing: int) -> str:
    return ngettext(
        "%(count)d sheet is still to be judged: %(round)s",
        "%(count)d sheets are still to be judged: %(round)s",
        missing,
    ) % {"count": missing, "round": round.name[:60]}


def _by_when(round: Round) -> str:
    return _("To be judged by %(day)s.") % {"day": day(round.closes_at)} if round.closes_at else ""


def _record(round: Round, act: str, by: Person | None, **after: object) -> None:
    audit.record(
        actor=by, act=act, subject=round.code, organisation_id=round.organisation_id, after=dict(after)
    )
