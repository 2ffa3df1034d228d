"""Marks from a table: read, shown with their problems, and written once someone confirms."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, locking, media, ports
from yingzao.core.errors import Refused
from yingzao.enrolment import actions as enrolment_actions
from yingzao.enrolment.enums import EnrolmentState, SourcePurpose, SourceState
from yingzao.enrolment.models import Enrolment, SourceFile, SourceRow
from yingzao.judging import phrases, queries, readers, rules
from yingzao.judging.actions.rounds import assign, open_round, version_to_judge
from yingzao.judging.enums import STANDING, AssignmentState, RoundState
from yingzao.judging.models import Assignment, Criterion, Mark, Round
from yingzao.people.models import Person
from yingzao.programmes.enums import Role
from yingzao.programmes.models import StaffRole

Found = tuple[readers.MarkRow, Enrolment, StaffRole, Criterion, int]
Row = TypeVar("Row", Enrolment, StaffRole)


@dataclass(frozen=True, slots=True)
class Problem:
    """`row` as Excel shows it; 0 stands for the whole file."""

    row: int
    sentence: str


@dataclass(frozen=True, slots=True)
class SheetIn:
    """One judge's complete sheet on one learner, as the file has it."""

    learner: Enrolment
    judge: StaffRole
    points: dict[str, int]  # criterion code → points
    rows: dict[str, int]  # criterion code → row number
    comment: str
    at: dt.datetime | None
    known: bool  # the same marks stand already


@dataclass(frozen=True, slots=True)
class MarksPlan:
    sheets: Sequence[SheetIn]
    problems: Sequence[Problem]
    rows: Sequence[readers.MarkRow] = field(default_factory=tuple)

    @property
    def fresh(self) -> list[SheetIn]:
        return [sheet for sheet in self.sheets if not sheet.known]

    @property
    def learners(self) -> int:
        return len({sheet.learner.pk for sheet in self.sheets})

    @property
    def judges(self) -> list[tuple[str, int]]:
        return sorted(Counter(sheet.judge.name for sheet in self.sheets).items())


def read_marks(*, round: Round, data: bytes, name: str, by: Person) -> SourceFile:
    """Keep a marks table and see that it is one. No mark is written; the same bytes again are the same file."""
    rules.require_preparer(by, round.programme)
    rows = readers.read_marks(ports.port("tables").read(data, name))
    source, _made = enrolment_actions.keep_source(
        programme=round.programme,
        by=by,
        data=data,
        name=name,
        purpose=SourcePurpose.MARKS,
        about_code=round.code,
        format="marks",
        meta={"rows": len(rows)},
    )
    return source


def preview_marks(*, round: Round, source: SourceFile) -> MarksPlan:
    """The dry run: the sheets that confirming would write now, and every problem by its row. Writes nothing."""
    rows = readers.read_marks(ports.port("tables").read(media.read_bytes(source.file), source.name))
    reading = _Reading(round, rows)
    return MarksPlan(
        sheets=reading.sheets(), problems=sorted(reading.problems, key=lambda p: p.row), rows=rows
    )


@transaction.atomic
def confirm_marks(*, round: Round, source: SourceFile, by: Person | None) -> MarksPlan:
    """Write the sheets of a file without problems, as submitted. A round in preparation is opened for them.

    Judges that were not on the panel are put on it. Marks that stand already are left alone, those of a judge's own
    hand are never overwritten. Confirming again changes nothing.
    """
    rules.require_preparer(by, round.programme)
    locking.take_turn(f"round:{round.code}")
    round.refresh_from_db(fields=["state"])
    source.refresh_from_db(fields=["state"])
    plan = preview_marks(round=round, source=source)
    if source.state == SourceState.CONFIRMED:
        return plan
    if round.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(_("The round is closed."), code="round-closed")
    if plan.problems:
        raise Refused(
            _("The file has problems. Mend the rows that are named, and upload it again."), code="problems"
        )
    versions = {}
    for sheet in plan.fresh:
        if sheet.learner.pk not in versions:
            versions[sheet.learner.pk] = version_to_judge(round, sheet.learner, by=by)
        if not round.assignments.filter(judge=sheet.judge, entry__enrolment=sheet.learner).exists():
            assign(round, sheet.judge, versions[sheet.learner.pk], by_hand=True)
    if round.state == RoundState.DRAFT:
        open_round(round=round, by=by)
    if panel := round.panels.first():
        panel.judges.add(*{sheet.judge for sheet in plan.fresh})
    stored = SourceRow.objects.bulk_create(
        SourceRow(
            organisation_id=round.organisation_id, source_file=source, number=row.number, cells=dict(row.raw)
        )
        for row in plan.rows
    )
    _write(round, plan.fresh, {row.number: row for row in stored}, by=by)
    source.state, source.confirmed_at, source.confirmed_by = SourceState.CONFIRMED, clock.now(), by
    source.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    audit.record(
        actor=by,
        act="judging.marks.imported",
        subject=round.code,
        organisation_id=round.organisation_id,
        after={"source": source.code, "sha256": source.sha256, "sheets": len(plan.fresh)},
    )
    return plan


def _write(round: Round, sheets: Sequence[SheetIn], rows: dict[int, SourceRow], *, by: Person | None) -> None:
    now = clock.now()
    criteria = dict(round.rubric_version.criteria.values_list("code", "pk"))
    assignments = {(a.entry.enrolment_id, a.judge_id): a for a in queries.assignments_in(round)}
    marks = []
    for sheet in sheets:
        assignment = assignments[sheet.learner.pk, sheet.judge.pk]
        assignment.state = AssignmentState.SUBMITTED
        assignment.submitted_at = sheet.at or now
        assignment.comment = sheet.comment or assignment.comment
        assignment.entered_by = by
        marks += [
            Mark(
                organisation_id=round.organisation_id,
                assignment=assignment,
                criterion_id=criteria[code],
                points=points,
                marked_at=sheet.at or now,
                marked_by=by,
                source_row=rows[sheet.rows[code]],
            )
            for code, points in sheet.points.items()
        ]
    written = [assignments[sheet.learner.pk, sheet.judge.pk] for sheet in sheets]
    Mark.objects.filter(assignment__in=written).delete()  # begun by hand with the same values, see _Reading
    Mark.objects.bulk_create(marks)
    Assignment.objects.bulk_update(written, ["state", "submitted_at", "comment", "entered_by"])


class _Reading:
    """Rows against what is known of the round: learners, judges, criteria, standing marks."""

    def __init__(self, round: Round, rows: Sequence[readers.MarkRow]) -> None:
        self.round = round
        self.rows = rows
        self.problems: list[Problem] = []
        self.learners: dict[str, list[Enrolment]] = defaultdict(list)
        active = round.programme.enrolments.filter(state=EnrolmentState.ACTIVE)
        for learner in active.select_related("community", "team__mentor"):
            for key in {learner.number, learner.name, learner.code}:
                self.learners[key].append(learner)
        self.judges: dict[str, list[StaffRole]] = defaultdict(list)
        for judge in StaffRole.objects.filter(
            programme_id=round.programme_id, role=Role.JUDGE, ended_at=None
        ).select_related("person"):
            for key in {judge.name, judge.code}:
                self.judges[key].append(judge)
        self.conflicts = queries.Conflicts(j for of in self.judges.values() for j in of)
        self.criteria: dict[str, Criterion] = {}
        for criterion in round.rubric_version.criteria.prefetch_related("levels"):
            self.criteria[criterion.title] = self.criteria[criterion.code] = criterion
        self.standing = {(a.entry.enrolment_id, a.judge_id): a for a in queries.assignments_in(round)}
        self.marks: dict[int, dict[str, int]] = defaultdict(dict)
        for assignment, criterion_code, points in Mark.objects.filter(assignment__round=round).values_list(
            "assignment_id", "criterion__code", "points"
        ):
            self.marks[assignment][criterion_code] = points
        self.handed_in = {c.enrolment.pk for c in queries.who_handed_in(round)}

    def sheets(self) -> list[SheetIn]:
        grouped: dict[tuple[int, int], list[Found]] = defaultdict(list)
        for row in self.rows:
            if found := self._row(row):
                grouped[found[1].pk, found[2].pk].append(found)
        if not self.rows:
            self._say(0, _("There is no row of marks in the file."))
        return [sheet for of in grouped.values() if (sheet := self._sheet(of))]

    def _row(self, row: readers.MarkRow) -> Found | None:
        learner = self._one(row, self.learners, row.learner, _("learner"))
        judge = self._one(row, self.judges, row.judge, _("judge"))
        criterion = self.criteria.get(row.criterion)
        if criterion is None:
            self._say(
                row.number,
                _("The rubric has no criterion “%(name)s”.") % {"name": row.criterion or _("(empty)")},
            )
        points = int(row.score) if row.score.isdecimal() and row.score.isascii() else -1
        if criterion is not None and not criterion.lowest <= points <= criterion.highest:
            self._say(row.number, phrases.outside_scale(criterion, row.score or _("(empty)")))
            return None
        if row.at and readers.moment_of(row.at) is None:
            self._say(row.number, _("The time “%(time)s” cannot be read.") % {"time": row.at})
            return None
        if learner is None or judge is None or criterion is None:
            return None
        return row, learner, judge, criterion, points

    def _one(self, row: readers.MarkRow, known: dict[str, list[Row]], name: str, kind: str) -> Row | None:
        found = known.get(name, [])
        if len(found) == 1:
            return found[0]
        sentence = (
            _("There is more than one %(kind)s “%(name)s”. Use the number or code.")
            if found
            else _("There is no %(kind)s “%(name)s” in this programme.")
        )
        self._say(row.number, sentence % {"kind": kind, "name": name or _("(empty)")})
        return None

    def _sheet(self, of: Sequence[Found]) -> SheetIn | None:
        row, learner, judge, _criterion, _points = of[0]
        points: dict[str, int] = {}
        numbers: dict[str, int] = {}
        sound = True
        for each, _learner, _judge, criterion, given in of:
            if criterion.code in points:
                self._say(
                    each.number,
                    _("%(judge)s marked “%(criterion)s” of %(learner)s already in row %(row)d.")
                    % {
                        "judge": judge.name,
                        "criterion": criterion.title,
                        "learner": learner.name,
                        "row": numbers[criterion.code],
                    },
                )
                sound = False
                continue
            points[criterion.code] = given
            numbers[criterion.code] = each.number
        missing = [c.title for c in self.criteria.values() if c.code not in points]
        if missing:
            self._say(
                row.number,
                _("%(judge)s's sheet on %(learner)s lacks: %(criteria)s.")
                % {
                    "judge": judge.name,
                    "learner": learner.name,
                    "criteria": _(", ").join(dict.fromkeys(missing)),
                },
            )
            sound = False
        if learner.pk not in self.handed_in:
            self._say(
                row.number, _("%(learner)s has handed in nothing to judge.") % {"learner": learner.name}
            )
            sound = False
        if conflict := self.conflicts.between(judge, learner):
            self._say(row.number, phrases.conflict(judge.name, learner.name, str(conflict.label)))
            sound = False
        assignment = self.standing.get((learner.pk, judge.pk))
        known = False
        if assignment is not None:
            standing = self.marks[assignment.pk]
            if assignment.state not in STANDING:
                self._say(
                    row.number,
                    _("%(judge)s stood aside from %(learner)s or could not judge it.")
                    % {"judge": judge.name, "learner": learner.name},
                )
                sound = False
            elif any(points.get(code) != given for code, given in standing.items()):
                self._say(
                    row.number,
                    _(
                        "%(judge)s has marked %(learner)s otherwise here. Marks are never overwritten by a file."
                    )
                    % {"judge": judge.name, "learner": learner.name},
                )
                sound = False
            known = assignment.state == AssignmentState.SUBMITTED and standing == points
        if not sound:
            return None
        return SheetIn(
            learner=learner,
            judge=judge,
            points=points,
            rows=numbers,
            comment="\n".join(dict.fromkeys(r.comment for r, *_rest in of if r.comment)),
            at=max((at for r, *_rest in of if (at := readers.moment_of(r.at))), default=None),
            known=known,
        )

    def _say(self, row: int, sentence: str) -> None:
        self.problems.append(Problem(row, sentence))
