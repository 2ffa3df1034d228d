"""Severity on the marks' own scale: mark = μ_c + θ_n − α_j + e, for marks with more levels than thresholds can be told.

Learners and judges are crossed random effects, their variances by restricted maximum likelihood (REML); or fixed, where
nothing may be borrowed across them. Criteria are fixed. Criteria of different maxima are brought to the largest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from yingzao.engines.calibration.marks import Marks
from yingzao.engines.calibration.values import Floats, Ints

ROUNDS = 400
PRIOR_MARKS = 0.5
MOST_KINDS = 200
STEP_VARIANCE = 1.0 / 12.0  # of whole marks: the square of a mark step ÷ √12


@dataclass(frozen=True, slots=True)
class LinearEstimate:
    """Measures are marks on the largest maximum: μ + θ. `exact` says that the residual floor was needed."""

    theta: Floats
    theta_sd: Floats
    alpha: Floats
    alpha_cov: Floats
    centre: Floats
    centre_se: Floats
    sigma_learners: float
    sigma_judges: float
    sigma_residual: float
    shrink_learners: Floats
    counts: Floats
    exact: bool
    loglik: float
    iterations: int
    gradient: float
    converged: bool
    factors: Floats
    joint_cov: Floats
    through: Floats | None


class _System:
    """The mixed-model equations with the learners absorbed."""

    def __init__(self, marks: Marks, anchors: Mapping[int, float]) -> None:
        from scipy import sparse

        self.marks = marks
        n, j, c = marks.n_learners, marks.n_judges, marks.n_criteria
        self.factors = marks.tops.max() / marks.tops.astype(np.float64)
        w = np.ones(marks.n) if marks.weight is None else marks.weight
        self.y = marks.score * self.factors[marks.criterion]
        self.anchors = np.zeros(j)
        self.anchored = np.zeros(j, dtype=np.bool_)
        for judge, severity in anchors.items():
            self.anchors[judge], self.anchored[judge] = severity, True
        self.y = self.y + self.anchors[marks.judge]  # what is left to explain
        self.mean = float((self.y * w).sum() / w.sum())
        y = self.y - self.mean
        self.total = float(w.sum())
        self.counts: Floats = np.bincount(marks.learner, weights=w, minlength=n).astype(np.float64)
        self.sums = np.bincount(marks.learner, weights=w * y, minlength=n)
        of_judge = sparse.csr_matrix((w, (marks.learner, marks.judge)), shape=(n, j))
        of_criterion = np.bincount(
            marks.learner * np.int64(c) + marks.criterion, weights=w, minlength=n * c
        ).reshape(n, c)
        self.z = sparse.hstack([-of_judge, sparse.csr_matrix(of_criterion)]).tocsr()
        self.square = float((w * y * y).sum())
        k = j + c
        self.gram = np.zeros((k, k))
        self.gram[:j, :j] = np.diag(np.bincount(marks.judge, weights=w, minlength=j))
        self.gram[j:, j:] = np.diag(np.bincount(marks.criterion, weights=w, minlength=c))
        pairs = np.bincount(marks.judge * np.int64(c) + marks.criterion, weights=w, minlength=j * c).reshape(
            j, c
        )
        self.gram[:j, j:], self.gram[j:, :j] = -pairs, -pairs.T
        self.right = np.r_[
            -np.bincount(marks.judge, weights=w * y, minlength=j),
            np.bincount(marks.criterion, weights=w * y, minlength=c),
        ]
        # Learners of as many marks are shrunk alike, so the cross products are needed once for each number of marks.
        self.kinds, self.kind = np.unique(self.counts, return_inverse=True)
        self.cross: list[Floats] = []
        self.cross_right: list[Floats] = []
        self.sum_squares: list[float] = []
        for t in range(len(self.kinds) if len(self.kinds) <= MOST_KINDS else 0):
            rows = self.kind == t
            some = self.z[np.flatnonzero(rows)]
            self.cross.append((some.T @ some).toarray())
            self.cross_right.append(some.T @ self.sums[rows])
            self.sum_squares.append(float((self.sums[rows] ** 2).sum()))
        self.n, self.j, self.c = n, j, c

    def reduced(self, learners: float) -> tuple[Floats, Floats, float, float]:
        """Matrix, right side, square sum and log-determinant with learners of variance ratio γ absorbed (∞: fixed)."""
        inverse = 1.0 / (self.kinds + (0.0 if np.isinf(learners) else 1.0 / learners))
        matrix, right, square = self.gram.copy(), self.right.copy(), self.square
        if not self.cross:
            each = inverse[self.kind]
            matrix -= (self.z.T @ self.z.multiply(each[:, None]).tocsr()).toarray()
            right -= self.z.T @ (each * self.sums)
            square -= float(each @ self.sums**2)
        for t, v in enumerate(inverse if self.cross else ()):
            matrix -= v * self.cross[t]
            right -= v * self.cross_right[t]
            square -= v * self.sum_squares[t]
        how_many = np.bincount(self.kind)
        log = -float((how_many * np.log(inverse)).sum())
        if not np.isinf(learners):
            log += self.n * float(np.log(learners))
        return matrix, right, square, log

    def solve(self, learners: float, judges: float) -> tuple[Floats, Floats, float, float]:
        """Solution, inverse, residual quadratic form and log-determinant at variance ratios γ (∞: fixed)."""
        matrix, right, square, log = self.reduced(learners)
        if not np.isinf(judges):
            matrix[: self.j, : self.j] += np.eye(self.j) / judges
            log += self.j * float(np.log(judges))
        size = max(float(np.trace(matrix)) / len(matrix), 1e-9)
        pin = np.zeros_like(matrix)
        free = 0
        if np.isinf(judges):
            pin[: self.j, : self.j] = size / self.j
            free += 1
        if np.isinf(learners):  # then learners take up the level of the criteria
            pin[self.j :, self.j :] = size / self.c
            free += 1
        if self.anchored.any():
            pin[: self.j, : self.j] = np.diag(np.where(self.anchored, 1e9 * size, 0.0))
        values, vectors = np.linalg.eigh(matrix + pin)
        values = np.maximum(values, 1e-12 * values.max())
        inverse = (vectors / values) @ vectors.T
        solution = inverse @ right
        quadratic = max(square - float(solution @ right), 0.0)
        return solution, inverse, quadratic, log + float(np.log(values).sum())


def estimate(
    marks: Marks,
    *,
    learners_random: bool,
    judges_random: bool,
    exchangeable: bool = False,
    anchors: Mapping[int, float] | None = None,
) -> LinearEstimate:
    """Fit the crossed model; which of the two facets borrow strength is the caller's choice.

    With no more marks than effects nothing tells error from learners: they stay as they are, and their error is taken
    to be as large as the spread of marks. `exchangeable` shrinks them all the same.
    """
    system = _System(marks, anchors or {})
    judges_random = judges_random and system.j > 1
    residual_df = system.total - (system.n + system.j + system.c - 2)
    blind = residual_df < 0.5 and not exchangeable
    learners_random = learners_random and not blind
    fixed_rank = system.c + (0 if learners_random else system.n - 1) + (0 if judges_random else system.j - 1)
    floor = max(float(np.var(system.y)), STEP_VARIANCE) if blind else STEP_VARIANCE
    ordinary = system.solve(np.inf, np.inf) if system.j > 1 else system.solve(np.inf, 1e-12)
    exact = residual_df > 0.5 and ordinary[2] / residual_df < STEP_VARIANCE
    df = max(system.total - fixed_rank, 1.0)

    def restricted(point: Floats) -> tuple[float, float]:
        """−2 × restricted log-likelihood (less what is constant), and the residual variance."""
        gl = float(np.exp(point[0])) if learners_random else np.inf
        gj = float(np.exp(point[1])) if judges_random else np.inf
        _, _, quadratic, log = system.solve(gl, gj if system.j > 1 else 1e-12)
        variance = max(quadratic / df, floor)
        return float(df * np.log(variance) + quadratic / variance + log), variance

    def criterion(point: Floats) -> tuple[float, float]:
        """The same with weak priors, which keep variances off 0."""
        value, variance = restricted(point)
        if judges_random:  # half a judge, half a residual standard deviation from the mean
            value += PRIOR_MARKS * float(point[1] + 0.25 * np.exp(-point[1]))
        if learners_random:
            value += 0.05 * float(point[0] + 0.25 * np.exp(-point[0]))
        return value, variance

    point, _, rounds, settled = _descend(criterion, np.zeros(2), (learners_random, judges_random))
    gl = float(np.exp(point[0])) if learners_random else np.inf
    gj = float(np.exp(point[1])) if judges_random else (np.inf if system.j > 1 else 1e-12)
    value, variance = restricted(point)
    solution, inverse, _, _ = system.solve(gl, gj)
    j, c = system.j, system.c
    shrink: Floats = 1.0 / (system.counts + (0.0 if np.isinf(gl) else 1.0 / gl))
    effect = shrink * (system.sums - system.z @ solution)
    # Severities about their mean; criteria give the level.
    turn = np.eye(j + c)
    if not system.anchored.any():
        turn[:j, :j] -= 1.0 / j
        turn[j:, :j] -= 1.0 / j
    solution = turn @ solution
    inverse = turn @ inverse @ turn.T
    centre = solution[j:] + system.mean
    level = float(centre.mean())
    theta = level + effect
    # Var(θ̂ − θ) = σ²(v + v² z C⁻¹ zᵀ), with the level's own error through the mean of the criteria.
    through = -system.z.multiply(shrink[:, None]).toarray() if system.n * (j + c) < 4e7 else None
    if through is not None:
        through[:, j:] += 1.0 / c
        spread = shrink + np.einsum("nk,nk->n", through @ inverse, through)
    else:
        spread = shrink
    return LinearEstimate(
        theta=theta,
        theta_sd=np.sqrt(variance * np.maximum(spread, 0.0)),
        alpha=solution[:j] + system.anchors,
        alpha_cov=variance * inverse[:j, :j],
        centre=centre,
        centre_se=np.sqrt(variance * np.maximum(np.diag(inverse)[j:], 0.0)),
        sigma_learners=float(np.sqrt(variance * gl)) if np.isfinite(gl) else float(np.std(theta)),
        sigma_judges=float(np.sqrt(variance * gj)) if judges_random else float("nan"),
        sigma_residual=float(np.sqrt(variance)),
        shrink_learners=np.asarray(shrink, dtype=np.float64),
        counts=system.counts,
        exact=bool(exact),
        loglik=-0.5 * value - 0.5 * df * float(np.log(2 * np.pi)),
        iterations=rounds,
        gradient=0.0 if settled else float("nan"),
        converged=settled,
        factors=system.factors,
        joint_cov=variance * inverse,
        through=through,
    )


def _descend(
    look: Callable[[Floats], tuple[float, float]], point: Floats, free: tuple[bool, bool]
) -> tuple[Floats, float, int, bool]:
    """Coordinate steps of shrinking size on the logs of the variance ratios: few, safe, and the same every time."""
    value = look(point)[0]
    sizes = np.array([2.0, 2.0])
    rounds = 0
    while rounds < ROUNDS and any(f and s > 1e-5 for f, s in zip(free, sizes, strict=True)):
        for axis in (0, 1):
            if not free[axis] or sizes[axis] <= 1e-5:
                continue
            rounds += 1
            better = False
            for sign in (1.0, -1.0):
                candidate = point.copy()
                candidate[axis] = np.clip(candidate[axis] + sign * sizes[axis], -18.0, 18.0)
                then = look(candidate)[0]
                if then < value - 1e-12 * max(1.0, abs(value)):
                    point, value, better = candidate, then, True
                    break
            sizes[axis] *= 1.6 if better else 0.4
    return point, value, rounds, rounds < ROUNDS


def components(row: Ints, column: Ints, score: Floats, n: int, k: int) -> tuple[float, float, float]:
    """Variances of learners, judges and what is left, by REML without a prior, for one mark a cell."""
    marks = Marks(
        learner=row.astype(np.int32),
        judge=column.astype(np.int32),
        criterion=np.zeros(len(row), dtype=np.int32),
        score=score,  # type: ignore[arg-type]  # means of sheets, which are no whole numbers
        weight=None,
        tops=np.ones(1, dtype=np.int64),
        learner_ids=np.arange(n),
        judge_ids=np.arange(k),
        criterion_ids=np.zeros(1, dtype=np.int64),
    )
    system = _System(marks, {})
    df = max(len(row) - 1.0, 1.0)
    floor = 1e-12 * max(float(np.var(score)), 1e-12)

    def look(point: Floats) -> tuple[float, float]:
        judges = float(np.exp(point[1])) if k > 1 else 1e-12
        _, _, quadratic, log = system.solve(float(np.exp(point[0])), judges)
        variance = max(quadratic / df, floor)
        return df * float(np.log(variance)) + log, variance

    point, _, _, _ = _descend(look, np.zeros(2), (True, k > 1))
    variance = look(point)[1]
    return variance * float(np.exp(point[0])), variance * float(np.exp(point[1])) if k > 1 else 0.0, variance
