"""What is refused before anything is estimated, each by its own error that names the rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.calibration.errors import (
    BadAnchor,
    BadDesign,
    BadOption,
    BadWeight,
    DuplicateRating,
    EmptyTable,
    Infinite,
    Negative,
    NoInformation,
    NotANumber,
    NotWhole,
    OutOfRange,
    UnknownIndex,
)
from yingzao.engines.calibration.values import CalibrationOptions, Ratings

CHOICES = {
    "method": ("eb", "mml", "jml"),
    "scale": ("auto", "rsm", "pcm", "linear"),
    "allocation": ("random", "cohort", "unknown"),
    "on_disconnected": ("refuse", "per_subset", "assume_exchangeable"),
}


def refuse_bad(ratings: Ratings) -> None:
    """Refuse what no method can use."""
    n = len(ratings.score)
    if n == 0:
        raise EmptyTable("there are no marks")
    if {len(ratings.learner), len(ratings.judge), len(ratings.criterion)} != {n}:
        raise BadDesign("learner, judge, criterion and score differ in length")
    if len(ratings.max_score) != ratings.n_criteria or any(int(top) < 1 for top in ratings.max_score):
        raise BadDesign("every criterion needs a maximum of at least 1")
    if ratings.criterion_weight is not None:
        weights = numbers(ratings.criterion_weight)
        if len(weights) != ratings.n_criteria or not np.all((weights > 0) & (weights == np.floor(weights))):
            raise BadDesign("every criterion needs a weight that is a positive whole number")
    _refuse_indices(ratings)
    _refuse_scores(ratings)
    if ratings.weight is None:
        _refuse_duplicates(ratings)
    else:
        _refuse_weights(ratings, n)


def refuse_options(ratings: Ratings, options: CalibrationOptions) -> None:
    """Refuse an option that there is not, and anchors that cannot be kept."""
    for name, known in CHOICES.items():
        value = getattr(options, name)
        if value not in known:
            raise BadOption(f"{name} {value!r} is none of {', '.join(known)}", option=name, value=str(value))
    for judge, severity in (options.anchors or {}).items():
        if not 0 <= judge < ratings.n_judges or not np.isfinite(severity):
            raise BadAnchor("an anchor is no finite severity of a judge of the table", judge=judge)
    if options.anchors and len(options.anchors) == ratings.n_judges:
        total = sum(options.anchors.values())
        if abs(total) > 1e-6:
            raise BadAnchor("all judges are anchored, and their severities do not sum to zero", total=total)


def refuse_equal(score: NDArray[Any]) -> None:
    if np.all(score == score[0]):
        raise NoInformation("all marks are equal", score=float(score[0]), n=len(score))


def numbers(column: Any) -> NDArray[np.float64]:
    """As floating numbers; what cannot be read as one becomes NaN."""
    try:
        return np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return np.array([_number(value) for value in column], dtype=np.float64)


def _refuse_indices(ratings: Ratings) -> None:
    for name, count in (
        ("learner", ratings.n_learners),
        ("judge", ratings.n_judges),
        ("criterion", ratings.n_criteria),
    ):
        column = np.asarray(getattr(ratings, name))
        if column.dtype.kind in "iu":
            wrong = (column < 0) | (column >= count)
        else:
            index = numbers(column)
            wrong = ~((index >= 0) & (index < count) & (index == np.floor(index)))
        if rows := _rows(wrong):
            raise UnknownIndex(f"{name} is not one of 0..{count - 1}", rows, column=name)


def _refuse_scores(ratings: Ratings) -> None:
    given = np.asarray(ratings.score)
    top = np.asarray(ratings.max_score, dtype=np.float64)
    if given.dtype.kind in "iu":
        score: Any = given
    else:
        score = numbers(ratings.score)
        if rows := _rows(np.isnan(score)):
            raise NotANumber("score is not a number", rows)
        if rows := _rows(np.isinf(score)):
            raise Infinite("score is infinite", rows)
    if rows := _rows(score < 0):
        raise Negative("score is negative", rows)
    if given.dtype.kind not in "iu" and (rows := _rows(score != np.floor(score))):
        raise NotWhole("score is not a whole number", rows)
    if score.max() > top.min():
        most = top[np.asarray(ratings.criterion).astype(np.int64)]
        if rows := _rows(score > most):
            raise OutOfRange("score is above the maximum of its criterion", rows)


def _refuse_weights(ratings: Ratings, n: int) -> None:
    weight = numbers(ratings.weight)
    if len(weight) != n:
        raise BadDesign("weight differs in length")
    if rows := _rows(~(np.isfinite(weight) & (weight > 0))):
        raise BadWeight("a weight is not a positive number", rows)


def row_key(ratings: Ratings) -> NDArray[np.int64]:
    """One number for learner, judge and criterion, in that order of weight."""
    learner, judge, criterion = (
        np.asarray(column).astype(np.int64) for column in (ratings.learner, ratings.judge, ratings.criterion)
    )
    key: NDArray[np.int64] = (learner * ratings.n_judges + judge) * ratings.n_criteria + criterion
    return key


def _refuse_duplicates(ratings: Ratings) -> None:
    key = row_key(ratings)
    in_order = np.sort(key)
    again = in_order[1:] == in_order[:-1]
    if again.any():
        rows = np.flatnonzero(np.isin(key, in_order[1:][again]))
        raise DuplicateRating("a criterion of a learner was marked twice by one judge", tuple(map(int, rows)))


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _rows(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(row) for row in np.flatnonzero(mask)) if mask.any() else ()
