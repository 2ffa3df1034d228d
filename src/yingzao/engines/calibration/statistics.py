"""Fit, separation, fair averages, halo: what is read off an estimate. Formulas in docs/algorithms/calibration.md."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.calibration.jml import Moments, probabilities
from yingzao.engines.calibration.marks import Marks, Scale
from yingzao.engines.calibration.values import Facet, FitTables, Floats, Separation


def facet(
    index: NDArray[Any], count: int, residual: Floats, m: Moments, weight: Floats | None
) -> tuple[Facet, Floats]:
    """Mean squares by index, with the Wilson–Hilferty form; beside it the spread of standardised residuals."""
    w = np.ones(len(residual)) if weight is None else weight

    def total(values: Floats) -> Floats:
        return np.bincount(index, weights=values * w, minlength=count).astype(np.float64)

    variance = np.maximum(m.variance, 1e-12)
    square = residual * residual
    n = total(np.ones(len(residual)))
    with np.errstate(divide="ignore", invalid="ignore"):
        outfit = total(square / variance) / n
        sum_variance = total(m.variance)
        infit = total(square) / sum_variance
        q_out = np.sqrt(np.maximum(total(m.fourth / variance**2) / n**2 - 1.0 / n, 0.0))
        q_in = np.sqrt(np.maximum(total(m.fourth - m.variance**2), 0.0)) / sum_variance
    return Facet(infit, outfit, _standardised(infit, q_in), _standardised(outfit, q_out), n), n


def _standardised(mean_square: Floats, q: Floats) -> Floats:
    """Wilson–Hilferty: roughly N(0, 1) when the model holds."""
    with np.errstate(divide="ignore", invalid="ignore"):
        q = np.minimum(q, np.sqrt(2.0))  # as in FACETS: beyond it the cube root misleads
        z: Floats = (np.cbrt(mean_square) - 1.0) * (3.0 / q) + q / 3.0
    return np.where(np.isfinite(z), z, np.nan)


def fit_tables(
    marks: Marks,
    m: Moments,
    *,
    used: NDArray[np.bool_] | None = None,
) -> FitTables:
    """Fit of learners, judges and criteria. `used` leaves out rows (learners of perfect scores under JML)."""
    residual = marks.score - m.expected
    nothing = np.full(marks.n_judges, np.nan)
    halo = halo_of(marks, residual / np.sqrt(np.maximum(m.variance, 1e-12)))
    learner, judge, criterion, weight = marks.learner, marks.judge, marks.criterion, marks.weight
    learners, _ = facet(learner, marks.n_learners, residual, m, weight)
    if used is not None and not used.all():
        residual, judge, criterion = residual[used], judge[used], criterion[used]
        weight = None if weight is None else weight[used]
        m = Moments(m.expected[used], m.variance[used], m.fourth[used], m.log[used])
    judges, _ = facet(judge, marks.n_judges, residual, m, weight)
    criteria, _ = facet(criterion, marks.n_criteria, residual, m, weight)
    return FitTables(learners, judges, criteria, halo, nothing, nothing, _centrality(marks))


def _centrality(marks: Marks) -> Floats:
    """Each judge's spread of marks over the spread of the other judges' on the same learners and criteria, below 1 for
    one who keeps to the middle. NaN where nobody else marked."""
    unit = marks.learner.astype(np.int64) * marks.n_criteria + marks.criterion
    w = np.ones(marks.n) if marks.weight is None else marks.weight
    n_units = marks.n_learners * marks.n_criteria
    total = np.bincount(unit, weights=marks.score * w, minlength=n_units)
    count = np.bincount(unit, weights=w, minlength=n_units)
    others = count[unit] - w
    on = others > 1e-9
    rest = (total[unit] - w * marks.score)[on] / others[on]
    own, of, wt = marks.score[on].astype(np.float64), marks.judge[on], w[on]

    def mean(values: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.bincount(of, weights=values * wt, minlength=marks.n_judges) / np.bincount(
                of, weights=wt, minlength=marks.n_judges
            )

    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.maximum(mean(own**2) - mean(own) ** 2, 0.0))
        about = np.sqrt(np.maximum(mean(rest**2) - mean(rest) ** 2, 0.0))
        result = spread / about
    return np.where(np.isfinite(result), result, np.nan)


def halo_of(marks: Marks, z: Floats) -> float:
    """ρ̂: mean product of standardised residuals of two criteria within a sheet, less that between judges of the same
    learner. 0 where no sheet has two criteria."""
    first = marks.sheets()
    sums, squares = np.add.reduceat(z, first), np.add.reduceat(z * z, first)
    sizes = np.diff(np.r_[first, len(z)]).astype(np.float64)
    within_pairs = float((sizes * (sizes - 1)).sum())
    if within_pairs == 0:
        return 0.0
    within = float((sums**2 - squares).sum()) / within_pairs
    learner = marks.learner[first]
    n = marks.n_learners
    total = np.bincount(learner, weights=sums, minlength=n)
    of_squares = np.bincount(learner, weights=sums**2, minlength=n)
    count = np.bincount(learner, weights=sizes, minlength=n)
    count_squares = np.bincount(learner, weights=sizes**2, minlength=n)
    between_pairs = float((count**2 - count_squares).sum())
    between = float((total**2 - of_squares).sum()) / between_pairs if between_pairs else 0.0
    return within - between


def halo_weight(marks: Marks, halo: float) -> float:
    """Power of the likelihood at which sheets count as much as they tell: 1 ÷ (1 + (C̄ − 1)·ρ̂)."""
    return 1.0 / (1.0 + (marks.n / len(marks.sheets()) - 1.0) * max(halo, 0.0))


def exact_agreement(
    marks: Marks, scale: Scale, base: Floats, free: Floats, ability: Floats
) -> tuple[Floats, Floats]:
    """Share of pairs of judges with the same mark on the same learner and criterion, by judge: observed, expected."""
    unit = marks.learner.astype(np.int64) * marks.n_criteria + marks.criterion
    order = np.argsort(unit, kind="stable")
    unit, judge = unit[order], marks.judge[order]
    first = np.flatnonzero(np.r_[True, unit[1:] != unit[:-1]])
    group = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(unit)]))
    sizes = np.bincount(group)
    others = (sizes[group] - 1).astype(np.float64)
    score = marks.score[order]
    same = np.zeros(len(unit))
    p, _values = probabilities(scale, base, free, marks.criterion[order], ability[order])
    expected = np.zeros(len(unit))
    column = scale.column()[scale.group[marks.criterion[order]], score]
    for k in range(scale.width):
        hit = (column == k).astype(np.float64)
        same += hit * (np.add.reduceat(hit, first)[group] - hit)
        expected += p[k] * (np.add.reduceat(p[k], first)[group] - p[k])
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs = np.bincount(judge, weights=others, minlength=marks.n_judges)
        return (
            np.bincount(judge, weights=same, minlength=marks.n_judges) / pairs,
            np.bincount(judge, weights=expected, minlength=marks.n_judges) / pairs,
        )


def fair_averages(scale: Scale, base: Floats, free: Floats, theta: Floats, weights: Floats) -> Floats:
    """Expected mark of each learner from a judge of mean severity, averaged over criteria by their weights."""
    total = np.zeros(len(theta))
    for c in range(len(base)):
        some = np.full(len(theta), c, dtype=np.int32)
        p, values = probabilities(scale, base, free, some, theta)
        total += weights[c] * np.einsum("mn,mn->n", p, values)
    averages: Floats = total / weights.sum()
    return averages


def fair_errors(
    scale: Scale, base: Floats, free: Floats, theta: Floats, error: Floats, weights: Floats
) -> Floats:
    """Standard errors of fair averages: of the measure, times how fast the expected mark grows there (delta method)."""
    h = 1e-4
    above = fair_averages(scale, base, free, theta + h, weights)
    return error * (above - fair_averages(scale, base, free, theta - h, weights)) / (2 * h)


def raw_means(marks: Marks, weights: Floats) -> Floats:
    """Mean mark of each learner, criteria by their weights."""
    w = weights[marks.criterion]
    if marks.weight is not None:
        w = w * marks.weight
    n = marks.n_learners
    total = np.bincount(marks.learner, weights=w * marks.score, minlength=n)
    return total / np.bincount(marks.learner, weights=w, minlength=n)


def separation(measure: Floats, se: Floats) -> Separation:
    """How far measures stand apart, given their errors (Wright & Masters 1982; FACETS' forms). NaN are left out."""
    known = np.isfinite(measure) & np.isfinite(se)
    m, s = measure[known], se[known]
    n = len(m)
    nan = float("nan")
    if n < 2:
        return Separation(nan, nan, 0.0, 1 / 3, nan, 0.0, 1 / 3, nan, nan, nan, max(n - 1, 0))
    error = float(np.mean(s**2))
    population, sample = float(np.var(m)), float(np.var(m, ddof=1))
    forms = []
    for observed in (population, sample):
        true = max(observed - error, 0.0)
        g = np.sqrt(true / error) if error > 0 else float("inf")
        reliability = true / observed if observed > 0 else 0.0
        forms.append((float(np.sqrt(true)), float(g), float((4 * g + 1) / 3), reliability))
    w = 1.0 / np.maximum(s**2, 1e-300)
    chi2 = float((w * m * m).sum() - (w * m).sum() ** 2 / w.sum())
    v = 1.0 / np.maximum(sample + s**2, 1e-300)
    chi2_random = float((v * m * m).sum() - (v * m).sum() ** 2 / v.sum())
    (true_sd, g, strata, reliability), (_, gs, ss, rs) = forms
    return Separation(
        float(np.sqrt(error)), true_sd, g, strata, reliability, gs, ss, rs, chi2, chi2_random, n - 1
    )


def shrunken_separation(measure: Floats, sd: Floats) -> Separation:
    """The same for posterior means: reliability is their variance over itself and the mean posterior variance."""
    plain = separation(measure, sd)
    known = np.isfinite(measure) & np.isfinite(sd)
    if known.sum() < 2:
        return plain
    m, error = measure[known], float(np.mean(sd[known] ** 2))
    forms = []
    for observed in (float(np.var(m)), float(np.var(m, ddof=1))):
        reliability = observed / (observed + error) if observed + error > 0 else 0.0
        g = float(np.sqrt(observed / error)) if error > 0 else float("inf")
        forms.append((g, (4 * g + 1) / 3, reliability))
    (g, strata, r), (gs, ss, rs) = forms
    return Separation(
        plain.rmse, float(np.std(m)), g, strata, r, gs, ss, rs, plain.chi2, plain.chi2_random, plain.df
    )
