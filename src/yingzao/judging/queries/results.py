"""Figures: calibrations, and what a learner is told after release."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yingzao.enrolment.models import Enrolment
from yingzao.judging.enums import AssignmentState, RoundState
from yingzao.judging.models import Assignment, Calibration, Criterion, Mark, Round
from yingzao.programmes.models import StaffRole


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


@dataclass(frozen=True, slots=True)
class ShownMark:
    criterion: str
    points: int
    of: int


@dataclass(frozen=True, slots=True)
class ShownSheet:
    judge: str
    total: str | None
    marks: Sequence[ShownMark]


@dataclass(frozen=True, slots=True)
class ShownLearner:
    enrolment: Enrolment | None  # None once the person was erased
    code: str
    performance: str | None
    raw_mean: str | None
    rank: int | None
    sheets: Sequence[ShownSheet]
    warnings: Sequence[str]  # codes


@dataclass(frozen=True, slots=True)
class ShownJudge:
    name: str
    n: int
    mean: str | None


@dataclass(frozen=True, slots=True)
class ShownCalibration:
    """A stored run with the names that its codes have today."""

    learners: Sequence[ShownLearner]
    judges: Sequence[ShownJudge]
    warnings: Sequence[str]  # codes about the whole table


def shown_calibration(run: Calibration) -> ShownCalibration:
    """By rank, those without a figure last. Three queries."""
    results = run.results
    codes = [row["enrolment"] for row in results["learners"]]
    learners = {e.code: e for e in Enrolment.objects.filter(code__in=codes).select_related("community")}
    judges = dict(
        StaffRole.objects.filter(code__in=[row["judge"] for row in results["judges"]])
        .order_by("pk")
        .values_list("code", "name")
    )
    order = {code: place for place, code in enumerate(judges)}
    version = run.inputs["rubric_version"]
    criteria = dict(Criterion.objects.filter(version__code=version).values_list("code", "title"))
    warned: dict[str, list[str]] = defaultdict(list)
    for warning in results["warnings"]:
        if warning["code"] not in warned[warning["enrolment"]]:
            warned[warning["enrolment"]].append(warning["code"])
    shown = [
        ShownLearner(
            enrolment=learners.get(row["enrolment"]),
            code=row["enrolment"],
            performance=row["performance"],
            raw_mean=row["raw_mean"],
            rank=row["rank"],
            sheets=[
                ShownSheet(
                    judge=judges.get(sheet["judge"], sheet["judge"]),
                    total=sheet["total"],
                    marks=[
                        ShownMark(criteria.get(m["criterion"], m["criterion"]), m["points"], m["of"])
                        for m in sheet["marks"]
                    ],
                )
                for sheet in sorted(row["sheets"], key=lambda s: order.get(s["judge"], len(order)))
            ],
            warnings=warned[row["enrolment"]],
        )
        for row in results["learners"]
    ]
    return ShownCalibration(
        learners=sorted(
            shown,
            key=lambda row: (
                row.rank is None,
                row.rank or 0,
                row.enrolment.number_key if row.enrolment else row.code,
            ),
        ),
        judges=[
            ShownJudge(judges.get(row["judge"], row["judge"]), row["n"], row["mean"])
            for row in sorted(results["judges"], key=lambda row: order.get(row["judge"], len(order)))
        ],
        warnings=warned[""],
    )
