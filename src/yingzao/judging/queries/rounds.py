"""Rounds as the desk reads them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from yingzao.activities.enums import VersionState
from yingzao.activities.models import Version
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.judging.enums import STANDING, UNDER_WAY, AssignmentState, RoundState
from yingzao.judging.models import Assignment, Round
from yingzao.people.models import Person, Visitor
from yingzao.programmes import queries as programme_queries
from yingzao.programmes.enums import ProgrammeState, Role
from yingzao.programmes.models import Programme, StaffRole


def rounds_of(programme: Programme) -> QuerySet[Round]:
    """Newest last, with the number of sheets asked for and handed in. Trials stand with the round that they are for."""
    return (
        programme.rounds.filter(trial_of=None)
        .select_related("activity", "rubric_version__rubric")
        .annotate(
            sheets=Count("assignments", filter=Q(assignments__state__in=STANDING)),
            sheets_in=Count("assignments", filter=Q(assignments__state=AssignmentState.SUBMITTED)),
        )
    )


def rounds_visible_to(person: Visitor) -> QuerySet[Round]:
    """Rounds whose desk the person may read."""
    return Round.objects.filter(programme__in=programme_queries.desk_programmes(person)).select_related(
        "programme__organisation", "activity", "rubric_version__rubric", "trial_of"
    )


def panel_judges(round: Round) -> list[StaffRole]:
    """The judges of the round who still are judges of the programme."""
    return list(
        StaffRole.objects.filter(panels__round=round, role=Role.JUDGE, ended_at=None)
        .select_related("person")
        .distinct()
        .order_by("pk")
    )


def limits_of(round: Round, judges: Iterable[StaffRole]) -> dict[int, int]:
    """By judge, the most entries they take in this round; who has no limit is not in it."""
    own = dict(round.workloads.values_list("judge_id", "most"))
    everybody = round.most_per_judge
    found = {judge.pk: own.get(judge.pk, everybody) for judge in judges}
    return {judge: most for judge, most in found.items() if most is not None}


def rounds_due(now: dt.datetime) -> QuerySet[Round]:
    """Open rounds that are to be judged by some day that has not passed."""
    return Round.objects.filter(
        state=RoundState.OPEN, closes_at__gte=now, programme__state=ProgrammeState.RUNNING
    ).select_related("organisation", "programme")


def judges_with_sheets_missing(round: Round) -> list[tuple[Person, int]]:
    """Judges with an account who have sheets to hand in, each with their number."""
    missing = dict(
        round.assignments.filter(state__in=UNDER_WAY, judge__ended_at=None, judge__person__is_active=True)
        .order_by()
        .values_list("judge__person")
        .annotate(count=Count("pk"))
    )
    return [(person, missing[person.pk]) for person in Person.objects.filter(pk__in=missing).order_by("pk")]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A learner with something handed in that the round can judge."""

    enrolment: Enrolment


def candidates(round: Round) -> list[Candidate]:
    """Who takes part: of those who handed in, the round's shortlist where it has one."""
    handed_in = who_handed_in(round)
    chosen = set(round.shortlist.values_list("pk", flat=True))
    return [c for c in handed_in if not chosen or c.enrolment.pk in chosen]


def who_handed_in(round: Round) -> list[Candidate]:
    """Active learners who handed in what the round judges: the task, or for portfolios any practice task."""
    counting = Version.objects.filter(
        state__in=[VersionState.SUBMITTED, VersionState.ACCEPTED],
        entry__programme_id=round.programme_id,
        entry__activity__isnull=False,
    )
    if round.activity_id:
        counting = counting.filter(entry__activity_id=round.activity_id)
    learners = Enrolment.objects.filter(
        programme_id=round.programme_id,
        state=EnrolmentState.ACTIVE,
        pk__in=counting.values("entry__enrolment"),
    ).select_related("community", "team__mentor")
    return [Candidate(enrolment) for enrolment in learners]


def assignments_in(round: Round) -> QuerySet[Assignment]:
    return round.assignments.select_related(
        "judge",
        "entry__enrolment__community",
        "entry__enrolment__team__mentor",
        "version",
        "entered_by",
        "scan",
    ).order_by("entry__enrolment__number_key", "entry__enrolment__number", "judge_id", "pk")


@dataclass(frozen=True, slots=True)
class SheetState:
    """One judge's sheet on one entry. `marked` counts criteria; marks themselves are not here."""

    assignment: Assignment
    judge: StaffRole
    state: str
    marked: int

    @property
    def shown(self) -> str:
        """The shape beside the word: done, part, todo or excused."""
        return {
            AssignmentState.SUBMITTED: "done",
            AssignmentState.SAVED: "part",
            AssignmentState.ASSIGNED: "todo",
        }.get(AssignmentState(self.state), "excused")


@dataclass(frozen=True, slots=True)
class EntryRow:
    enrolment: Enrolment
    entry_code: str
    sheets: Sequence[SheetState]

    @property
    def standing(self) -> int:
        return sum(sheet.state in STANDING for sheet in self.sheets)

    @property
    def sheets_in(self) -> int:
        return sum(sheet.state == AssignmentState.SUBMITTED for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class JudgeRow:
    judge: StaffRole
    standing: int
    sheets_in: int
    stood_aside: int
    is_on_panel: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    entries: Sequence[EntryRow]
    judges: Sequence[JudgeRow]
    criteria: int

    @property
    def standing(self) -> int:
        return sum(row.standing for row in self.entries)

    @property
    def sheets_in(self) -> int:
        return sum(row.sheets_in for row in self.entries)

    @property
    def missing(self) -> int:
        return self.standing - self.sheets_in

    @property
    def short(self) -> list[EntryRow]:
        """Entries that nobody judges any more."""
        return [row for row in self.entries if row.standing == 0]


def progress(round: Round, *, without: Collection[int] = ()) -> Progress:
    """How far each entry and each judge has come. Four queries, whatever the size of the round.

    Entries of the learners `without` (by primary key) are not among the entries.
    """
    by_entry: dict[int, list[Assignment]] = defaultdict(list)
    by_judge: dict[int, list[Assignment]] = defaultdict(list)
    judges = {judge.pk: judge for judge in panel_judges(round)}
    panel = set(judges)
    for assignment in assignments_in(round).annotate(marked=Count("marks")):
        by_entry[assignment.entry_id].append(assignment)
        by_judge[assignment.judge_id].append(assignment)
        judges.setdefault(assignment.judge_id, assignment.judge)
    return Progress(
        entries=[
            EntryRow(
                enrolment=of[0].entry.enrolment,
                entry_code=of[0].entry.code,
                sheets=[
                    SheetState(a, a.judge, a.state, a.marked)  # type: ignore[attr-defined]
                    for a in of
                ],
            )
            for of in by_entry.values()
            if of[0].entry.enrolment_id not in without
        ],
        judges=[
            JudgeRow(
                judge=judge,
                standing=sum(a.state in STANDING for a in by_judge[pk]),
                sheets_in=sum(a.state == AssignmentState.SUBMITTED for a in by_judge[pk]),
                stood_aside=sum(a.state not in STANDING for a in by_judge[pk]),
                is_on_panel=pk in panel,
            )
            for pk, judge in sorted(judges.items())
        ],
        criteria=round.rubric_version.criteria.count(),
    )
