"""A whole calibration by names, as plain values: what a command prints and a page keeps. Codes, no sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from yingzao.engines.calibration.agreement import agreement
from yingzao.engines.calibration.calibrating import calibrate, fit_statistics, leave_one_out, top_n
from yingzao.engines.calibration.errors import (
    BadAnchor,
    BadMaximum,
    CalibrationError,
    Negative,
    OutOfRange,
    TooLarge,
)
from yingzao.engines.calibration.ranking import competition_ranks
from yingzao.engines.calibration.statistics import fair_errors, separation, shrunken_separation
from yingzao.engines.calibration.values import (
    Calibration,
    CalibrationOptions,
    CalibrationWarning,
    FitTables,
    Floats,
    Ratings,
    TopN,
)

LARGEST = 100_000
DIGITS = 9  # of figures, so that the same marks give the same bytes on any machine
DRAWS = 4000
OTHER_PLACES = 3


def calibrate_table(
    learner: Sequence[str],
    judge: Sequence[str],
    criterion: Sequence[str],
    score: Sequence[float],
    *,
    options: CalibrationOptions | None = None,
    maxima: Mapping[str, int] | None = None,
    lowest: int | None = None,
    weights: Mapping[str, int] | None = None,
    anchors: Mapping[str, float] | None = None,
    top: int | None = None,
    without_each_judge: bool = False,
    frozen: bool = False,
) -> dict[str, Any]:
    """Calibrate marks given by name, one a row; `score` may hold NaN for a mark that is missing.

    Categories run from `lowest` (None: the lowest mark) to each criterion's maximum (else: the highest mark of all).
    `frozen` adds what somebody needs who works measures out again from the severities (`_frozen`).
    `without_each_judge` adds `left_out`: [{judge, ranks and fair averages of the learners in their order}], one more fit a judge.
    A refusal is not raised but told in `refused` {code, rows, data}; rows count from 0.
    """
    options = options or CalibrationOptions()
    try:
        return _calibrated(
            (learner, judge, criterion),
            np.asarray(score, dtype=np.float64),
            options,
            maxima or {},
            lowest,
            weights,
            anchors,
            top,
            without_each_judge,
            frozen,
        )
    except CalibrationError as refusal:
        return {
            "learners": [],
            "judges": [],
            "criteria": [],
            "fit": None,
            "agreement": None,
            "warnings": [],
            "refused": {
                "code": refusal.code,
                "rows": list(refusal.rows),
                "data": _named(refusal.data, *(sorted(set(names)) for names in (learner, judge, criterion))),
            },
        }


def _calibrated(
    columns: tuple[Sequence[str], Sequence[str], Sequence[str]],
    score: Floats,
    options: CalibrationOptions,
    maxima: Mapping[str, int],
    lowest: int | None,
    weights: Mapping[str, int] | None,
    anchors: Mapping[str, float] | None,
    top: int | None,
    without_each_judge: bool,
    frozen: bool,
) -> dict[str, Any]:
    names = [sorted(set(column)) for column in columns]
    places = [{name: at for at, name in enumerate(of)} for of in names]
    index = [
        np.fromiter(map(place.__getitem__, column), dtype=np.int32, count=len(column))
        for place, column in zip(places, columns, strict=True)
    ]
    if len(score) and (unknown := [c for c in maxima if c not in places[2]]):
        raise BadMaximum("a maximum is given for a criterion that the table lacks", criterion=unknown[0])
    base, tops = _range(score, names[2], maxima, lowest, index[2])
    if unknown := [j for j in anchors or () if j not in places[1]]:
        raise BadAnchor("an anchor names no judge of the table", judge=unknown[0])
    if anchors:
        options = replace(options, anchors={places[1][name]: value for name, value in anchors.items()})
    shifted = score - base
    ratings = Ratings(
        learner=index[0],
        judge=index[1],
        criterion=index[2],
        score=shifted,  # type: ignore[arg-type]  # NaN for what is missing; the engine drops and names it
        max_score=tops,
        n_learners=len(names[0]),
        n_judges=len(names[1]),
        n_criteria=len(names[2]),
        criterion_weight=None if weights is None else np.array([weights[c] for c in names[2]]),
    )
    found = calibrate(ratings, options)
    fits = fit_statistics(ratings, found)
    chances = top_n(found, top or 1, DRAWS)
    kept = ~np.isnan(score)
    complete = (
        ratings
        if kept.all()
        else replace(
            ratings,
            learner=index[0][kept],
            judge=index[1][kept],
            criterion=index[2][kept],
            score=shifted[kept],  # type: ignore[arg-type]
        )
    )
    agreed = agreement(complete)
    warnings = [*found.warnings, *_other_order(complete, found)]
    return {
        "learners": _learners(names[0], found, fits, chances, base, top),
        "judges": _judges(names[1], found, fits),
        "criteria": _criteria(names[2], found, fits),
        "fit": _fit(found, int(kept.sum()), len(set(found.subset[found.subset >= 0].tolist()))),
        "agreement": {
            "icc": _plain(agreed.icc),
            "icc_per_criterion": {
                n: _plain(v) for n, v in zip(names[2], agreed.icc_by_criterion, strict=True)
            },
            "krippendorff": {n: _plain(v) for n, v in zip(names[2], agreed.alpha, strict=True)},
            "exact": {
                "observed": _figure(_mean(fits.exact_observed)),
                "expected": _figure(_mean(fits.exact_expected)),
            },
        },
        "warnings": [_warning(w, names, base) for w in warnings],
        "refused": None,
        **({"left_out": _left_out(names[1], complete, found, base)} if without_each_judge else {}),
        **({"frozen": _frozen(names, found, base)} if frozen else {}),
    }


def _range(
    score: Floats, criteria: Sequence[str], maxima: Mapping[str, int], lowest: int | None, criterion: Any
) -> tuple[int, Any]:
    """The lowest category and each criterion's highest, counted from it. Refuses what no scale could hold."""
    known = score[np.isfinite(score)]
    if not len(known):
        return 0, np.ones(len(criteria), dtype=np.int64)
    if rows := _rows(score < 0):
        raise Negative("a mark is negative", rows)
    if rows := _rows(np.isfinite(score) & (score > LARGEST)):
        raise TooLarge("a mark is larger than any scale", rows, largest=LARGEST)
    low = int(np.floor(known.min())) if lowest is None else lowest
    if rows := _rows(score < low):
        raise OutOfRange("a mark is below the lowest level", rows, lowest=low)
    high = int(np.ceil(known.max()))
    for name, value in maxima.items():
        if not max(low, 1) <= value <= LARGEST:
            raise BadMaximum("a maximum is no level from the lowest mark up", criterion=name, highest=value)
    given = np.array([maxima.get(c, -1) for c in criteria])
    tops = np.where(given >= 0, given, high)
    if rows := _rows(np.isfinite(score) & (score > tops[criterion])):
        raise OutOfRange("a mark is above the maximum", rows, highest=int(tops[criterion[rows[0]]]))
    return low, np.maximum(tops - low, 1)


def _rows(mask: Any) -> tuple[int, ...]:
    return tuple(map(int, np.flatnonzero(mask)))


def _other_order(ratings: Ratings, found: Calibration) -> list[CalibrationWarning]:
    """Where lots are not known to have brought judges and learners together: who would stand elsewhere by more than
    three places if panels were taken the other way."""
    o = found.options
    if (
        found.method != "eb"
        or found.scale == "linear"
        or o.allocation != "unknown"
        or len(found.theta) > 2000
    ):
        return []
    if not found.panels or len(found.parts) != 1:
        return []
    other = calibrate(ratings, replace(o, allocation="random", scale=found.scale))  # type: ignore[arg-type]
    ranks = competition_ranks(found.theta, found.subset), competition_ranks(other.theta, other.subset)
    moved = np.flatnonzero(np.abs(ranks[0] - ranks[1]) > OTHER_PLACES)
    if not len(moved):
        return []
    return [
        CalibrationWarning("order_depends", data={"learners": tuple(map(int, moved[:20])), "n": len(moved)})
    ]


def _learners(
    names: Sequence[str], c: Calibration, fits: FitTables, chances: TopN, base: int, top: int | None
) -> list[dict[str, Any]]:
    rank = competition_ranks(c.theta, c.subset)
    raw_rank = competition_ranks(np.round(c.raw, 9), c.subset)
    measure = c.theta + base if c.scale == "linear" else c.theta
    fair_se = _fair_errors(c)
    several = len(set(c.subset[c.subset >= 0].tolist())) > 1
    return [
        {
            "id": name,
            "measure": _figure(measure[i]),
            "se": _figure(c.theta_sd[i]),
            "fair_average": _figure(c.fair[i] + base),
            "fair_se": _figure(fair_se[i]),
            "raw_mean": _figure(c.raw[i] + base),
            "infit": _figure(fits.learners.infit[i]),
            "outfit": _figure(fits.learners.outfit[i]),
            "rank": int(rank[i]) or None,
            "raw_rank": int(raw_rank[i]) or None,
            "rank_low": int(chances.rank_lo[i]) or None,
            "rank_high": int(chances.rank_hi[i]) or None,
            "p_top": _figure(chances.p[i]) if top else None,
            **({"subset": int(c.subset[i]) + 1} if several else {}),
        }
        for i, name in enumerate(names)
    ]


def _judges(names: Sequence[str], c: Calibration, fits: FitTables) -> list[dict[str, Any]]:
    f = fits.judges
    return [
        {
            "id": name,
            "severity": _figure(c.alpha[j]),
            "se": _figure(c.alpha_se[j]),
            "infit": _figure(f.infit[j]),
            "outfit": _figure(f.outfit[j]),
            "infit_z": _figure(f.infit_z[j]),
            "outfit_z": _figure(f.outfit_z[j]),
            "n": 0 if np.isnan(f.n[j]) else int(f.n[j]),
            "centrality": _figure(fits.centrality[j]),
            "exact_agreement": _figure(fits.exact_observed[j]),
            "exact_expected": _figure(fits.exact_expected[j]),
        }
        for j, name in enumerate(names)
    ]


def _criteria(names: Sequence[str], c: Calibration, fits: FitTables) -> list[dict[str, Any]]:
    f = fits.criteria
    return [
        {
            "id": name,
            "difficulty": _figure(c.delta[i]),
            "se": _figure(c.delta_se[i]),
            "thresholds": [_figure(step) for step in c.steps[i]],
            "infit": _figure(f.infit[i]),
            "outfit": _figure(f.outfit[i]),
        }
        for i, name in enumerate(names)
    ]


def _fair_errors(c: Calibration) -> Floats:
    errors = np.full(len(c.theta), np.nan)
    for part in reversed(c.parts):
        weights = part.weights
        if part.scale is None:
            slope = float((weights / part.inner.factors).sum() / weights.sum())
            found = part.theta_sd * slope
        else:
            base = np.where(np.isfinite(part.base), part.base, 0.0)
            found = fair_errors(part.scale, base, part.free, part.theta, part.theta_sd, weights)
        errors[part.marks.learner_ids] = found
    return errors


def _frozen(names: Sequence[Sequence[str]], c: Calibration, base: int) -> dict[str, Any] | None:
    """What measures follow from, severities given: for each criterion the log weights of its categories, `steps`
    [[mark from the lowest, offset]], a mark k having weight k(θ − severity) − offset, or on the linear scale `centre` and `factor`
    of `mark × factor = centre + θ − severity`; `spread` and `noise` are variances, `spread` None for learners taken as fixed.

    None where it is no one thing: parts apart, and joint maximum likelihood, whose measures are no expectations.
    """
    if len(c.parts) != 1 or c.method == "jml":
        return None
    part = c.parts[0]
    ids = part.marks.criterion_ids.tolist()
    if part.scale is None:
        fixed = c.options.allocation == "cohort" and not part.apart
        criteria = [
            {
                "id": names[2][i],
                "centre": _figure(part.inner.centre[n]),
                "factor": _figure(part.inner.factors[n]),
            }
            for n, i in enumerate(ids)
        ]
        spread = None if fixed else _figure(part.inner.sigma_learners**2)
        noise = _figure(part.inner.sigma_residual**2)
    else:
        cumulated = part.scale.cumulated(part.free)
        criteria = [
            {
                "id": names[2][i],
                "steps": [
                    [int(k), _figure(k * part.base[n] + s)]
                    for k, s, used in zip(
                        part.scale.values[n], cumulated[n], part.scale.present[n], strict=True
                    )
                    if used
                ],
            }
            for n, i in enumerate(ids)
        ]
        spread, noise = _figure(part.sigma**2), None
    learners = part.marks.learner_ids.tolist()
    return {
        "lowest": base,
        "criteria": criteria,
        "prior_means": {names[0][i]: _figure(m) for i, m in zip(learners, part.prior, strict=True)},
        "spread": spread,
        "noise": noise,
    }


def _left_out(judges: Sequence[str], ratings: Ratings, found: Calibration, base: int) -> list[dict[str, Any]]:
    return [
        {
            "judge": judges[j],
            "ranks": [int(rank) or None for rank in ranks],
            "fair_averages": [_figure(mark + base) for mark in fair],
        }
        for j, ranks, fair in leave_one_out(ratings, found)
    ]


def _fit(c: Calibration, n: int, subsets: int) -> dict[str, Any]:
    of = c.parts[0].kept
    measured = np.full(len(c.theta), np.nan)
    ids = c.parts[0].marks.learner_ids[of]
    measured[ids] = c.theta[ids]
    apart = (shrunken_separation if c.parts[0].shrunken else separation)(measured, c.theta_sd)
    judges = (shrunken_separation if c.method == "eb" else separation)(c.alpha, c.alpha_se)
    return {
        "scale": c.scale,
        "scale_reason": c.scale_reason,
        "method": c.method,
        "location": _figure(c.location),
        "iterations": c.iterations,
        "converged": c.converged,
        "gradient": _figure(c.gradient),
        "log_likelihood": _figure(c.loglik),
        "sigma": _figure(c.sigma),
        "sigma_judges": _figure(c.sigma_judges),
        "separation": _figure(apart.separation),
        "reliability": _figure(apart.reliability),
        "strata": _figure(apart.strata),
        "judge_separation": _figure(judges.separation),
        "judge_reliability": _figure(judges.reliability),
        "panel_means": c.panels,
        "subsets": subsets,
        "n": n,
    }


def _warning(w: CalibrationWarning, names: Sequence[Sequence[str]], base: int) -> dict[str, Any]:
    told: dict[str, Any] = {"code": w.code, "data": _named(w.data, *names)}
    if "category" in told["data"]:
        told["data"]["level"] = told["data"].pop("category") + base
    if w.code == "constant_judge":
        told["data"]["score"] += base
    for key, at, of in (
        ("learner", w.learner, names[0]),
        ("judge", w.judge, names[1]),
        ("criterion", w.criterion, names[2]),
    ):
        if at is not None:
            told[key] = of[at]
    if w.rows:
        told["rows"] = list(w.rows)
    return told


def _named(
    data: Mapping[str, Any], learners: Sequence[str], judges: Sequence[str], criteria: Sequence[str]
) -> dict[str, Any]:
    """Indices in the data of a warning or refusal as names."""
    of = {"learners": learners, "judges": judges, "criteria": criteria}
    told: dict[str, Any] = {}
    for key, value in data.items():
        if key in of:
            told[key] = [of[key][i] for i in value]
        elif key == "judge":
            told[key] = judges[value] if isinstance(value, int) and 0 <= value < len(judges) else str(value)
        elif key == "parts":
            told[key] = [_named(part, learners, judges, criteria) for part in value]
        elif isinstance(value, float | np.floating):
            told[key] = _figure(float(value))
        else:
            told[key] = value
    return told


def _plain(values: Mapping[str, float | None]) -> dict[str, float | None]:
    return {key: None if value is None else _figure(value) for key, value in values.items()}


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _figure(value: Any) -> float | None:
    """Rounded; None for what is no finite number; never −0."""
    number = float(value)
    return round(number, DIGITS) + 0.0 if np.isfinite(number) else None
