"""The mean of marks, in exact fractions (docs/algorithms/mean-of-marks.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from yingzao.engines.calibration.checking import refuse_bad
from yingzao.engines.calibration.errors import OptionNotAvailable
from yingzao.engines.calibration.values import CalibrationWarning, Ratings
from yingzao.engines.design import parts

FULL = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """One judge's marks of one learner. `total` is 0..100, or None when a criterion is missing."""

    judge: int
    scores: tuple[int | None, ...]
    total: Fraction | None

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(criterion for criterion, score in enumerate(self.scores) if score is None)


@dataclass(frozen=True, slots=True)
class LearnerResult:
    """`performance` (0..100) and `raw_mean` (the rubric's own points) are None when no sheet is complete.

    `n_judges` counts complete sheets. `rank` is competition rank (1, 2, 2, 4) on the exact performance.
    """

    learner: int
    performance: Fraction | None
    raw_mean: Fraction | None
    n_judges: int
    rank: int | None
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class JudgeResult:
    """`mean` is the mean of the judge's complete totals: it describes what was given, not how severe the judge is."""

    judge: int
    n: int
    mean: Fraction | None


@dataclass(frozen=True, slots=True)
class MeanOfMarks:
    """Learners and judges in the order of their indices. Equal inputs in any row order give an equal value.

    Warnings: `one_judge` (the whole table), `single_judge` (a learner), `missing_marks` (a learner and a judge),
    `not_judged` (a learner), `unlinked` (the judges fall into parts that share no learner).
    """

    method: str
    learners: tuple[LearnerResult, ...]
    judges: tuple[JudgeResult, ...]
    warnings: tuple[CalibrationWarning, ...]


def mean_of_marks(ratings: Ratings) -> MeanOfMarks:
    """Sheet total = Σ wc·(score÷max)·100 ÷ Σ wc; performance = mean of the complete sheets' totals.

    Raises a CalibrationError for what `refuse_bad` refuses, and OptionNotAvailable for row weights, which a mean of
    exact marks does not read.
    """
    if ratings.weight is not None:
        raise OptionNotAvailable("row weights are not read by the mean of marks")
    refuse_bad(ratings)

    scores: list[dict[int, list[int | None]]] = [{} for _ in range(ratings.n_learners)]
    for learner, judge, criterion, score in zip(
        ratings.learner, ratings.judge, ratings.criterion, ratings.score, strict=True
    ):
        sheet = scores[int(learner)].setdefault(int(judge), [None] * ratings.n_criteria)
        sheet[int(criterion)] = int(score)

    sheets = [
        tuple(_sheet(judge, given, ratings) for judge, given in sorted(of_learner.items()))
        for of_learner in scores
    ]
    performances = [_mean([s.total for s in of_learner if s.total is not None]) for of_learner in sheets]
    ranks = _competition_ranks(performances)
    learners = tuple(
        LearnerResult(
            learner=index,
            performance=performances[index],
            raw_mean=_mean(
                [
                    Fraction(score)
                    for sheet in of_learner
                    if sheet.total is not None
                    for score in sheet.scores
                    if score is not None
                ]
            ),
            n_judges=sum(sheet.total is not None for sheet in of_learner),
            rank=ranks[index],
            sheets=of_learner,
        )
        for index, of_learner in enumerate(sheets)
    )
    return MeanOfMarks(
        method="mean",
        learners=learners,
        judges=_judges(learners, ratings.n_judges),
        warnings=_warnings(learners),
    )


def _sheet(judge: int, given: Sequence[int | None], ratings: Ratings) -> Sheet:
    weights = (
        [1] * ratings.n_criteria
        if ratings.criterion_weight is None
        else list(map(int, ratings.criterion_weight))
    )
    total: Fraction | None = None
    if all(score is not None for score in given):
        reached = sum(
            (
                weight * Fraction(score, int(top))
                for weight, score, top in zip(weights, given, ratings.max_score, strict=True)
                if score is not None
            ),
            Fraction(0),
        )
        total = FULL * reached / sum(weights)
    return Sheet(judge=judge, scores=tuple(given), total=total)


def _judges(learners: Sequence[LearnerResult], count: int) -> tuple[JudgeResult, ...]:
    totals: list[list[Fraction]] = [[] for _ in range(count)]
    for learner in learners:
        for sheet in learner.sheets:
            if sheet.total is not None:
                totals[sheet.judge].append(sheet.total)
    return tuple(JudgeResult(judge=index, n=len(of), mean=_mean(of)) for index, of in enumerate(totals))


def _warnings(learners: Sequence[LearnerResult]) -> tuple[CalibrationWarning, ...]:
    counted = [
        (learner.learner, sheet.judge)
        for learner in learners
        for sheet in learner.sheets
        if sheet.total is not None
    ]
    found: list[CalibrationWarning] = []
    if len({judge for _, judge in counted}) == 1:
        found.append(CalibrationWarning("one_judge"))
    if len(parts((str(learner), str(judge)) for learner, judge in counted)) > 1:
        found.append(CalibrationWarning("unlinked"))
    for learner in learners:
        if learner.n_judges == 0:
            found.append(CalibrationWarning("not_judged", learner=learner.learner))
        elif learner.n_judges == 1:
            found.append(CalibrationWarning("single_judge", learner=learner.learner))
        found += [
            CalibrationWarning("missing_marks", learner=learner.learner, judge=sheet.judge)
            for sheet in learner.sheets
            if sheet.missing
        ]
    return tuple(found)


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _competition_ranks(values: Sequence[Fraction | None]) -> list[int | None]:
    standing = sorted((value for value in values if value is not None), reverse=True)
    first: dict[Fraction, int] = {}
    for place, value in enumerate(standing, start=1):
        first.setdefault(value, place)
    return [None if value is None else first[value] for value in values]
