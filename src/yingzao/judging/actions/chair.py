"""What the chair of a round does: a third judge where two differ by much, talk, sheets that were filled in on paper."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, locking, media
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.judging import bridge, queries, rules
from yingzao.judging.actions.jury import save_marks, save_words, submit_sheet
from yingzao.judging.actions.rounds import assign, version_to_judge
from yingzao.judging.enums import NOTICE_TALK, AssignmentState, RoundState
from yingzao.judging.models import Assignment, Round, TalkLine
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.programmes.models import StaffRole

LONGEST = 2000
SCANS = "judging.scans"  # whose files scans of paper sheets are


@transaction.atomic
def call_third(*, round: Round, enrolment: Enrolment, by: Person | None) -> Assignment:
    """Ask one more judge of the panel for an entry: free of conflict, of those with the least load, by lot."""
    rules.require_preparer(by, round.programme)
    rules.require_chair(by, round)
    locking.take_turn(f"round:{round.code}")
    round.refresh_from_db(fields=["state"])
    if round.state != RoundState.OPEN:
        raise Refused(_("The round is not open."), code="not-open")
    mine = round.assignments.filter(entry__enrolment=enrolment)
    if mine.filter(state=AssignmentState.SUBMITTED).count() < 2:
        raise Refused(_("Two sheets have to be in before a further judge is asked."), code="too-early")
    judge = bridge.further_judge(round, enrolment)
    if judge is None:
        raise Refused(
            _("No further judge of the panel is free of conflict and has room."), code="nobody-free"
        )
    before = mine.exclude(version=None).first()
    version = (before.version if before else None) or version_to_judge(round, enrolment, by=by)
    made = assign(round, judge, version, by_hand=True)
    made.is_third = True
    made.save(update_fields=["is_third"])
    _record(round, "judging.third.asked", by, assignment=made.code, judge=judge.code)
    return made


@transaction.atomic
def say_as_chair(*, round: Round, enrolment: Enrolment, text: str, by: Person) -> TalkLine:
    """Begin or go on with the talk about an entry. Judges whose sheet is in read it and are told."""
    rules.require_preparer(by, round.programme)
    rules.require_chair(by, round)
    sheet = round.assignments.filter(entry__enrolment=enrolment).select_related("entry").first()
    if sheet is None:
        raise Refused(_("Nobody judges this entry."), code="no-sheet")
    line = _say(round, sheet, text, by=by, judge=None)
    for each in round.assignments.filter(
        entry=sheet.entry, state=AssignmentState.SUBMITTED, judge__person__is_active=True
    ).select_related("judge__person"):
        if each.judge.person is None:
            continue
        notices.send(
            organisation=round.organisation,
            person=each.judge.person,
            kind=NOTICE_TALK,
            key=f"judging.talk:{line.code}",
            title=partial(_talk_title, sheet.entry.code),
            url=reverse("judging:jury-sheet", args=[each.code]),
            programme_code=round.programme.code,
        )
    return line


@transaction.atomic
def say_as_judge(*, assignment: Assignment, text: str, by: Person) -> TalkLine:
    """Answer in the talk that the chair began, once the own sheet is in."""
    rules.require_own_sheet(by, assignment)
    if not rules.may_talk(by, assignment):
        raise Refused(
            _("You can talk about an entry once your sheet is in and the chair has begun."), code="no-talk"
        )
    return _say(assignment.round, assignment, text, by=by, judge=assignment.judge)


def _say(round: Round, sheet: Assignment, text: str, *, by: Person, judge: StaffRole | None) -> TalkLine:
    text = text.strip()
    if not text:
        raise Refused(_("Write something first."), code="empty", field="text")
    line = TalkLine.objects.create(
        organisation_id=round.organisation_id,
        round=round,
        entry_id=sheet.entry_id,
        author=by,
        judge=judge,
        text=text[:LONGEST],
    )
    _record(round, "judging.talk.said", by, line=line.code, characters=len(text))
    return line


def enter_paper(
    *,
    assignment: Assignment,
    points: Mapping[str, int],
    comment: str,
    by: Person,
    scan: Any = None,
    now: dt.datetime | None = None,
) -> Assignment:
    """Type in a sheet that its judge filled in on paper: it counts as the judge's, and says who entered it.

    Not by a judge of the round, not over anything begun on screen, and only whole. `scan` is an upload of the paper.
    """
    _require_clerk(by, assignment.round)
    _require_untouched(assignment)
    kept = _scan(assignment, scan, by) if scan else None
    return _enter(assignment, points, comment, kept, by=by, now=now or clock.now())


@transaction.atomic
def _enter(
    assignment: Assignment,
    points: Mapping[str, int],
    comment: str,
    scan: StoredFile | None,
    *,
    by: Person,
    now: dt.datetime,
) -> Assignment:
    assignment = Assignment.objects.select_related("round", "judge", "entry__enrolment").get(pk=assignment.pk)
    _require_untouched(assignment)
    save_marks(assignment=assignment, points=points, by=None, now=now)
    if comment.strip():
        save_words(assignment=assignment, name="comment", text=comment, by=None)
    sheet = submit_sheet(assignment=assignment, by=None, now=now)
    sheet.entered_by = by
    if scan is not None:
        scan.save()
        sheet.scan = scan
    sheet.save(update_fields=["entered_by", "scan"])
    sheet.marks.update(marked_by=sheet.judge.person_id)
    _record(
        sheet.round,
        "judging.sheet.entered",
        by,
        assignment=sheet.code,
        judge=sheet.judge.code,
        points=dict(points),
        scan=scan.sha256 if scan else "",
    )
    return sheet


def keep_scan(*, assignment: Assignment, scan: Any, by: Person) -> Assignment:
    """Keep the scan of a sheet that was entered from paper, in the place of the one before. Until the round is released: what
    a list was made upon stays."""
    _require_clerk(by, assignment.round)
    _require_from_paper(assignment)
    return _keep(assignment, _scan(assignment, scan, by), by=by)


@transaction.atomic
def _keep(assignment: Assignment, scan: StoredFile, *, by: Person) -> Assignment:
    sheet = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("round", "scan")
        .get(pk=assignment.pk)
    )
    _require_from_paper(sheet)
    before, sheet.scan = sheet.scan, scan
    scan.save()
    sheet.save(update_fields=["scan"])
    hash_before = before.sha256 if before else ""
    if before is not None:
        media.remove(before)
    _record(
        sheet.round,
        "judging.sheet.scanned",
        by,
        assignment=sheet.code,
        scan=scan.sha256,
        instead_of=hash_before,
    )
    return sheet


def _require_clerk(by: Person, round: Round) -> None:
    rules.require_preparer(by, round.programme)
    if queries.is_judge_in(by, round):
        raise Refused(
            _("You judge in this round yourself: somebody else has to enter the sheets."), code="is-judge"
        )


def _require_untouched(assignment: Assignment) -> None:
    if assignment.state != AssignmentState.ASSIGNED:
        raise Refused(
            _("The judge has begun this sheet on screen; it is not entered from paper."), code="begun"
        )
    if queries.conflict_between(assignment.judge, assignment.entry.enrolment):
        raise Refused(_("The judge has to stand aside from this entry."), code="conflict")


def _require_from_paper(sheet: Assignment) -> None:
    if sheet.entered_by_id is None:
        raise Refused(_("This sheet was not entered from paper."), code="not-paper")
    if sheet.round.state == RoundState.RELEASED:
        raise Refused(_("The round is released: its scans stay as they are."), code="released")


def _scan(assignment: Assignment, upload: Any, by: Person) -> StoredFile:
    """Its row, for the caller to save."""
    try:
        return media.prepare(
            upload,
            name=upload.name,
            accept="scan",
            organisation_id=assignment.organisation_id,
            room=SCANS,
            subject=assignment.code,
            uploaded_by=by,
        )
    except Refused as refusal:
        raise Refused(refusal.sentence, code=refusal.code, field="scan") from None


def _talk_title(code: str) -> str:
    return _("The chair asks about entry %(code)s") % {"code": code}


def _record(round: Round, act: str, by: Person | None, **after: object) -> None:
    audit.record(
        actor=by, act=act, subject=round.code, organisation_id=round.organisation_id, after=dict(after)
    )
