"""Marginal maximum likelihood by Newton steps, and its empirical-Bayes form with shrunken severities."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.calibration.marginal import Evaluation, Marginal
from yingzao.engines.calibration.values import Floats

MOST_ITERATIONS = 60
EM_STEPS = 3
NEAR = 0.02  # an information is good for points so near
THRESHOLD_VARIANCE = 25.0
PRIOR_MARKS, PRIOR_VARIANCE = 0.5, 0.25  # half a judge, half a logit from the mean
LONGEST_STEP = 2.0
MOST_VARIANCE = 400.0  # of severities, far beyond any; keeps rounds finite where a direction is open
LEAST_SPREAD = 1e-3  # of learners: below it they are all alike, and σ is held there
PANEL_SPREAD = 2.0  # least of panel means, in logits: nearly flat, for panels go by ability and not by chance


@dataclass(frozen=True, slots=True)
class Estimate:
    """Where the iterations ended. `covariance` is of the parameter vector, severities about their mean."""

    vector: Floats
    evaluation: Evaluation
    information: Floats
    covariance: Floats
    sigma_judges: float
    sigma_panels: float
    iterations: int
    gradient: float
    converged: bool
    condition: float


class Prior:
    """A Gaussian prior as precision about 0, with the directions pinned that the likelihood leaves open."""

    def __init__(self, model: Marginal, *, shrink: bool, held: NDArray[np.bool_]) -> None:
        self.model, self.shrink = model, shrink
        self.pinned = np.zeros((model.size, model.size))
        if not held[model.judges].any() and not shrink:
            self.pinned[model.judges, model.judges] = 1.0
        self.thresholds = np.zeros((model.size, model.size))
        if shrink:
            self._weak_thresholds()

    def _weak_thresholds(self) -> None:
        """τ ~ N(0, 5²), in terms of the cumulated thresholds that are free."""
        at = self.model.size - 1 - self.model.n_free
        for count in self.model.scale.free:
            difference = np.zeros((count + 1, count))
            for m in range(count):
                difference[m, m], difference[m + 1, m] = 1.0, -1.0
            self.thresholds[at : at + count, at : at + count] = difference.T @ difference / THRESHOLD_VARIANCE
            at += count

    def precision(self, sigma_judges: float, sigma_panels: float, pin: float) -> Floats:
        p = self.pinned * pin + self.thresholds
        if self.shrink:
            diagonal = np.zeros(self.model.size)
            diagonal[self.model.judges] = sigma_judges**-2
            p[np.diag_indices_from(p)] += diagonal
        if self.model.n_panels:
            diagonal = np.zeros(self.model.size)
            diagonal[self.model.panels] = sigma_panels**-2
            p[np.diag_indices_from(p)] += diagonal
        return p


def estimate(
    model: Marginal, *, shrink: bool, anchors: Mapping[int, float] | None = None, start: Floats | None = None
) -> Estimate:
    """Climb to the maximum: first EM-gradient steps, then Newton with Louis' information, each halved if it falls."""
    vector = model.start() if start is None else start.copy()
    held = np.zeros(model.size, dtype=np.bool_)
    for judge, severity in (anchors or {}).items():
        vector[judge], held[judge] = severity, True
    if model.n_judges == 1 and not held[0]:
        held[0] = True
    held[-1] = model.marks.n_learners == 1  # whose spread nothing tells
    at_base = model.n_judges + model.n_panels
    for c in range(model.n_criteria):
        held[at_base + c] = len(model.scale.used[int(model.scale.group[c])]) < 2
    free = np.flatnonzero(~held)
    prior = Prior(model, shrink=shrink, held=held)
    sigma_judges, sigma_panels = 0.7, PANEL_SPREAD
    grid = model.grid(_first_spacing(model))
    now = model.evaluate(vector, grid)
    information: Floats | None = None
    away = 0.0  # how far the parameters went since `information` was made
    moved = np.inf
    iteration = 0
    settled = False
    slow = False
    while iteration < MOST_ITERATIONS:
        iteration += 1
        spacing = grid[1] - grid[0]
        wanted = _spacing(now.sd_sorted)
        if iteration > 2 and (spacing > 1.02 * wanted or spacing < 0.6 * wanted):
            grid = model.grid(wanted)
            now = model.evaluate(vector, grid, now)
            information = None
        by_em = iteration <= EM_STEPS
        if by_em:
            h = model.complete_information(now)
        elif information is None or slow or (away > NEAR and moved <= NEAR):
            h = model.complete_information(now) - model.missing_information(now)
            information, away = h, 0.0
        else:
            h = information
        pin = max(float(np.abs(np.diag(h)).mean()), 1.0)
        if shrink and not by_em:
            was = sigma_judges, sigma_panels
            sigma_judges, sigma_panels = _variances(model, prior, h, now, free, was)
            drift = max(abs(sigma_judges - was[0]), abs(sigma_panels - was[1]))
        else:
            drift = 0.0
        p = prior.precision(sigma_judges, sigma_panels, pin)
        slope = now.gradient - p @ vector
        at_floor = bool(vector[-1] <= LEAST_SPREAD and slope[-1] <= 0)  # learners are all alike
        moving = free[free < model.size - 1] if at_floor else free
        step = np.zeros(model.size)
        step[moving] = _solve((h + p)[np.ix_(moving, moving)], slope[moving])
        if step[moving] @ slope[moving] <= 0:  # no longer a climb: fall back on the complete information
            h = model.complete_information(now)
            step[moving] = _solve((h + p)[np.ix_(moving, moving)], slope[moving])
        longest = float(np.abs(step).max())
        if longest > LONGEST_STEP:
            step *= LONGEST_STEP / longest
        before = _penalised(now, p)
        for _ in range(12):
            candidate = vector + step
            candidate[-1] = max(candidate[-1], LEAST_SPREAD)
            then = model.evaluate(candidate, grid, now)
            if _penalised(then, p) >= before - 1e-9 * max(1.0, abs(before)):
                break
            step *= 0.5
        step = candidate - vector
        previous, moved = moved, float(np.abs(step).max())
        slow = moved > 0.3 * previous
        away += moved
        vector, now = candidate, then
        gradient = _steepest(now.gradient - p @ vector, free, float(vector[-1]))
        if not by_em and moved <= 1e-6 and gradient <= 1e-4 and drift <= 1e-4:
            settled = True
            break
    if information is not None and away <= NEAR:
        h = information
    else:
        h = model.complete_information(now) - model.missing_information(now)
    pin = max(float(np.abs(np.diag(h)).mean()), 1.0)
    p = prior.precision(sigma_judges, sigma_panels, pin)
    known = free[free < model.size - 1] if vector[-1] <= LEAST_SPREAD else free
    matrix = (h + p)[np.ix_(known, known)]
    covariance = np.zeros((model.size, model.size))
    covariance[np.ix_(known, known)] = _inverse(matrix)
    if not anchors:
        covariance = _about_mean(covariance, model.n_judges, at_base, model.n_criteria)
    gradient = _steepest(now.gradient - p @ vector, free, float(vector[-1]))
    return Estimate(
        vector=vector,
        evaluation=now,
        information=h,
        covariance=covariance,
        sigma_judges=sigma_judges if shrink else float("nan"),
        sigma_panels=sigma_panels if model.n_panels else float("nan"),
        iterations=iteration,
        gradient=gradient,
        converged=settled,
        condition=float(np.linalg.cond(matrix)) if 0 < len(known) <= 400 else float("nan"),
    )


def _steepest(slope: Floats, free: NDArray[np.int64], spread: float) -> float:
    """The largest slope; that of σ counts not where σ stands at its floor and would go below."""
    counted = free[free < len(slope) - 1] if spread <= LEAST_SPREAD and slope[-1] <= 0 else free
    return float(np.abs(slope[counted]).max(initial=0.0))


def _first_spacing(model: Marginal) -> float:
    """From the most that a learner's marks can tell: a variance of some ¼ of a category squared each."""
    most = float(np.quantile(np.asarray(model.csr.sum(axis=1), dtype=np.float64), 0.99))
    marks = most * float(model.patterns.sum(axis=1).mean())
    return float(np.clip(1.0 / np.sqrt(1.0 + 0.6 * marks), 0.05, 0.6))


def _spacing(sd: Floats) -> float:
    """Of nodes, by the smallest posterior standard deviation. A sum over equal steps h errs by exp(−2π²(sd/h)²)."""
    return float(np.clip(sd.min(), 0.01, 0.5))


def _penalised(e: Evaluation, precision: Floats) -> float:
    return e.loglik - 0.5 * float(e.vector @ precision @ e.vector)


def _solve(matrix: Floats, right: Floats) -> Floats:
    try:
        np.linalg.cholesky(matrix)
        return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(matrix)
        values = np.maximum(np.abs(values), max(1e-8 * float(np.abs(values).max()), 1e-12))
        solved: Floats = vectors @ ((vectors.T @ right) / values)
        return solved


def _inverse(matrix: Floats) -> Floats:
    if not len(matrix):
        return matrix
    values, vectors = np.linalg.eigh(matrix)
    values = np.maximum(values, max(1e-10 * float(values.max()), 1e-12))
    inverse: Floats = (vectors / values) @ vectors.T
    return inverse


def _about_mean(covariance: Floats, judges: int, at_base: int, criteria: int) -> Floats:
    """The covariance of severities less their mean, where the location takes the mean up."""
    turn = np.eye(len(covariance))
    turn[:judges, :judges] -= 1.0 / judges
    turn[at_base : at_base + criteria, :judges] += 1.0 / judges
    return turn @ covariance @ turn.T


def _variances(
    model: Marginal,
    prior: Prior,
    h: Floats,
    now: Evaluation,
    free: NDArray[np.int64],
    sigmas: tuple[float, float],
) -> tuple[float, float]:
    """Variances of severities and panels at the fixed point of σ² ← (Σ(α̂² + Var) + ½·½²) ÷ (J + ½).

    With the likelihood taken as Gaussian about the present point, so that one information serves many rounds.
    """
    sigma_judges, sigma_panels = sigmas
    judges, panels = model.n_judges, model.n_panels
    front = free[free < judges + panels]
    back = free[free >= judges + panels]
    p0 = prior.thresholds
    slope = now.gradient - p0 @ now.vector
    full = h + p0
    hbb = full[np.ix_(back, back)]
    hfb = full[np.ix_(front, back)]
    right = np.column_stack([hfb.T, slope[back]])
    try:
        solved = np.linalg.solve(hbb, right)
    except np.linalg.LinAlgError:
        solved = np.linalg.lstsq(hbb, right, rcond=1e-10)[0]
    marginal = full[np.ix_(front, front)] - hfb @ solved[:, :-1]
    target = marginal @ now.vector[front] + slope[front] - hfb @ solved[:, -1]
    is_judge = front < judges
    n_judges, n_panels = int(is_judge.sum()), int((~is_judge).sum())
    if not n_judges:
        return sigma_judges, sigma_panels
    if not n_panels:
        values, vectors = np.linalg.eigh(marginal)
        values = np.maximum(values, 0.0)
        turned = vectors.T @ target
        variance = sigma_judges**2
        for _ in range(2000):
            spread = 1.0 / (values + 1.0 / variance)
            new = _updated(float((spread * turned) @ (spread * turned)) + float(spread.sum()), n_judges)
            if abs(new - variance) < 1e-9:
                variance = new
                break
            variance = new
        return float(np.sqrt(variance)), sigma_panels
    vj, vp = sigma_judges**2, sigma_panels**2
    for _ in range(60):
        inverse = np.linalg.inv(marginal + np.diag(np.where(is_judge, 1.0 / vj, 1.0 / vp)))
        mean = inverse @ target
        square = mean**2 + np.diag(inverse)
        new_j = _updated(float(square[is_judge].sum()), n_judges)
        new_p = max(_updated(float(square[~is_judge].sum()), n_panels), PANEL_SPREAD**2)
        done = abs(new_j - vj) + abs(new_p - vp) < 1e-7
        vj, vp = new_j, new_p
        if done:
            break
    return float(np.sqrt(vj)), float(np.sqrt(vp))


def _updated(squares: float, count: int) -> float:
    return min((squares + PRIOR_MARKS * PRIOR_VARIANCE) / (count + PRIOR_MARKS), MOST_VARIANCE)
