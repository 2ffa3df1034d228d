"""Ties that are declared, and marks that are set aside for them: kept with their sheet, and counted nowhere."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.judging import queries, rules
from yingzao.judging.enums import UNDER_WAY, AssignmentState, RoundState
from yingzao.judging.models import Assignment, DeclaredTie, Round
from yingzao.people.models import Person
from yingzao.programmes.models import StaffRole

REASON = 200


@transaction.atomic
def declare_tie(
    *,
    judge: StaffRole,
    reason: str,
    by: Person | None,
    enrolment: Enrolment | None = None,
    community_name: str = "",
    now: dt.datetime | None = None,
) -> DeclaredTie:
    """Say that a judge is tied to a learner, or to everybody of a community; by an organiser or the judge.

    From here it is a hard conflict in every round of the programme. Sheets that are not marked are taken off the
    judge; marks that were given are set aside.
    """
    if by is not None and judge.person_id != by.pk:
        rules.require_preparer(by, judge.programme)
    community_name = community_name.strip()[:60]
    if enrolment is None and len(community_name) < queries.SHORTEST_NAME:
        raise Refused(
            _("Say which learner or which community it is about."),
            code="about-nobody",
            field="community_name",
        )
    if enrolment is not None and enrolment.programme_id != judge.programme_id:
        raise Refused(_("This learner belongs to another programme."), code="other-programme")
    if not reason.strip():
        raise Refused(_("Say why, in a sentence."), code="reason-missing", field="reason")
    tie = DeclaredTie.objects.create(
        organisation_id=judge.organisation_id,
        judge=judge,
        enrolment=enrolment,
        community_name="" if enrolment else community_name,
        reason=reason.strip()[:REASON],
        declared_by=by,
    )
    audit.record(
        actor=by,
        act="judging.tie.declared",
        subject=tie.code,
        organisation_id=tie.organisation_id,
        after={"judge": judge.code, "enrolment": enrolment.code if enrolment else ""},
    )
    for round in Round.objects.filter(programme_id=judge.programme_id).exclude(state=RoundState.RELEASED):
        set_aside_conflicts(round=round, reason=tie.reason, by=by, now=now)
    return tie


@transaction.atomic
def withdraw_tie(*, tie: DeclaredTie, by: Person | None, now: dt.datetime | None = None) -> DeclaredTie:
    """Take a declaration back, by an organiser. Marks that it set aside count again, unless something else stands against them."""
    rules.require_preparer(by, tie.judge.programme)
    if tie.withdrawn_at is not None:
        return tie
    tie.withdrawn_at, tie.withdrawn_by = now or clock.now(), by
    tie.save(update_fields=["withdrawn_at", "withdrawn_by"])
    conflicts = queries.Conflicts([tie.judge])
    for sheet in (
        Assignment.objects.filter(judge=tie.judge, state=AssignmentState.SET_ASIDE)
        .exclude(round__state=RoundState.RELEASED)
        .select_related("round", "entry__enrolment__community", "entry__enrolment__team__mentor")
    ):
        if conflicts.between(tie.judge, sheet.entry.enrolment) is None:
            sheet.state = AssignmentState.SUBMITTED if sheet.submitted_at else AssignmentState.SAVED
            sheet.set_aside_at, sheet.reason = None, ""
            sheet.save(update_fields=["state", "set_aside_at", "reason"])
            _record(sheet, "judging.marks.restored", by)
    audit.record(
        actor=by, act="judging.tie.withdrawn", subject=tie.code, organisation_id=tie.organisation_id, after={}
    )
    return tie


@transaction.atomic
def set_aside_conflicts(
    *, round: Round, by: Person | None, reason: str = "", now: dt.datetime | None = None
) -> list[Assignment]:
    """Take every sheet from a judge whose conflict came to light since it was given; those with marks are set aside.

    Gives those that were set aside. Not in a released round: what learners have read stays.
    """
    locking.take_turn(f"round:{round.code}")
    if round.state == RoundState.RELEASED:
        return []
    return _set_aside(queries.sheets_in_conflict(round), reason=reason, by=by, now=now or clock.now())


def _set_aside(
    sheets: Iterable[Assignment], *, reason: str, by: Person | None, now: dt.datetime
) -> list[Assignment]:
    marked = []
    for sheet in sheets:
        if sheet.state == AssignmentState.ASSIGNED and not sheet.marks.exists():
            sheet.state = AssignmentState.RECUSED
        else:
            sheet.state, sheet.set_aside_at = AssignmentState.SET_ASIDE, now
            marked.append(sheet)
        sheet.reason = reason or str(_("A conflict came to light."))
        sheet.save(update_fields=["state", "set_aside_at", "reason"])
        _record(sheet, f"judging.assignment.{sheet.state}", by)
    return marked


@transaction.atomic
def recuse(
    *, assignment: Assignment, reason: str, by: Person | None, now: dt.datetime | None = None
) -> Assignment:
    """回避: the judge has a tie to the learner. The entry is closed to the judge in every round; marks given so far are
    kept and count for nothing."""
    assignment = _leavable(assignment, by, reason, (*UNDER_WAY, AssignmentState.SUBMITTED))
    if assignment.state == AssignmentState.SUBMITTED:
        assignment.state, assignment.set_aside_at = AssignmentState.SET_ASIDE, now or clock.now()
    else:
        assignment.state = AssignmentState.RECUSED
    assignment.reason = reason.strip()[:REASON]
    assignment.save(update_fields=["state", "reason", "set_aside_at"])
    DeclaredTie.objects.create(
        organisation_id=assignment.organisation_id,
        judge=assignment.judge,
        enrolment_id=assignment.entry.enrolment_id,
        reason=assignment.reason,
        declared_by=by,
    )
    _record(assignment, f"judging.assignment.{assignment.state}", by)
    return assignment


@transaction.atomic
def declare_unable(*, assignment: Assignment, reason: str, by: Person | None) -> Assignment:
    """无法评: the entry cannot be judged by this judge, as when a file does not open."""
    assignment = _leavable(assignment, by, reason, UNDER_WAY)
    assignment.state = AssignmentState.UNABLE
    assignment.reason = reason.strip()[:REASON]
    assignment.save(update_fields=["state", "reason"])
    _record(assignment, "judging.assignment.unable", by)
    return assignment


def _leavable(
    assignment: Assignment, by: Person | None, reason: str, states: tuple[AssignmentState, ...]
) -> Assignment:
    """The judge's own sheet in one of these states, held until the transaction ends."""
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("round__programme", "judge", "entry__enrolment")
        .get(pk=assignment.pk)
    )
    rules.require_own_sheet(by, assignment)
    if assignment.round.state != RoundState.OPEN or assignment.state not in states:
        raise Refused(_("This sheet can no longer be changed."), code="not-open")
    if not reason.strip():
        raise Refused(_("Say why, in a sentence."), code="reason-missing", field="reason")
    return assignment


def _record(sheet: Assignment, act: str, by: Person | None) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=sheet.code,
        organisation_id=sheet.organisation_id,
        after={"round": sheet.round.code, "judge": sheet.judge.code},
    )
