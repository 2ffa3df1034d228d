"""How far judges agree: intraclass correlations and Krippendorff's alpha."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.calibration import linear
from yingzao.engines.calibration.marks import Marks, arrange
from yingzao.engines.calibration.threads import on_one_thread
from yingzao.engines.calibration.values import Agreement, Floats, Ratings

ICCS = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")
LEVELS = ("nominal", "ordinal", "interval")
MOST_INCOMPLETE = 300_000  # sheets, beyond which variance components are not asked for
NOTHING: Mapping[str, float | None] = dict.fromkeys(ICCS)


@on_one_thread
def agreement(ratings: Ratings) -> Agreement:
    """ICC (Shrout & Fleiss 1979) of the means of sheets and of each criterion; alpha (Krippendorff 2011) of each.

    Complete tables by analysis of variance; others by variance components (REML), k the harmonic mean number of
    judges. Row weights are not read.
    """
    marks, _ = arrange(ratings)
    n_all = ratings.n_criteria
    per_icc: list[Mapping[str, float | None]] = [NOTHING] * n_all
    per_alpha: list[Mapping[str, float | None]] = [dict.fromkeys(LEVELS)] * n_all
    for c, original in enumerate(marks.criterion_ids.tolist()):
        rows = marks.criterion == c
        learner, judge, score = marks.learner[rows], marks.judge[rows], marks.score[rows].astype(np.float64)
        per_icc[original] = _icc(learner, judge, score)
        per_alpha[original] = krippendorff(learner, marks.score[rows], len(np.unique(judge)))
    learner, judge, mean, complete = _sheet_means(marks)
    return Agreement(
        icc=per_icc[marks.criterion_ids[0]] if marks.n_criteria == 1 else _icc(learner, judge, mean),
        icc_by_criterion=tuple(per_icc),
        alpha=tuple(per_alpha),
        complete=complete,
    )


def _sheet_means(marks: Marks) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, bool]:
    """Each complete sheet's mean mark (all sheets when none is complete)."""
    first = marks.sheets()
    sizes = np.diff(np.r_[first, marks.n])
    mean = np.add.reduceat(marks.score.astype(np.float64), first) / sizes
    whole = sizes == sizes.max()
    learner, judge = (of[first][whole].astype(np.int64) for of in (marks.learner, marks.judge))
    complete = bool(whole.all()) and len(first) == marks.n_learners * marks.n_judges
    return learner, judge, mean[whole], complete


def _icc(learner: NDArray[np.int64], judge: NDArray[np.int64], score: Floats) -> Mapping[str, float | None]:
    learners, row = np.unique(learner, return_inverse=True)
    judges, column = np.unique(judge, return_inverse=True)
    n, k = len(learners), len(judges)
    if n < 2 or k < 2 or len(np.unique(row * np.int64(k) + column)) != len(row):
        return NOTHING
    if len(row) == n * k:
        table = np.zeros((n, k))
        table[row, column] = score
        return _complete_icc(table)
    if len(row) > MOST_INCOMPLETE or len(row) <= n + k:
        return NOTHING
    return _incomplete_icc(row, column, score, n, k)


def _complete_icc(table: Floats) -> Mapping[str, float | None]:
    n, k = table.shape
    grand = table.mean()
    between = k * float(((table.mean(axis=1) - grand) ** 2).sum()) / (n - 1)
    judges = n * float(((table.mean(axis=0) - grand) ** 2).sum()) / (k - 1)
    total = float(((table - grand) ** 2).sum())
    within = (total - between * (n - 1)) / (n * (k - 1))
    error = (total - between * (n - 1) - judges * (k - 1)) / ((n - 1) * (k - 1))
    return {
        "ICC1": _ratio(between - within, between + (k - 1) * within),
        "ICC2": _ratio(between - error, between + (k - 1) * error + k * (judges - error) / n),
        "ICC3": _ratio(between - error, between + (k - 1) * error),
        "ICC1k": _ratio(between - within, between),
        "ICC2k": _ratio(between - error, between + (judges - error) / n),
        "ICC3k": _ratio(between - error, between),
    }


def _incomplete_icc(
    row: NDArray[np.int64], column: NDArray[np.int64], score: Floats, n: int, k: int
) -> Mapping[str, float | None]:
    """From variance components: crossed for ICC2 and ICC3, one-way for ICC1."""
    counts = np.bincount(row, minlength=n).astype(np.float64)
    m = float(n / (1.0 / counts).sum())
    learners, judges, error = linear.components(row, column, score, n, k)
    alone, _, within = linear.components(row, np.zeros_like(column), score, n, 1)
    return {
        "ICC1": _ratio(alone, alone + within),
        "ICC2": _ratio(learners, learners + judges + error),
        "ICC3": _ratio(learners, learners + error),
        "ICC1k": _ratio(alone, alone + within / m),
        "ICC2k": _ratio(learners, learners + (judges + error) / m),
        "ICC3k": _ratio(learners, learners + error / m),
    }


def krippendorff(
    unit: NDArray[np.int32], score: NDArray[np.int64], judges: int
) -> Mapping[str, float | None]:
    """Alpha through the coincidences of values within units that have two marks or more.

    With n marks by m judges each and none missing the last term is that of R's `irr`, which counts pairs there without
    dividing by m − 1: n − 1/(m − 1) where Krippendorff (2011) has n − 1. They are one for two judges, and elsewhere
    differ by less than 1/n.
    """
    values, value = np.unique(score, return_inverse=True)
    units, of = np.unique(unit, return_inverse=True)
    v = len(values)
    size = np.bincount(of)
    coincidences = np.zeros((v, v))
    step = max(4_000_000 // v, 1)
    order = np.argsort(of, kind="stable")
    of, value = of[order], value[order]
    for a in range(0, len(units), step):
        rows = slice(*np.searchsorted(of, [a, min(a + step, len(units))]).tolist())
        count = min(step, len(units) - a)
        table = np.bincount((of[rows] - a) * v + value[rows], minlength=count * v).reshape(count, v)
        m = size[a : a + count]
        some = m > 1
        table, m = table[some].astype(np.float64), m[some]
        scaled = table / (m - 1)[:, None]
        coincidences += table.T @ scaled - np.diag(scaled.sum(axis=0))
    total = coincidences.sum(axis=1)
    n = float(total.sum())
    result: dict[str, float | None] = {}
    less = 1.0 / (size[0] - 1) if size[0] > 2 and (size == judges).all() else 1.0
    rank = np.cumsum(total) - total / 2
    for level in LEVELS:
        if level == "nominal":
            distance = 1.0 - np.eye(v)
        else:
            at = rank if level == "ordinal" else values.astype(np.float64)
            distance = (at[:, None] - at[None, :]) ** 2
        expected = float((np.outer(total, total) * distance).sum()) / (n - less) if n > 1 else 0.0
        observed = float((coincidences * distance).sum())
        result[level] = 1.0 - observed / expected if expected > 0 else None
    return result


def _ratio(above: float, below: float) -> float | None:
    return float(above / below) if abs(below) > 1e-12 else None
