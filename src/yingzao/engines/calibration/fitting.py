"""One part of the marks, fitted by one method: the same fields whichever model stands behind."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from yingzao.engines.calibration import jml, linear, mml
from yingzao.engines.calibration.jml import Moments, moments
from yingzao.engines.calibration.marginal import Marginal
from yingzao.engines.calibration.marks import Marks, Scale, scale_of, thresholds
from yingzao.engines.calibration.statistics import fair_averages, raw_means
from yingzao.engines.calibration.values import CalibrationOptions, FitTables, Floats, Ints

PANEL_EVIDENCE = 1.35  # log-likelihood that panel means must add before they are taken in unasked
SMALLEST_PANEL = 2.5  # learners a panel, on average, from which a panel mean can be told from its learners


@dataclass(frozen=True, slots=True)
class Part:
    """Arrays by the indices of `marks`. `model` and `inner` are what draws and refits need of the method."""

    marks: Marks
    kind: str
    method: str
    scale: Scale | None
    theta: Floats
    theta_sd: Floats
    alpha: Floats
    alpha_se: Floats
    base: Floats
    base_se: Floats
    free: Floats
    location: float
    steps: tuple[Floats, ...]
    fair: Floats
    raw: Floats
    sigma: float
    sigma_judges: float
    loglik: float
    iterations: int
    gradient: float
    converged: bool
    condition: float
    panels: bool
    weights: Floats  # of its criteria
    apart: bool  # parts that share nobody, taken to be equally able
    prior: Floats  # each learner's mean before any mark was read
    cov: Floats
    kept: Any
    constant_judges: Ints
    exact: bool
    model: Marginal | None
    inner: Any
    tables: FitTables | None = None

    @property
    def shrunken(self) -> bool:
        """Whether measures are posterior means, which stand closer together than the learners themselves."""
        if self.scale is not None:
            return self.method != "jml"
        return bool((self.inner.shrink_learners * self.inner.counts < 1.0 - 1e-9).all())

    def moments(self) -> Moments:
        """Expected score, variance and so on of each mark at the estimates."""
        m = self.marks
        ability = self.theta[m.learner] - self.alpha[m.judge]
        if self.scale is not None:
            return moments(self.scale, self.base, self.free, m.criterion, ability, m.score)
        fit: linear.LinearEstimate = self.inner
        level = fit.centre[m.criterion] - float(fit.centre.mean())
        factor = fit.factors[m.criterion]
        expected = (ability + level) / factor
        variance = fit.sigma_residual**2 / factor**2
        log = -0.5 * ((m.score - expected) ** 2 / variance + np.log(2 * np.pi * variance))
        return Moments(expected, variance, 3.0 * variance**2, log)


def fit(marks: Marks, kind: str, weights: Floats, options: CalibrationOptions, apart: bool = False) -> Part:
    """Fit `kind` (rsm, pcm, linear) by the method of the options. `apart`: subsets are taken as equally able."""
    anchors = {
        int(np.searchsorted(marks.judge_ids, judge)): float(severity)
        for judge, severity in (options.anchors or {}).items()
        if judge in marks.judge_ids
    }
    if kind == "linear":
        return _linear(marks, weights, options, anchors, apart)
    if options.method == "jml":
        return _joint(marks, kind, weights, anchors)
    return _marginal(marks, kind, weights, options, anchors, apart)


def panels_of(marks: Marks) -> tuple[Ints, int]:
    """Which learners were before the same judges."""
    first = marks.sheets()
    learner, judge = marks.learner[first], marks.judge[first]
    lots = np.random.Generator(np.random.PCG64(20211115)).random((marks.n_judges, 2))  # one name for each set
    names = [np.round(np.bincount(learner, weights=lots[judge, k]), 9) for k in (0, 1)]
    _, panel = np.unique(np.column_stack(names), axis=0, return_inverse=True)
    panel = panel.ravel()
    first = np.full(int(panel.max()) + 1, len(panel))
    np.minimum.at(first, panel, np.arange(len(panel)))
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return place[panel], len(first)


def _marginal(
    marks: Marks,
    kind: str,
    weights: Floats,
    options: CalibrationOptions,
    anchors: dict[int, float],
    apart: bool,
) -> Part:
    scale = scale_of(marks, kind)
    shrink = options.method == "eb"
    model = Marginal(marks, scale)
    found = None
    with_panels = False
    if shrink and options.allocation != "random" and not apart:
        panel, count = panels_of(marks)
        if 2 <= count <= marks.n_learners / SMALLEST_PANEL:
            found = (
                None if options.allocation == "cohort" else mml.estimate(model, shrink=True, anchors=anchors)
            )
            if found is None or panel_evidence(marks, scale, panel, model, found) > PANEL_EVIDENCE:
                model, with_panels = Marginal(marks, scale, panel), True
                found = mml.estimate(model, shrink=True, anchors=anchors)
    if found is None:
        found = mml.estimate(model, shrink=shrink, anchors=anchors)
    at = model.point(found.vector)
    middle = (
        0.0 if anchors else float(at.alpha.mean())
    )  # severities about their mean; the location takes it up
    at = replace(at, alpha=at.alpha - middle, base=at.base + middle)
    e = found.evaluation
    theta = at.sigma * e.mean_sorted[model.place]
    if with_panels:
        theta = theta + at.pi[panel]
    errors = np.sqrt(np.maximum(np.diag(found.covariance), 0.0))
    at_base = model.n_judges + model.n_panels
    counts = marks.count(marks.criterion, marks.n_criteria)
    return Part(
        marks=marks,
        kind=kind,
        method=options.method,
        scale=scale,
        theta=theta,
        theta_sd=at.sigma * e.sd_sorted[model.place],
        alpha=at.alpha,
        alpha_se=errors[model.judges],
        base=at.base,
        base_se=errors[at_base : at_base + model.n_criteria],
        free=at.free,
        location=float(at.base.mean()),
        steps=thresholds(scale, scale.cumulated(at.free), counts),
        fair=fair_averages(scale, at.base, at.free, theta, weights[marks.criterion_ids]),
        raw=raw_means(marks, weights[marks.criterion_ids]),
        sigma=at.sigma,
        sigma_judges=found.sigma_judges,
        loglik=e.loglik,
        iterations=found.iterations,
        gradient=found.gradient,
        converged=found.converged,
        condition=found.condition,
        panels=with_panels,
        weights=weights[marks.criterion_ids],
        apart=apart,
        prior=at.pi[panel] if with_panels else np.zeros(marks.n_learners),
        cov=found.covariance,
        kept=np.ones(marks.n_learners, dtype=np.bool_),
        constant_judges=np.flatnonzero(model.constant_judges),
        exact=False,
        model=model,
        inner=found,
    )


def panel_evidence(marks: Marks, scale: Scale, panel: Ints, model: Marginal, found: mml.Estimate) -> float:
    """What panel means would add to the log-likelihood, at their best variance, from one look at the plain estimate.

    With information S and gradient g for the means, everything else at its best, and λ, u the eigenvalues of S and g in
    its eigenvectors: ½ Σ (u² ÷ (λ + 1/σ²) − log(1 + λσ²)).
    """
    wide = Marginal(marks, scale, panel)
    at = model.point(found.vector)
    vector = np.concatenate([at.alpha, np.zeros(wide.n_panels), at.base, at.free, [at.sigma]])
    now = wide.evaluate(vector, found.evaluation.grid)
    h = wide.complete_information(now) - wide.missing_information(now)
    prior = mml.Prior(wide, shrink=True, held=np.zeros(wide.size, dtype=np.bool_))
    p = prior.precision(found.sigma_judges, 1e6, 1.0)
    h, slope = h + p, now.gradient - p @ vector
    means = np.arange(wide.size)[wide.panels]
    rest = np.setdiff1d(
        np.arange(wide.size - 1), means
    )  # σ is held: away from its best, curvature with it says little
    if wide.n_judges == 1:
        rest = rest[1:]
    solved = np.linalg.lstsq(h[np.ix_(rest, rest)], np.column_stack([h[np.ix_(rest, means)], slope[rest]]), rcond=1e-10)[0]  # fmt: skip
    s = h[np.ix_(means, means)] - h[np.ix_(means, rest)] @ solved[:, :-1]
    g = slope[means] - h[np.ix_(means, rest)] @ solved[:, -1]
    values, vectors = np.linalg.eigh((s + s.T) / 2)
    values = np.maximum(values, 0.0)
    u = vectors.T @ g
    variances = np.exp(np.linspace(np.log(0.0025), np.log(9.0), 60))[:, None]
    gain = 0.5 * (u**2 / (values + 1.0 / variances) - np.log1p(values * variances)).sum(axis=1)
    return float(gain.max())


def _joint(marks: Marks, kind: str, weights: Floats, anchors: dict[int, float]) -> Part:
    found = jml.estimate(marks, kind, anchors)
    base = np.where(np.isfinite(found.base), found.base, 0.0)
    counts = marks.count(marks.criterion, marks.n_criteria)
    steps = thresholds(found.scale, found.scale.cumulated(found.free), counts)
    middle = float(base.mean() + np.mean([of.mean() for of in steps]))  # difficulties with these sum to 0
    base, theta = base - middle, found.theta - middle
    some = np.isfinite(theta)
    fair = np.full(marks.n_learners, np.nan)
    fair[some] = fair_averages(found.scale, base, found.free, theta[some], weights[marks.criterion_ids])
    return Part(
        marks=marks,
        kind=kind,
        method="jml",
        scale=found.scale,
        theta=theta,
        theta_sd=found.theta_se,
        alpha=found.alpha,
        alpha_se=found.alpha_se,
        base=base,
        base_se=found.base_se,
        free=found.free,
        location=0.0,
        steps=steps,
        fair=fair,
        raw=raw_means(marks, weights[marks.criterion_ids]),
        sigma=float(np.nanstd(theta[found.kept])),
        sigma_judges=float("nan"),
        loglik=found.loglik,
        iterations=found.iterations,
        gradient=found.gradient,
        converged=found.converged,
        condition=float("nan"),
        panels=False,
        weights=weights[marks.criterion_ids],
        apart=False,
        prior=np.zeros(marks.n_learners),
        cov=np.zeros((0, 0)),
        kept=found.kept,
        constant_judges=np.flatnonzero(found.constant_judges),
        exact=False,
        model=None,
        inner=found,
    )


def _linear(
    marks: Marks, weights: Floats, options: CalibrationOptions, anchors: dict[int, float], apart: bool
) -> Part:
    found = linear.estimate(
        marks,
        learners_random=options.method != "jml" and (options.allocation != "cohort" or apart),
        judges_random=options.method == "eb",
        exchangeable=apart,
        anchors=anchors,
    )
    middle = float(found.centre.mean())
    w = weights[marks.criterion_ids]
    fair = np.zeros(marks.n_learners)
    for c in range(marks.n_criteria):
        fair += w[c] * (found.theta + found.centre[c] - middle) / found.factors[c]
    return Part(
        marks=marks,
        kind="linear",
        method=options.method,
        scale=None,
        theta=found.theta,
        theta_sd=found.theta_sd,
        alpha=found.alpha,
        alpha_se=np.sqrt(np.maximum(np.diag(found.alpha_cov), 0.0)),
        base=middle - found.centre,
        base_se=found.centre_se,
        free=np.zeros(0),
        location=0.0,
        steps=tuple(np.zeros(0) for _ in range(marks.n_criteria)),
        fair=fair / w.sum(),
        raw=raw_means(marks, w),
        sigma=found.sigma_learners,
        sigma_judges=found.sigma_judges,
        loglik=found.loglik,
        iterations=found.iterations,
        gradient=found.gradient,
        converged=found.converged,
        condition=float("nan"),
        panels=False,
        weights=weights[marks.criterion_ids],
        apart=apart,
        prior=np.zeros(marks.n_learners),
        cov=found.joint_cov,
        kept=np.ones(marks.n_learners, dtype=np.bool_),
        constant_judges=np.zeros(0, dtype=np.int64),
        exact=found.exact,
        model=None,
        inner=found,
    )
