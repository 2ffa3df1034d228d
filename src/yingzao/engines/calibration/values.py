"""What goes in and what comes out. Indices count from 0; nothing here is a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Method = Literal["eb", "mml", "jml"]
ScaleChoice = Literal["auto", "rsm", "pcm", "linear"]
Allocation = Literal["random", "cohort", "unknown"]
OnDisconnected = Literal["refuse", "per_subset", "assume_exchangeable"]


@dataclass(frozen=True, slots=True)
class Ratings:
    """One row a mark: `learner`, `judge` and `criterion` are indices from 0, `score` is a whole number 0..max_score.

    `max_score` has one entry a criterion; `criterion_weight` likewise, in any common unit as whole numbers (None:
    all equal). `weight` says how often a row stands for itself, as in a table of counts; with it the same learner,
    judge and criterion may have several rows.
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
    """How to estimate (docs/algorithms/calibration.md).

    `method`: `eb` shrinks severities by empirical Bayes, `mml` does not, `jml` is what FACETS does. `scale`: one set
    of thresholds for criteria of equal maxima (`rsm`), one a criterion (`pcm`), marks as they are (`linear`), or the
    engine's choice. `allocation`: whether lots brought judges and learners together. `anchors`: judge → severity.
    """

    method: Method = "eb"
    scale: ScaleChoice = "auto"
    allocation: Allocation = "unknown"
    on_disconnected: OnDisconnected = "refuse"
    anchors: Mapping[int, float] | None = None
    halo: bool = True
    seed: int = 0


@dataclass(frozen=True, slots=True)
class CalibrationWarning:
    """A code, whom it concerns, and the figures a sentence needs. `rows` are rows of the ratings as given."""

    code: str
    learner: int | None = None
    judge: int | None = None
    criterion: int | None = None
    rows: tuple[int, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DesignReport:
    """What can be said before estimating. `subset` numbers each learner's part (-1: no marks), the largest is 0.

    `nullity` is 2 when judges, criteria and learners are all comparable; `strength` the second smallest eigenvalue
    over the mean one (0 when not linked, None when the design is too large to ask).
    """

    n: int
    subset: Ints
    n_subsets: int
    nullity: int
    strength: float | None
    warnings: tuple[CalibrationWarning, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """One estimate. Arrays are by index of the ratings; NaN where an index has no marks.

    `theta` is the learner's measure (EAP; with `jml` the joint estimate; with `linear` in marks), `alpha` the
    severity (positive = severe), `delta` the difficulty, `steps[c]` the thresholds of criterion c within itself,
    `location` the common step location, so that step = location + delta + threshold. `fair` and `raw` are mean
    marks over criteria. `subset` says within which part learners can be compared. `cov` is the covariance of
    `[alpha | location + delta | thresholds' free part | sigma]`, of the largest part.
    """

    method: str
    scale: str
    scale_reason: str
    theta: Floats
    theta_sd: Floats
    alpha: Floats
    alpha_se: Floats
    delta: Floats
    delta_se: Floats
    steps: tuple[Floats, ...]
    location: float
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
    subset: Ints
    cov: Floats
    warnings: tuple[CalibrationWarning, ...]
    options: CalibrationOptions
    parts: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """Fit of one facet's elements: mean squares and their standardised forms; NaN where nothing is known."""

    infit: Floats
    outfit: Floats
    infit_z: Floats
    outfit_z: Floats
    n: Floats


@dataclass(frozen=True, slots=True)
class FitTables:
    learners: Facet
    judges: Facet
    criteria: Facet
    halo: float
    exact_observed: Floats
    exact_expected: Floats
    centrality: Floats


@dataclass(frozen=True, slots=True)
class Separation:
    """`separation`, `reliability` and `strata` of measures; the population form, and the sample form beside it."""

    rmse: float
    true_sd: float
    separation: float
    strata: float
    reliability: float
    sample_separation: float
    sample_strata: float
    sample_reliability: float
    chi2: float
    chi2_random: float
    df: int


@dataclass(frozen=True, slots=True)
class TopN:
    """`p`: probability of being among the first n of the own part; ranks: 90 % interval."""

    p: Floats
    rank_lo: Ints
    rank_hi: Ints


@dataclass(frozen=True, slots=True)
class Agreement:
    """`icc` over sheet means and by criterion, Krippendorff's `alpha` by criterion; None where undefined."""

    icc: Mapping[str, float | None]
    icc_by_criterion: tuple[Mapping[str, float | None], ...]
    alpha: tuple[Mapping[str, float | None], ...]
    complete: bool
