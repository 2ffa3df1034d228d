"""Figures: calibrations, and what a learner is told after release."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from yingzao.enrolment.models import Enrolment
from yingzao.judging.enums import AssignmentState, Counts, RoundState
from yingzao.judging.models import Assignment, Calibration, Mark, Round


def newest_run(round: Round) -> Calibration | None:
    """The newest run of the round, accepted or not."""
    return round.calibrations.order_by("-pk").first()


def runs_of(round: Round) -> QuerySet[Calibration]:
    """All runs, newest first, without their inputs and results."""
    return (
        round.calibrations.select_related("run_by", "accepted_by").defer("inputs", "results").order_by("-pk")
    )


def accepted_calibration(round: Round) -> Calibration | None:
    """The run that counts: the one accepted last. None while all are proposals."""
    return round.calibrations.filter(accepted_at__isnull=False).order_by("-accepted_at", "-pk").first()


def accepted_of(runs: Iterable[Calibration]) -> Calibration | None:
    """As `accepted_calibration`, of runs that were read already."""
    accepted = [(run.accepted_at, run.pk, run) for run in runs if run.accepted_at]
    return max(accepted, key=lambda each: each[:2])[2] if accepted else None


def performances_of(run: Calibration) -> dict[str, str | None]:
    """Enrolment code → the figure of 100 that counts, as an exact fraction or decimal; None for who has none."""
    if run.counts != Counts.ADJUSTED:
        return {row["enrolment"]: row["exact"] for row in run.results["learners"]}
    measured = {row["id"]: row["performance"] for row in run.results["adjusted"]["learners"]}
    return {row["enrolment"]: measured.get(row["enrolment"]) for row in run.results["learners"]}


@dataclass(frozen=True, slots=True)
class ReleasedMark:
    criterion: str
    weight: Decimal
    points: int
    of: int
    text: str  # the chosen level in words


@dataclass(frozen=True, slots=True)
class ReleasedSheet:
    """One judge's sheet. Judges are numbered, not named."""

    number: int
    marks: Sequence[ReleasedMark]
    comment: str


@dataclass(frozen=True, slots=True)
class ReleasedRound:
    name: str
    round_code: str
    performance: str | None  # 0–100 with two decimals, from the latest calibration
    sheets: Sequence[ReleasedSheet]


@dataclass(frozen=True, slots=True)
class MarkOrigin:
    """How a mark came here: on screen by its judge, from paper by somebody who typed it in, or in a row of a file."""

    handed_in: dt.datetime | None
    entered_by: str  # a name; empty where the judge marked on screen
    scan: str  # code of the stored file; empty where there is none
    file: str  # its name; empty where the mark came in none
    sheet: str
    row: int | None


def mark_origins(round_code: str, learners: Collection[str]) -> dict[tuple[str, str, str], MarkOrigin]:
    """How the marks of learners (codes) in a round came: (learner's code, judge's code, criterion's code) → origin. One query."""
    rows = Mark.objects.filter(
        assignment__round__code=round_code, assignment__entry__enrolment__code__in=learners
    ).values_list(
        "assignment__entry__enrolment__code",
        "assignment__judge__code",
        "criterion__code",
        "assignment__submitted_at",
        "assignment__entered_by__display_name",
        "assignment__scan__code",
        "source_row__source_file__name",
        "source_row__sheet",
        "source_row__number",
    )
    return {
        (learner, judge, criterion): MarkOrigin(at, clerk or "", scan or "", file or "", sheet or "", row)
        for learner, judge, criterion, at, clerk, scan, file, sheet, row in rows
    }


def released_marks(enrolment: Enrolment) -> list[ReleasedRound]:
    """The learner's own marks, of released rounds only, oldest round first. Five queries at most."""
    sheets = (
        Assignment.objects.filter(
            entry__enrolment=enrolment,
            round__state=RoundState.RELEASED,
            state=AssignmentState.SUBMITTED,
        )
        .select_related("round")
        .order_by("round_id", "code")
    )
    by_round: dict[int, list[Assignment]] = defaultdict(list)
    for sheet in sheets:
        by_round[sheet.round_id].append(sheet)
    if not by_round:
        return []
    marks: dict[int, list[ReleasedMark]] = defaultdict(list)
    rows = (
        Mark.objects.filter(assignment__in=[s.pk for of in by_round.values() for s in of])
        .select_related("criterion")
        .prefetch_related("criterion__levels")
        .order_by("criterion__position")
    )
    for mark in rows:
        levels = list(mark.criterion.levels.all())
        marks[mark.assignment_id].append(
            ReleasedMark(
                criterion=mark.criterion.title,
                weight=mark.criterion.weight,
                points=mark.points,
                of=mark.criterion.highest,
                text=next((level.text for level in levels if level.points == mark.points), ""),
            )
        )
    performances = _performances(enrolment, list(by_round))
    return [
        ReleasedRound(
            name=of[0].round.name,
            round_code=of[0].round.code,
            performance=performances.get(pk),
            sheets=[
                ReleasedSheet(number=number, marks=marks[sheet.pk], comment=sheet.comment)
                for number, sheet in enumerate(of, start=1)
            ],
        )
        for pk, of in by_round.items()
    ]


def _performances(enrolment: Enrolment, rounds: Sequence[int]) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    for run in Calibration.objects.filter(round__in=rounds, accepted_at__isnull=False).order_by(
        "accepted_at", "pk"
    ):
        exact = performances_of(run).get(enrolment.code)
        found[run.round_id] = None if exact is None else hundredths(Fraction(exact))
    return found


def hundredths(value: Fraction) -> str:
    """Two decimals, half up."""
    return f"{Decimal(math.floor(value * 100 + Fraction(1, 2))) / 100:.2f}"
