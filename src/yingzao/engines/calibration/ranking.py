"""Places, and how sure they are: draws from what is known of learners, judges and criteria together."""

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.calibration.fitting import Part
from yingzao.engines.calibration.linear import LinearEstimate
from yingzao.engines.calibration.marginal import Marginal
from yingzao.engines.calibration.mml import Estimate
from yingzao.engines.calibration.statistics import halo_of, halo_weight
from yingzao.engines.calibration.values import Floats, Ints

MOST_VALUES = 6_000_000  # learners × draws at a time
LARGE = 1500  # learners, from which intervals of places follow from the distribution of measures
LARGEST = 8000  # learners, from which chances do too
FINER = 4
TIE = 1e-9
SURE = 0.9


def competition_ranks(values: Floats, subset: Ints) -> Ints:
    """1, 2, 2, 4 within each subset; 0 where there is no value. Values within 1e-9 of each other are equal."""
    ranks = np.zeros(len(values), dtype=np.int64)
    for s in np.unique(subset[subset >= 0]):
        rows = np.flatnonzero((subset == s) & np.isfinite(values))
        order = rows[np.argsort(-values[rows], kind="stable")]
        place = np.arange(1, len(order) + 1)
        if len(order):
            fresh = np.r_[True, np.diff(values[order]) < -TIE]
            ranks[order] = np.maximum.accumulate(np.where(fresh, place, 0))
    return ranks


def halo_power(part: Part, wanted: bool) -> float:
    """The power of the likelihood for statements of certainty (1: no halo, or not asked for)."""
    if not wanted or part.method == "jml":
        return 1.0
    m = part.moments()
    z = (part.marks.score - m.expected) / np.sqrt(np.maximum(m.variance, 1e-12))
    return halo_weight(part.marks, halo_of(part.marks, z))


def draw(part: Part, draws: int, seed: int, power: float) -> Floats:
    """Learners × draws from the joint posterior of measures."""
    generator = np.random.Generator(np.random.PCG64(seed))
    if part.kind == "linear":
        return _draw_linear(part, draws, generator, power)
    if part.model is None:
        return part.theta[:, None] + part.theta_sd[:, None] * generator.standard_normal(
            (len(part.theta), draws)
        )
    return _draw_marginal(part, part.model, part.inner, draws, generator, power)


def _draw_linear(part: Part, draws: int, generator: np.random.Generator, power: float) -> Floats:
    fit: LinearEstimate = part.inner
    n = len(fit.theta)
    own = fit.sigma_residual**2 * fit.shrink_learners / power
    noise = generator.standard_normal((n, draws)) * np.sqrt(own)[:, None]
    if fit.through is not None:
        noise += fit.through @ _normal(fit.joint_cov / power, draws, generator)
    drawn: Floats = fit.theta[:, None] + noise
    return drawn


def _normal(covariance: Floats, draws: int, generator: np.random.Generator) -> Floats:
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn: Floats = root @ generator.standard_normal((len(covariance), draws))
    return drawn


def _draw_marginal(
    part: Part,
    model: Marginal,
    found: Estimate,
    draws: int,
    generator: np.random.Generator,
    power: float,
) -> Floats:
    """θ given the parameters from the grid; the parameters' own error moves each learner by Cov(θ, score)."""
    at = model.point(found.vector)
    coarse = found.evaluation.grid
    grid = model.grid((coarse[1] - coarse[0]) / FINER)
    log_z, expected, _ = model.tables(at, grid)
    columns, sides = model.to_columns(log_z), model.to_columns(expected)
    n, j, g, c = model.marks.n_learners, model.n_judges, model.n_panels, model.n_criteria
    known = n * (j + g + c) <= 4 * MOST_VALUES
    move = np.zeros((n, j + g + c)) if known else None
    result = np.empty((n, draws))
    on = model.patterns[model.column_pattern]
    of_criteria = [on[:, k, None] * expected[k][model.column_rater] for k in range(c)]
    for a, b in model.chunks():
        rows = model.rows((a, b))
        for first in range(0, b - a, 256):
            last = min(first + 256, b - a)
            some = rows[first:last]
            logs = model.totals[a + first : a + last, None] * (at.sigma * grid) - some @ columns
            logs = power * logs - 0.5 * grid**2
            logs -= logs.max(axis=1, keepdims=True)
            post = np.exp(logs)
            post /= post.sum(axis=1, keepdims=True)
            centred = post * (grid - (post @ grid)[:, None])
            who = model.order[a + first : a + last]
            if move is not None:
                slots = np.repeat(np.arange(last - first), np.diff(some.indptr))
                cov = np.einsum("sq,sq->s", centred[slots], sides[some.indices]) * some.data
                place = who[slots] * (j + g + c) + model.rater_judge[model.column_rater[some.indices]]
                np.add.at(move.reshape(-1), place, cov)
                for k in range(c):
                    move[who, j + g + k] = np.einsum("nq,nq->n", centred, some @ of_criteria[k])
                if g:
                    panel = model.rater_panel[model.column_rater[some.indices]]
                    np.add.at(move.reshape(-1), who[slots] * (j + g + c) + j + panel, -cov)
            cumulated = np.cumsum(post, axis=1) - 0.5 * post
            u = generator.random((last - first, draws))
            for i in range(last - first):
                result[who[i]] = np.interp(u[i], cumulated[i], grid)
    result *= at.sigma
    result += (part.theta - at.sigma * found.evaluation.mean_sorted[model.place])[:, None]  # panel means
    if move is not None:
        move *= at.sigma * power
        if g:
            panel_of = np.zeros(n, dtype=np.int64)
            panel_of[model.marks.learner] = model.rater_panel[model.rater]
            move[np.arange(n), j + panel_of] += 1.0
        size = j + g + c
        result += move @ _normal(found.covariance[:size, :size] / power, draws, generator)
    return result


def places(part: Part, first: int, draws: int, seed: int, power: float) -> tuple[Floats, Ints, Ints]:
    """Probability of being among the `first`, and the 90 % interval of the place, of each learner of a part."""
    n = len(part.theta)
    if n > LARGE:
        p, low, high = _many(part, first, power)
        if n <= LARGEST and first < n:
            drawn = draw(part, min(draws, MOST_VALUES // n), seed, power)
            p = (drawn >= -np.partition(-drawn, first - 1, axis=0)[first - 1]).mean(axis=1)
        return p, low, high
    drawn = draw(part, draws, seed, power)
    ranks = np.empty((n, draws), dtype=np.int64)
    for d, values in enumerate(np.ascontiguousarray(drawn.T)):
        ranks[:, d] = n + 1 - np.searchsorted(np.sort(values), values, side="right")
    p = (ranks <= first).mean(axis=1)
    ranks.sort(axis=1)
    low = ranks[:, int(np.floor((1 - SURE) / 2 * (draws - 1)))]
    high = ranks[:, int(np.ceil((1 + SURE) / 2 * (draws - 1)))]
    return p, low, high


def _many(part: Part, first: int, power: float) -> tuple[Floats, Ints, Ints]:
    """Of thousands of learners the place is a function of the own measure alone: all others average out."""
    theta, sd = part.theta, part.theta_sd / np.sqrt(power)
    n = len(theta)
    grid = np.linspace((theta - 5 * sd).min(), (theta + 5 * sd).max(), 801)
    above = np.zeros(len(grid))
    for a in range(0, n, 5000):
        z = (theta[a : a + 5000, None] - grid) / sd[a : a + 5000, None]
        above += _normal_cdf(z).sum(axis=0)
    bar = float(np.interp(-first, -above, grid))
    place = 1.0 + above
    low = np.interp(theta + 1.645 * sd, grid, place)
    high = np.interp(theta - 1.645 * sd, grid, place)
    p = _normal_cdf((theta - bar) / sd)
    return (
        p,
        np.clip(np.floor(low), 1, n).astype(np.int64),
        np.clip(np.ceil(high), 1, n).astype(np.int64),
    )


def _normal_cdf(z: NDArray[np.float64]) -> Floats:
    """Abramowitz & Stegun 26.2.17, right to 1e-7."""
    t = 1.0 / (1.0 + 0.2316419 * np.abs(z))
    poly = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi) * poly
    below: Floats = np.where(z >= 0, 1.0 - tail, tail)
    return below
