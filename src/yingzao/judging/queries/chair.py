"""What the chair of a round reads: gaps, spread, who leans, and what was said. Only submitted sheets are in the figures."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet

from yingzao.activities.models import Entry
from yingzao.enrolment.models import Enrolment
from yingzao.judging import settling
from yingzao.judging.enums import STANDING, AssignmentState
from yingzao.judging.models import Assignment, Criterion, Mark, Round, TalkLine
from yingzao.judging.queries.conflicts import withheld_from
from yingzao.judging.queries.rounds import assignments_in
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.models import StaffRole


@dataclass(frozen=True, slots=True)
class SheetTotal:
    judge: StaffRole
    total: Fraction
    is_third: bool


@dataclass(frozen=True, slots=True)
class EntrySpread:
    enrolment: Enrolment
    entry: Entry
    sheets: Sequence[SheetTotal]
    waiting: int  # sheets that are not in
    gap: Fraction | None
    is_wide: bool
    has_third: bool
    lines: int  # of talk

    @property
    def wants_third(self) -> bool:
        return self.is_wide and not self.has_third and not self.waiting


@dataclass(frozen=True, slots=True)
class JudgeSpread:
    judge: StaffRole
    figures: settling.Leaning
    is_outlier: bool


@dataclass(frozen=True, slots=True)
class Spread:
    entries: Sequence[EntrySpread]  # the widest gap first
    judges: Sequence[JudgeSpread]
    agreement: settling.Agreement
    hidden: int

    @property
    def wide(self) -> list[EntrySpread]:
        return [row for row in self.entries if row.is_wide]

    @property
    def wanting(self) -> list[EntrySpread]:
        return [row for row in self.entries if row.wants_third]


def is_judge_in(person: Visitor, round: Round) -> bool:
    """On the panel, or ever asked for a sheet."""
    if not is_signed_in(person):
        return False
    return (
        round.panels.filter(judges__person=person).exists()
        or round.assignments.filter(judge__person=person).exists()
    )


def criteria_values(round: Round) -> list[settling.CRITERION]:
    criteria = Criterion.objects.filter(version=round.rubric_version_id).prefetch_related("levels")
    return [(c.pk, c.weight, c.highest) for c in criteria]


def spread(round: Round, *, without: Collection[int] = ()) -> Spread:
    """Five queries, whatever the size of the round. Entries of the learners `without` are in no figure."""
    criteria = criteria_values(round)
    points: dict[int, dict[int, int]] = defaultdict(dict)
    for sheet, criterion, given in Mark.objects.filter(
        assignment__round=round, assignment__state=AssignmentState.SUBMITTED
    ).values_list("assignment_id", "criterion_id", "points"):
        points[sheet][criterion] = given
    lines: dict[int, int] = defaultdict(int)
    for entry in TalkLine.objects.filter(round=round).values_list("entry_id", flat=True):
        lines[entry] += 1
    by_entry: dict[int, list[Assignment]] = defaultdict(list)
    for assignment in assignments_in(round).filter(state__in=STANDING):
        if assignment.entry.enrolment_id not in without:
            by_entry[assignment.entry_id].append(assignment)
    totals = {
        a.pk: total
        for of in by_entry.values()
        for a in of
        if a.state == AssignmentState.SUBMITTED
        and (total := settling.total_of(points[a.pk], criteria)) is not None
    }
    rows = [_entry(round, of, totals, lines) for of in by_entry.values()]
    judges = {a.judge.code: a.judge for of in by_entry.values() for a in of}
    counted = [a for of in by_entry.values() for a in of if a.pk in totals]
    found = settling.leanings((str(a.entry_id), a.judge.code, totals[a.pk]) for a in counted)
    return Spread(
        entries=sorted(rows, key=lambda row: (row.gap is None, -(row.gap or 0), row.enrolment.number_key)),
        judges=[
            JudgeSpread(judges[code], figures, _is_outlier(round, figures))
            for code, figures in sorted(found.items(), key=lambda item: judges[item[0]].pk)
        ],
        agreement=settling.agreement(
            (f"{a.entry_id}:{criterion}", a.judge.code, given)
            for a in counted
            for criterion, given in points[a.pk].items()
        ),
        hidden=len(without),
    )


def _entry(
    round: Round, of: Sequence[Assignment], totals: dict[int, Fraction], lines: dict[int, int]
) -> EntrySpread:
    sheets = [SheetTotal(a.judge, totals[a.pk], a.is_third) for a in of if a.pk in totals]
    gap = settling.gap_of(sheet.total for sheet in sheets)
    return EntrySpread(
        enrolment=of[0].entry.enrolment,
        entry=of[0].entry,
        sheets=sheets,
        waiting=sum(a.state != AssignmentState.SUBMITTED for a in of),
        gap=gap,
        is_wide=bool(round.gap and gap is not None and gap >= round.gap),
        has_third=any(a.is_third for a in of),
        lines=lines[of[0].entry_id],
    )


def _is_outlier(round: Round, figures: settling.Leaning) -> bool:
    """Leans by half of what counts as a gap, on enough entries to say so."""
    return bool(
        round.gap
        and figures.lean is not None
        and figures.shared >= settling.FEWEST
        and abs(figures.lean) * 2 >= round.gap
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """Another judge's marks on a piece of a trial, in the order of the criteria."""

    judge: StaffRole
    points: Sequence[int]


def marks_beside(assignment: Assignment) -> list[Beside]:
    """What the others gave a piece of a trial, for a judge whose own sheet is in; nothing in any other round."""
    if assignment.round.trial_of_id is None or assignment.state != AssignmentState.SUBMITTED:
        return []
    others = (
        assignment.round.assignments.filter(entry_id=assignment.entry_id, state=AssignmentState.SUBMITTED)
        .exclude(pk=assignment.pk)
        .select_related("judge")
        .prefetch_related("marks__criterion")
        .order_by("judge_id")
    )
    return [
        Beside(
            other.judge,
            [m.points for m in sorted(other.marks.all(), key=lambda m: m.criterion.position)],
        )
        for other in others
    ]


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial of a round with how far its judges agree."""

    round: Round
    agreement: settling.Agreement


def trials_of(round: Round, person: Visitor) -> list[TrialRow]:
    """Without those that a learner is part of from whom the person stands aside."""
    return [
        TrialRow(trial, spread(trial).agreement)
        for trial in round.trials.order_by("pk")
        if not withheld_from(person, trial)
    ]


def talk_about(round: Round, entry: Entry) -> QuerySet[TalkLine]:
    return TalkLine.objects.filter(round=round, entry=entry).select_related("judge", "author")


@dataclass(frozen=True, slots=True)
class Said:
    """A line of talk as one judge reads it: the others are numbered, not named. 0 is the chair."""

    number: int
    is_own: bool
    line: TalkLine


def talk_before(assignment: Assignment) -> list[Said]:
    """What a judge reads of the talk about an entry; the numbers are those of the sheets by code."""
    sheets = assignment.round.assignments.filter(entry_id=assignment.entry_id).order_by("code")
    number = {judge: place for place, judge in enumerate(sheets.values_list("judge_id", flat=True), start=1)}
    return [
        Said(number.get(line.judge_id or 0, 0), line.judge_id == assignment.judge_id, line)
        for line in talk_about(assignment.round, assignment.entry)
    ]
