"""What goes in and what comes out."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.calibration.errors import (
    BadDesign,
    DuplicateRating,
    EmptyTable,
    Infinite,
    Negative,
    NotANumber,
    NotWhole,
    OutOfRange,
    UnknownIndex,
)

Method = Literal["mean"]


@dataclass(frozen=True, slots=True)
class Ratings:
    """One row a mark: `learner`, `judge` and `criterion` are indices from 0, `score` is a whole number 0..max_score.

    `max_score` has one entry a criterion; `criterion_weight` likewise, in any common unit as whole numbers (None:
    all equal). `weight` counts how often a row stands for itself and is for severity models only.
    """

    learner: NDArray[np.int32]
    judge: NDArray[np.int32]
    criterion: NDArray[np.int32]
    score: NDArray[np.int16]
    max_score: NDArray[np.int16]
    n_learners: int
    n_judges: int
    n_criteria: int
    criterion_weight: NDArray[np.int64] | None = None
    weight: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class CalibrationOptions:
    """`method="mean"` is all there is; asking for another raises MethodNotAvailable."""

    method: str = "mean"


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
class CalibrationWarning:
    """`code` is `one_judge` (the whole table), `single_judge` (a learner), `missing_marks` (a learner and a judge),
    `not_judged` (a learner), `unlinked` (the judges fall into parts that share no learner)."""

    code: str
    learner: int | None = None
    judge: int | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Learners and judges in the order of their indices. Equal inputs in any row order give an equal value."""

    method: Method
    learners: tuple[LearnerResult, ...]
    judges: tuple[JudgeResult, ...]
    warnings: tuple[CalibrationWarning, ...]


def check(ratings: Ratings) -> None:
    """Refuse what no method can use, each by its own error that names the rows."""
    n = len(ratings.score)
    if n == 0:
        raise EmptyTable("there are no marks")
    if {len(ratings.learner), len(ratings.judge), len(ratings.criterion)} != {n}:
        raise BadDesign("learner, judge, criterion and score differ in length")
    if len(ratings.max_score) != ratings.n_criteria or any(int(top) < 1 for top in ratings.max_score):
        raise BadDesign("every criterion needs a maximum of at least 1")
    if ratings.criterion_weight is not None:
        weights = _numbers(ratings.criterion_weight)
        if len(weights) != ratings.n_criteria or not np.all((weights > 0) & (weights == np.floor(weights))):
            raise BadDesign("every criterion needs a weight that is a positive whole number")
    for name, count in (
        ("learner", ratings.n_learners),
        ("judge", ratings.n_judges),
        ("criterion", ratings.n_criteria),
    ):
        index = _numbers(getattr(ratings, name))
        if rows := _rows(~((index >= 0) & (index < count) & (index == np.floor(index)))):
            raise UnknownIndex(f"{name} is not one of 0..{count - 1}", rows)
    score = _numbers(ratings.score)
    if rows := _rows(np.isnan(score)):
        raise NotANumber("score is not a number", rows)
    if rows := _rows(np.isinf(score)):
        raise Infinite("score is infinite", rows)
    if rows := _rows(score < 0):
        raise Negative("score is negative", rows)
    if rows := _rows(score != np.floor(score)):
        raise NotWhole("score is not a whole number", rows)
    top = np.asarray(ratings.max_score, dtype=np.float64)[np.asarray(ratings.criterion, dtype=np.int64)]
    if rows := _rows(score > top):
        raise OutOfRange("score is above the maximum of its criterion", rows)
    _refuse_duplicates(ratings)


def _refuse_duplicates(ratings: Ratings) -> None:
    first: dict[tuple[int, int, int], int] = {}
    again: list[int] = []
    for row, key in enumerate(
        zip(
            map(int, ratings.learner),
            map(int, ratings.judge),
            map(int, ratings.criterion),
            strict=True,
        )
    ):
        if key in first:
            again += [first[key], row]
        first.setdefault(key, row)
    if again:
        raise DuplicateRating(
            "a criterion of a learner was marked twice by one judge", tuple(sorted(set(again)))
        )


def _numbers(column: Any) -> NDArray[np.float64]:
    """As floating numbers; what cannot be read as one becomes NaN."""
    try:
        return np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array([_number(value) for value in column], dtype=np.float64)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _rows(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(row) for row in np.flatnonzero(mask))
