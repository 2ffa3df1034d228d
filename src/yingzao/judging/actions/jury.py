"""What a judge does with a sheet."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.judging import phrases, queries, rules
from yingzao.judging.enums import STANDING, AssignmentState, RoundState
from yingzao.judging.models import Assignment, Criterion, Mark
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage

Words = Literal["comment", "note"]
WORDS: tuple[Words, ...] = ("comment", "note")


class Stale(Refused):
    """Somebody, mostly the judge on another page or device, saved since this page was drawn. Nothing was written.

    `marks`: criterion code → the mark as it stands. `words`: field name → text and version as they stand.
    """

    def __init__(self, marks: Mapping[str, Mark], words: Mapping[str, tuple[str, int]]) -> None:
        super().__init__(
            _("This was changed on another page or device in the meantime. Choose what is to stand."),
            code="stale",
        )
        self.marks, self.words = marks, words


@transaction.atomic
def save_sheet(
    *,
    assignment: Assignment,
    points: Mapping[str, int],
    words: Mapping[str, str],
    seen: Mapping[str, int],
    by: Person | None,
    now: dt.datetime | None = None,
) -> Assignment:
    """Keep what a page sends: points by criterion code, and `words` for `comment` and `note`.

    `seen` has the version that the page showed of each, 0 for none. Raises Stale with all that stands otherwise by now,
    and writes nothing then; the same value from two sides is no contradiction.
    """
    assignment = _locked(assignment)
    rules.require_own_sheet(by, assignment)
    _require_marking(assignment)
    marks = {mark.criterion.code: mark for mark in assignment.marks.select_related("criterion")}
    stale_marks = {
        code: marks[code]
        for code, given in points.items()
        if code in marks and marks[code].version != seen.get(code, 0) and marks[code].points != given
    }
    stale_words = {
        name: (getattr(assignment, name), getattr(assignment, f"{name}_version"))
        for name, text in words.items()
        if getattr(assignment, f"{name}_version") != seen.get(name, 0)
        and getattr(assignment, name) != text.strip()
    }
    if stale_marks or stale_words:
        raise Stale(stale_marks, stale_words)
    assignment = save_marks(assignment=assignment, points=points, by=by, now=now)
    for name in WORDS:
        if name in words:
            assignment = save_words(assignment=assignment, name=name, text=words[name], by=by)
    return assignment


@transaction.atomic
def save_marks(
    *,
    assignment: Assignment,
    points: Mapping[str, int],
    by: Person | None,
    now: dt.datetime | None = None,
) -> Assignment:
    """Keep marks of an unfinished sheet, whatever stood before: criterion code → points. Marks not named stay as they are."""
    assignment = _locked(assignment)
    rules.require_own_sheet(by, assignment)
    _require_marking(assignment)
    now = now or clock.now()
    criteria = _criteria(assignment)
    standing = {mark.criterion_id: mark for mark in assignment.marks.all()}
    changed = {}
    for code, given in points.items():
        if code not in criteria:
            raise Refused(_("This criterion is not on the sheet."), code="unknown-criterion")
        criterion = criteria[code]
        if not criterion.lowest <= given <= criterion.highest:
            raise Refused(phrases.outside_scale(criterion, str(given)), code="unknown-level")
        mark = standing.get(criterion.pk)
        if mark and mark.points == given:
            continue
        changed[code] = given
        if mark is None:
            mark = Mark(
                assignment=assignment,
                criterion=criterion,
                organisation_id=assignment.organisation_id,
                version=0,
            )
        mark.points, mark.marked_at, mark.marked_by, mark.version = given, now, by, mark.version + 1
        mark.save()
    if points and assignment.state == AssignmentState.ASSIGNED:
        assignment.state = AssignmentState.SAVED
        assignment.save(update_fields=["state"])
    if changed:
        _record(assignment, "judging.marks.saved", by, points=changed)
    return assignment


def save_comment(*, assignment: Assignment, comment: str, by: Person | None) -> Assignment:
    """Keep the words to the learner."""
    return save_words(assignment=assignment, name="comment", text=comment, by=by)


@transaction.atomic
def save_words(*, assignment: Assignment, name: Words, text: str, by: Person | None) -> Assignment:
    """Keep the words to the learner, or the judge's own note. The audit says that they changed, not what they say."""
    assignment = _locked(assignment)
    rules.require_own_sheet(by, assignment)
    _require_marking(assignment)
    text = text.strip()
    if text == getattr(assignment, name):
        return assignment
    version = f"{name}_version"
    setattr(assignment, name, text)
    setattr(assignment, version, getattr(assignment, version) + 1)
    if assignment.state == AssignmentState.ASSIGNED:
        assignment.state = AssignmentState.SAVED
    assignment.save(update_fields=[name, version, "state"])
    _record(assignment, f"judging.{name}.saved", by, characters=len(text))
    return assignment


@transaction.atomic
def submit_sheet(*, assignment: Assignment, by: Person | None, now: dt.datetime | None = None) -> Assignment:
    """Hand the sheet in. From here it is read-only until an organiser reopens it."""
    assignment = _locked(assignment)
    rules.require_own_sheet(by, assignment)
    _require_marking(assignment)
    given = dict(assignment.marks.values_list("criterion__code", "points"))
    missing = len(_criteria(assignment)) - len(given)
    if missing:
        raise Refused(
            ngettext(
                "%(count)d criterion is not marked yet.", "%(count)d criteria are not marked yet.", missing
            )
            % {"count": missing},
            code="incomplete",
        )
    assignment.state = AssignmentState.SUBMITTED
    assignment.submitted_at = now or clock.now()
    assignment.save(update_fields=["state", "submitted_at"])
    _record(
        assignment,
        "judging.sheet.submitted",
        by,
        points=given,
        version=assignment.version.code if assignment.version else "",
    )
    return assignment


@transaction.atomic
def reopen_sheet(*, assignment: Assignment, reason: str, by: Person | None) -> Assignment:
    """The organiser lets a judge change a submitted sheet, while the round is open."""
    assignment = _locked(assignment)
    rules.require_preparer(by, assignment.round.programme)
    if assignment.round.state != RoundState.OPEN:
        raise Refused(_("Only sheets of an open round can be reopened."), code="not-open")
    if assignment.state != AssignmentState.SUBMITTED:
        raise Refused(_("This sheet was not submitted."), code="not-submitted")
    if not reason.strip():
        raise Refused(_("Say why the sheet is reopened."), code="reason-missing", field="reason")
    assignment.state = AssignmentState.SAVED
    assignment.submitted_at = None
    assignment.reason = reason.strip()[:200]
    assignment.save(update_fields=["state", "submitted_at", "reason"])
    _record(assignment, "judging.sheet.reopened", by)
    return assignment


def _locked(assignment: Assignment) -> Assignment:
    """The row as it stands now, held until the transaction ends."""
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("round__programme", "round__rubric_version", "version", "judge")
        .get(pk=assignment.pk)
    )


def _require_marking(assignment: Assignment) -> None:
    if assignment.round.state != RoundState.OPEN:
        raise Refused(_("The round is closed; marks can no longer be changed."), code="not-open")
    require_stage(assignment.round.programme, Act.JUDGE)
    if assignment.state == AssignmentState.SUBMITTED:
        raise Refused(
            _("This sheet was submitted. An organiser can reopen it."),
            code="already-submitted",
        )
    if assignment.state not in STANDING:
        raise Refused(_("You no longer judge this entry."), code="stood-aside")


def _criteria(assignment: Assignment) -> dict[str, Criterion]:
    return {criterion.code: criterion for criterion in queries.criteria_of(assignment)}


def _record(assignment: Assignment, act: str, by: Person | None, **after: object) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=assignment.code,
        organisation_id=assignment.organisation_id,
        after={"round": assignment.round.code} | after,
    )
