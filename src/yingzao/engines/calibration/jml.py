"""Joint maximum likelihood, as FACETS does it, by full Newton steps with the learners eliminated.

It stretches severities and measures by about L ÷ (L − 1) with L marks a learner: for comparison only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.calibration.marks import Marks, Scale, scale_of, softened
from yingzao.engines.calibration.values import Floats

MOST_ITERATIONS = 100
LONGEST_STEP = 2.0
ADJUSTMENT = 0.3
ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Moments:
    """Of each mark under the model: expected score, variance, fourth central moment, log-probability."""

    expected: Floats
    variance: Floats
    fourth: Floats
    log: Floats
    exact: Floats | None = None


@dataclass(frozen=True, slots=True)
class JointEstimate:
    """`kept` marks those learners that took part; the others have perfect scores and were measured afterwards."""

    theta: Floats
    alpha: Floats
    base: Floats
    free: Floats
    scale: Scale
    theta_se: Floats
    alpha_se: Floats
    base_se: Floats
    kept: NDArray[np.bool_]
    constant_judges: NDArray[np.bool_]
    loglik: float
    iterations: int
    gradient: float
    converged: bool


def estimate(marks: Marks, kind: str, anchors: dict[int, float] | None = None) -> JointEstimate:
    """Estimate without learners of perfect scores, then give these the measure of a score 0.3 less perfect."""
    kept = ~_perfect(marks, scale_of(marks, kind))
    rows = kept[marks.learner]
    if not rows.any() or len(np.unique(marks.criterion[rows])) < marks.n_criteria:
        kept[:] = True
        rows = kept[marks.learner]
    active = marks if rows.all() else marks.only(rows)
    scale = scale_of(active, kind)
    judges = np.searchsorted(marks.judge_ids, active.judge_ids)
    place = {int(j): at for at, j in enumerate(judges)}
    fit = _Newton(active, scale, {place[j]: a for j, a in (anchors or {}).items() if j in place})
    fit.climb()
    theta = np.full(marks.n_learners, np.nan)
    alpha = np.zeros(marks.n_judges)  # who marked nobody but perfect learners is taken as the mean judge
    theta[np.searchsorted(marks.learner_ids, active.learner_ids)] = fit.theta
    alpha[judges], base = fit.alpha, fit.base
    theta_se, alpha_se = (np.full(len(x), np.nan) for x in (theta, alpha))
    d, a, base_se = fit.model_errors()
    theta_se[np.searchsorted(marks.learner_ids, active.learner_ids)] = d
    alpha_se[judges] = a
    _measure_perfect(marks, scale, kept, theta, theta_se, alpha, base, fit.free)
    constant = np.zeros(marks.n_judges, dtype=np.bool_)
    constant[judges] = fit.constant
    return JointEstimate(
        theta=theta,
        alpha=alpha,
        base=base,
        free=fit.free,
        scale=scale,
        theta_se=theta_se,
        alpha_se=alpha_se,
        base_se=base_se,
        kept=kept,
        constant_judges=constant,
        loglik=fit.loglik,
        iterations=fit.iterations,
        gradient=fit.gradient,
        converged=fit.converged,
    )


def _bounds(scale: Scale) -> tuple[Floats, Floats]:
    return (
        scale.values.min(axis=1, where=scale.present, initial=np.inf),
        scale.values.max(axis=1, where=scale.present, initial=-np.inf),
    )


def _perfect(marks: Marks, scale: Scale) -> NDArray[np.bool_]:
    low, high = _bounds(scale)
    n = marks.n_learners
    total = marks.total(marks.learner, marks.score, n)
    least = marks.total(marks.learner, low[marks.criterion], n)
    most = marks.total(marks.learner, high[marks.criterion], n)
    perfect: NDArray[np.bool_] = (total <= least) | (total >= most)
    return perfect


def moments(
    scale: Scale, base: Floats, free: Floats, criterion: NDArray[np.int32], ability: Floats, score: NDArray[np.int64]
) -> Moments:  # fmt: skip
    """For each mark, from its criterion and ability (learner less judge)."""
    n = len(criterion)
    expected, variance, fourth, log = (np.empty(n) for _ in range(4))
    column = scale.column()[scale.group]
    for a in range(0, n, ROWS):
        some = slice(a, a + ROWS)
        p, values = probabilities(scale, base, free, criterion[some], ability[some])
        e = np.einsum("mn,mn->n", p, values)
        away = values - e
        square = away * away
        expected[some] = e
        variance[some] = np.einsum("mn,mn->n", p, square)
        fourth[some] = np.einsum("mn,mn,mn->n", p, square, square)
        place = column[criterion[some], score[some]]
        chosen = p[np.maximum(place, 0), np.arange(len(place))]
        log[some] = np.log(np.maximum(np.where(place >= 0, chosen, 0.0), 1e-300))
    return Moments(expected, variance, fourth, log)


def probabilities(
    scale: Scale, base: Floats, free: Floats, criterion: NDArray[np.int32], ability: Floats
) -> tuple[Floats, Floats]:
    """Category probabilities and category values of each mark, both width × marks."""
    cumulated = scale.cumulated(free)
    offset = (base[:, None] * scale.values + cumulated).T
    if not scale.present.all():
        offset = np.where(scale.present.T, offset, np.inf)
    values = np.ascontiguousarray(scale.values.T[:, criterion])
    logs = ability * values - offset[:, criterion]
    logs -= logs.max(axis=0)
    np.exp(logs, out=logs)
    logs /= logs.sum(axis=0)
    return logs, values


class _Newton:
    """One climb. State is kept on the object; `climb` moves it to the maximum."""

    def __init__(self, marks: Marks, scale: Scale, anchors: dict[int, float]) -> None:
        self.marks, self.scale = marks, scale
        n, j, c = marks.n_learners, marks.n_judges, marks.n_criteria
        low, high = _bounds(scale)
        of = marks.criterion
        self.by_learner = marks.total(marks.learner, marks.score, n)
        self.by_judge = marks.total(marks.judge, marks.score, j)
        self.by_criterion = marks.total(of, marks.score, c)
        least, most = marks.total(marks.judge, low[of], j), marks.total(marks.judge, high[of], j)
        self.constant = (self.by_judge <= least) | (self.by_judge >= most)
        self.by_judge += softened(self.by_judge <= least, self.by_judge >= most)
        counts = marks.count(of, c)
        one = low == high
        several = np.flatnonzero(~one)
        ends = self.by_criterion <= low * counts, self.by_criterion >= high * counts
        self.by_criterion[several] += softened(ends[0][several], ends[1][several])
        column = scale.column()[scale.group[of], marks.score]
        weight = np.ones(marks.n) if marks.weight is None else marks.weight
        self.weight = weight
        width = scale.width
        self.by_category = np.bincount(
            of.astype(np.int64) * width + column, weights=weight, minlength=c * width
        ).reshape(c, width)
        share = self.by_learner - marks.total(marks.learner, low[of], n)
        room = marks.total(marks.learner, (high - low)[of], n)
        part = np.clip(share / np.maximum(room, 1e-9), 0.01, 0.99)
        self.theta: Floats = np.log(part / (1 - part))
        self.alpha = np.zeros(j)
        self.base, self.free = np.zeros(c), np.zeros(sum(scale.free))
        self._start_thresholds()
        self.held = np.zeros(j + c + len(self.free), dtype=np.bool_)
        for judge, severity in anchors.items():
            self.alpha[judge], self.held[judge] = severity, True
        if j == 1:
            self.held[0] = True
        self.held[j : j + c] = one
        self.loglik, self.gradient, self.iterations, self.converged = -np.inf, np.inf, 0, False

    def _start_thresholds(self) -> None:
        at = 0
        for g, used in enumerate(self.scale.used):
            counts = np.maximum(self.by_category[self.scale.group == g].sum(axis=0)[: len(used)], 0.5)
            cumulated = np.log(counts[0]) - np.log(counts)
            if len(used) > 2:
                slope = cumulated[-1] / (used[-1] - used[0])
                self.free[at : at + len(used) - 2] = (cumulated - slope * (used - used[0]))[1:-1]
                at += len(used) - 2

    def climb(self) -> None:
        state = self._state()
        value, gradient, pieces = self._look(state)
        for self.iterations in range(1, MOST_ITERATIONS + 1):
            step = self._step(gradient, pieces)
            moved = float(np.abs(step).max(initial=0.0))
            if moved > LONGEST_STEP:
                step = np.clip(step, -LONGEST_STEP, LONGEST_STEP)
            for _ in range(10):
                then = self._look(state + step)
                if then[0] >= value - 1e-10 * max(1.0, abs(value)):
                    break
                step = step * 0.5
            state = state + step
            value, gradient, pieces = then
            self.gradient = self._residual(gradient)
            moved = float(np.abs(step).max(initial=0.0))
            if moved <= 1e-6 and self.gradient <= 1e-6 * max(1.0, self.marks.n / 1e5):
                self.converged = True
                break
        n, j, c = self.marks.n_learners, self.marks.n_judges, self.marks.n_criteria
        self.theta, self.alpha = state[:n], state[n : n + j]
        self.base, self.free = state[n + j : n + j + c], state[n + j + c :]
        if not self.held[:j].any():
            middle = float(self.alpha.mean())
            self.alpha = self.alpha - middle
            self.theta = self.theta - middle
        middle = float(self.base[~self.held[j : j + c]].mean()) if (~self.held[j : j + c]).any() else 0.0
        self.base, self.theta = self.base - middle, self.theta - middle
        self.loglik = value
        self.pieces = pieces

    def _residual(self, gradient: Floats) -> float:
        n = self.marks.n_learners
        return float(np.abs(np.r_[gradient[:n], gradient[n:][~self.held]]).max(initial=0.0))

    def _state(self) -> Floats:
        return np.concatenate([self.theta, self.alpha, self.base, self.free])

    def _look(self, state: Floats) -> tuple[float, Floats, tuple[Floats, Floats, Floats]]:
        """Log-likelihood, its gradient, and by mark the variance and the covariances with the free thresholds."""
        marks, scale = self.marks, self.scale
        n, j, c = marks.n_learners, marks.n_judges, marks.n_criteria
        theta, alpha = state[:n], state[n : n + j]
        base, free = state[n + j : n + j + c], state[n + j + c :]
        ability = theta[marks.learner] - alpha[marks.judge]
        p, values = probabilities(scale, base, free, marks.criterion, ability)
        expected = np.einsum("mn,mn->n", p, values)
        column = scale.column()[scale.group[marks.criterion], marks.score]
        log = np.log(np.maximum(p[column, np.arange(marks.n)], 1e-300))
        value = float(log @ self.weight)
        value += self._adjusted(alpha, base)
        variance = np.einsum("mn,mn->n", p, values * values) - expected**2
        covariance = p * (values - expected)
        ew = expected * self.weight
        by_free = []
        for g, count in enumerate(scale.free):
            if count:
                of = scale.group[marks.criterion] == g
                got = (p[1 : 1 + count, of] * self.weight[of]).sum(axis=1)
                by_free.append(got - self.by_category[scale.group == g, 1 : 1 + count].sum(axis=0))
        gradient = np.concatenate(
            [
                self.by_learner - np.bincount(marks.learner, weights=ew, minlength=n),
                np.bincount(marks.judge, weights=ew, minlength=j) - self.by_judge,
                np.bincount(marks.criterion, weights=ew, minlength=c) - self.by_criterion,
                *by_free,
            ]
        )
        return value, gradient, (variance, covariance, p)

    def _adjusted(self, alpha: Floats, base: Floats) -> float:
        """What taking 0.3 off perfect judges and criteria adds, so that value and gradient belong together."""
        marks = self.marks
        judges = marks.total(marks.judge, marks.score, marks.n_judges) - self.by_judge
        criteria = marks.total(marks.criterion, marks.score, marks.n_criteria) - self.by_criterion
        return float(alpha @ judges + base @ criteria)

    def _step(self, gradient: Floats, pieces: tuple[Floats, Floats, Floats]) -> Floats:
        from scipy import sparse

        marks, scale = self.marks, self.scale
        variance, covariance, p = pieces
        n, j, c = marks.n_learners, marks.n_judges, marks.n_criteria
        f = len(self.free)
        wv = variance * self.weight
        d = np.maximum(np.bincount(marks.learner, weights=wv, minlength=n), 1e-12)
        # Cross blocks with learners: θ against (α, b, S) has negative information.
        judge_block = sparse.csr_matrix((wv, (marks.learner, marks.judge)), shape=(n, j))
        criterion_block = np.bincount(
            marks.learner * np.int64(c) + marks.criterion, weights=wv, minlength=n * c
        )
        free_block = np.zeros((n, f))
        h = np.zeros((j + c + f, j + c + f))
        h[:j, :j] = np.diag(np.bincount(marks.judge, weights=wv, minlength=j))
        h[j : j + c, j : j + c] = np.diag(np.bincount(marks.criterion, weights=wv, minlength=c))
        h[:j, j : j + c] = np.bincount(
            marks.judge * np.int64(c) + marks.criterion, weights=wv, minlength=j * c
        ).reshape(j, c)
        at = j + c
        for g, count in enumerate(scale.free):
            if not count:
                continue
            of = scale.group[marks.criterion] == g
            w = self.weight[of]
            for m in range(1, count + 1):
                cov = covariance[m, of] * w
                k = at + m - 1
                h[:j, k] = np.bincount(marks.judge[of], weights=cov, minlength=j)
                h[j : j + c, k] = np.bincount(marks.criterion[of], weights=cov, minlength=c)
                free_block[:, k - j - c] = np.bincount(marks.learner[of], weights=cov, minlength=n)
            some = p[1 : 1 + count, of]
            h[at : at + count, at : at + count] = np.diag((some * w).sum(axis=1)) - (some * w) @ some.T
            at += count
        h = np.triu(h) + np.triu(h, 1).T
        dense = np.concatenate([criterion_block.reshape(n, c), free_block], axis=1)
        scaled = dense / d[:, None]
        reduced = h.copy()
        across = judge_block.T @ scaled
        reduced[:j, :j] -= (judge_block.T @ judge_block.multiply(1.0 / d[:, None]).tocsr()).toarray()
        reduced[:j, j:] -= across
        reduced[j:, :j] -= across.T
        reduced[j:, j:] -= dense.T @ scaled
        g_theta, g_rest = gradient[:n], gradient[n:]
        right = g_rest + np.r_[judge_block.T @ (g_theta / d), scaled.T @ g_theta]
        free = np.flatnonzero(~self.held)
        pin = np.zeros_like(reduced)
        size = float(np.abs(np.diag(h)).mean())
        if not self.held[:j].any():
            pin[:j, :j] = size / j
        not_one = np.flatnonzero(~self.held[j : j + c]) + j
        pin[np.ix_(not_one, not_one)] = size / max(len(not_one), 1)
        rest = np.zeros(j + c + f)
        rest[free] = np.linalg.lstsq((reduced + pin)[np.ix_(free, free)], right[free], rcond=1e-12)[0]
        theta = (g_theta + judge_block @ rest[:j] + dense @ rest[j:]) / d
        return np.concatenate([theta, rest])

    def model_errors(self) -> tuple[Floats, Floats, Floats]:
        """FACETS' "Model S.E.": each parameter as if all others were known."""
        marks = self.marks
        wv = self.pieces[0] * self.weight
        found = (
            np.bincount(marks.learner, weights=wv, minlength=marks.n_learners),
            np.bincount(marks.judge, weights=wv, minlength=marks.n_judges),
            np.bincount(marks.criterion, weights=wv, minlength=marks.n_criteria),
        )
        theta, alpha, base = (1.0 / np.sqrt(np.maximum(v, 1e-12)) for v in found)
        return theta, alpha, base


def _measure_perfect(
    marks: Marks,
    scale: Scale,
    kept: NDArray[np.bool_],
    theta: Floats,
    theta_se: Floats,
    alpha: Floats,
    base: Floats,
    free: Floats,
) -> None:
    """Learners of perfect scores: the measure at which a score 0.3 less perfect would be expected."""
    if kept.all():
        return
    rows = ~kept[marks.learner]
    learner, judge, criterion = marks.learner[rows], marks.judge[rows], marks.criterion[rows]
    weight = np.ones(int(rows.sum())) if marks.weight is None else marks.weight[rows]
    n = marks.n_learners
    low, high = _bounds(scale)
    total = np.bincount(learner, weights=weight * marks.score[rows], minlength=n)
    least = np.bincount(learner, weights=weight * low[criterion], minlength=n)
    most = np.bincount(learner, weights=weight * high[criterion], minlength=n)
    wanted = np.where(total <= least, least + ADJUSTMENT, np.minimum(total, most) - ADJUSTMENT)
    wanted = np.where(most - least <= 2 * ADJUSTMENT, (least + most) / 2, wanted)
    below, above = np.full(n, -30.0), np.full(n, 30.0)
    info = np.zeros(n)
    for _ in range(60):
        middle = (below + above) / 2
        p, values = probabilities(scale, base, free, criterion, middle[learner] - alpha[judge])
        expected = np.einsum("mn,mn->n", p, values)
        variance = np.einsum("mn,mn->n", p, values**2) - expected**2
        info = np.bincount(learner, weights=weight * variance, minlength=n).astype(np.float64)
        got = np.bincount(learner, weights=weight * expected, minlength=n)
        below, above = np.where(got < wanted, middle, below), np.where(got < wanted, above, middle)
    perfect = ~kept
    theta[perfect] = ((below + above) / 2)[perfect]
    theta_se[perfect] = 1.0 / np.sqrt(np.maximum(info[perfect], 1e-12))
