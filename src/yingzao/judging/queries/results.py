"""Figures: calibrations, and what a learner is told after release."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yingzao.enrolment.models import Enrolment
from yingzao.judging.enums import AssignmentState, RoundState
from yingzao.judging.models import Assignment, Calibration, Mark, Round


def latest_calibration(round: Round) -> Calibration | None:
    """The newest stored run. Its `results["learners"]` hold enrolment codes, performance and every sheet behind it."""
    return round.calibrations.order_by("-pk").first()


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
                of=len(levels),
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
    for round_pk, results in (
        Calibration.objects.filter(round__in=rounds).order_by("pk").values_list("round_id", "results")
    ):
        found[round_pk] = next(
            (row["performance"] for row in results["learners"] if row["enrolment"] == enrolment.code), None
        )
    return found
