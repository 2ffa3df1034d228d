"""The engine's doors: `check`, `calibrate`, `fit_statistics`, `top_n`, `leave_one_out`."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from yingzao.engines.calibration.checking import numbers, refuse_bad, refuse_equal, refuse_options
from yingzao.engines.calibration.errors import Disconnected, TooManyLevels
from yingzao.engines.calibration.fitting import Part, fit
from yingzao.engines.calibration.linear import LinearEstimate
from yingzao.engines.calibration.marks import Marks, arrange, unused_categories
from yingzao.engines.calibration.mml import LEAST_SPREAD
from yingzao.engines.calibration.ranking import competition_ranks, halo_power, places
from yingzao.engines.calibration.statistics import exact_agreement, fit_tables
from yingzao.engines.calibration.threads import on_one_thread
from yingzao.engines.calibration.values import (
    Calibration,
    CalibrationOptions,
    CalibrationWarning,
    DesignReport,
    Facet,
    FitTables,
    Floats,
    Ints,
    Ratings,
    TopN,
)
from yingzao.engines.design import examine

MOST_LEVELS = 60  # that a Rasch scale may have
FEW_LEVELS, MANY_LEVELS = (
    8,
    16,
)  # below the first always thresholds, from the second on never unless asked for
MARKS_A_LEVEL = 10  # Linacre's advice for a category
THIN_JUDGE = 8
WEAK_LINK = 0.05
FEW_MARKS = 30
MISFIT_LOW, MISFIT_HIGH = 0.5, 1.5  # mean squares that measure (Linacre); taken as misfit with |z| > 2
STRONG_HALO = 0.3
EXACT_UP_TO = 400_000  # marks, up to which exact agreement is counted


@on_one_thread
def check(ratings: Ratings) -> DesignReport:
    """What the marks can bear, before anything is estimated. Raises a CalibrationError for what cannot be used."""
    ratings, dropped = without_missing(ratings)
    refuse_bad(ratings)
    marks, _ = arrange(ratings)
    return _report(ratings, marks, dropped)


@on_one_thread
def calibrate(ratings: Ratings, options: CalibrationOptions | None = None) -> Calibration:
    """Estimate severities and measures.

    Marks that are NaN are dropped and named. Raises a CalibrationError: for rows that cannot be used, for options that
    there are not, NoInformation, TooManyLevels, and Disconnected for a design that falls apart, unless the options say
    what to do with it. Equal marks in any row order give equal bytes.
    """
    options = options or CalibrationOptions()
    ratings, dropped = without_missing(ratings)
    refuse_bad(ratings)
    refuse_options(ratings, options)
    refuse_equal(np.asarray(ratings.score))
    marks, _ = arrange(ratings)
    report = _report(ratings, marks, dropped)
    apart = report.n_subsets > 1
    if apart and options.on_disconnected == "refuse":
        raise Disconnected(
            f"{report.n_subsets} parts share nobody",
            parts=_members(marks, report.subset[marks.learner_ids], report.n_subsets),
        )
    weights = (
        np.ones(ratings.n_criteria)
        if ratings.criterion_weight is None
        else np.asarray(ratings.criterion_weight, dtype=np.float64)
    )
    kind, reason = _kind(marks, options)
    warnings = list(report.warnings)
    subset = report.subset
    if apart and options.on_disconnected == "per_subset":
        in_part = subset[marks.learner_ids][marks.learner]
        parts = []
        for s in range(report.n_subsets):
            some = marks.only(in_part == s)
            parts.append(_fit_alone(some, kind, weights, options))
        warnings.append(CalibrationWarning("subsets_apart", data={"n": report.n_subsets}))
    else:
        parts = [fit(marks, kind, weights, options, apart)]
        if kind == "rsm" and reason == "open":
            parts, kind, reason = _pcm_if_better(parts[0], weights, options, apart)
        if apart:
            subset = np.where(subset >= 0, 0, -1)
            warnings.append(CalibrationWarning("exchangeable_assumed", data={"n": report.n_subsets}))
    if reason == "open":
        reason = "shared_thresholds"
    parts = [replace(part, tables=fit_tables(part.marks, part.moments(), used=part.kept[part.marks.learner])) for part in parts]  # fmt: skip
    if kind == "linear":
        warnings = [w for w in warnings if w.code != "extreme_learner"]
    warnings += _afterwards(parts)
    return _assemble(ratings, parts, kind, reason, subset, warnings, options)


@on_one_thread
def fit_statistics(ratings: Ratings, calibration: Calibration) -> FitTables:
    """Infit, outfit and the like of every learner, judge and criterion, by the indices of the ratings."""
    tables = []
    for part in calibration.parts:
        marks: Marks = part.marks
        table: FitTables = part.tables
        if part.scale is not None and marks.weight is None and marks.n <= EXACT_UP_TO:
            ability = part.theta[marks.learner] - part.alpha[marks.judge]
            observed, expected = exact_agreement(marks, part.scale, part.base, part.free, ability)
            table = replace(table, exact_observed=observed, exact_expected=expected)
        tables.append(table)
    parts: list[Part] = list(calibration.parts)

    def judges(pick: Callable[[FitTables], Floats]) -> Floats:
        return _spread(ratings.n_judges, [(p.marks.judge_ids, pick(t)) for p, t in zip(parts, tables, strict=True)])  # fmt: skip

    def whole(facet: str, ids: str, count: int) -> Facet:
        fields = ("infit", "outfit", "infit_z", "outfit_z", "n")
        found = [
            _spread(
                count,
                [
                    (getattr(p.marks, ids), getattr(getattr(t, facet), name))
                    for p, t in zip(parts, tables, strict=True)
                ],
            )
            for name in fields
        ]
        return Facet(*found)

    return FitTables(
        learners=whole("learners", "learner_ids", ratings.n_learners),
        judges=whole("judges", "judge_ids", ratings.n_judges),
        criteria=whole("criteria", "criterion_ids", ratings.n_criteria),
        halo=max(t.halo for t in tables),
        exact_observed=judges(lambda t: t.exact_observed),
        exact_expected=judges(lambda t: t.exact_expected),
        centrality=judges(lambda t: t.centrality),
    )


@on_one_thread
def top_n(calibration: Calibration, n: int, draws: int = 4000) -> TopN:
    """Who is likely among the first n, within each part. Deterministic: seeded by the options."""
    size = len(calibration.theta)
    p = np.full(size, np.nan)
    low, high = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for part in calibration.parts:
        power = halo_power(part, calibration.options.halo)
        ids = part.marks.learner_ids
        p[ids], low[ids], high[ids] = places(part, n, draws, calibration.options.seed, power)
    return TopN(p, low, high)


def leave_one_out(ratings: Ratings, calibration: Calibration) -> tuple[tuple[int, Ints, Floats], ...]:
    """For each judge, everybody's place and fair average without that judge's marks, all else estimated anew.

    0 and NaN for a learner who then has no marks; judges without whom the rest cannot be calibrated are left out.
    """
    from yingzao.engines.calibration.errors import CalibrationError

    options = replace(calibration.options, scale=calibration.scale)  # type: ignore[arg-type]
    judge = np.asarray(ratings.judge)
    found = []
    for j in np.unique(judge):
        rows = judge != j
        fewer = replace(
            ratings,
            learner=np.asarray(ratings.learner)[rows],
            judge=judge[rows],
            criterion=np.asarray(ratings.criterion)[rows],
            score=np.asarray(ratings.score)[rows],
            weight=None if ratings.weight is None else np.asarray(ratings.weight)[rows],
        )
        try:
            again = calibrate(fewer, options)
        except CalibrationError:
            continue
        found.append((int(j), competition_ranks(again.theta, again.subset), again.fair))
    return tuple(found)


def without_missing(ratings: Ratings) -> tuple[Ratings, tuple[int, ...]]:
    """The ratings without marks that are NaN, and the rows these were on."""
    score = np.asarray(ratings.score)
    if score.dtype.kind in "iub":
        return ratings, ()
    try:
        missing = np.isnan(score.astype(np.float64))
    except (TypeError, ValueError):
        return ratings, ()
    if (
        not missing.any()
        or len({len(ratings.learner), len(ratings.judge), len(ratings.criterion), len(score)}) > 1
    ):
        return ratings, ()
    kept = ~missing
    return (
        replace(
            ratings,
            learner=np.asarray(ratings.learner)[kept],
            judge=np.asarray(ratings.judge)[kept],
            criterion=np.asarray(ratings.criterion)[kept],
            score=score[kept],
            weight=None if ratings.weight is None else numbers(ratings.weight)[kept],
        ),
        tuple(map(int, np.flatnonzero(missing))),
    )


def _report(ratings: Ratings, marks: Marks, dropped: tuple[int, ...]) -> DesignReport:
    linkage = examine(
        marks.learner,
        marks.judge,
        marks.criterion,
        n_learners=marks.n_learners,
        n_judges=marks.n_judges,
        n_criteria=marks.n_criteria,
    )
    subset = np.full(ratings.n_learners, -1, dtype=np.int64)
    subset[marks.learner_ids] = linkage.subset
    warnings = list(_before(ratings, marks, dropped))
    if linkage.n_subsets == 1 and linkage.nullity > 2:
        warnings.append(CalibrationWarning("confounded", data={"n": linkage.nullity - 2}))
    weak = linkage.strength is not None and linkage.strength < WEAK_LINK
    if linkage.n_subsets == 1 and weak and marks.n_judges > 2:
        warnings.append(CalibrationWarning("weak_link", data={"strength": linkage.strength}))
    return DesignReport(
        n=marks.n,
        subset=subset,
        n_subsets=linkage.n_subsets,
        nullity=linkage.nullity,
        strength=linkage.strength,
        warnings=tuple(warnings),
    )


def _before(ratings: Ratings, marks: Marks, dropped: tuple[int, ...]) -> Iterable[CalibrationWarning]:
    if dropped:
        yield CalibrationWarning("missing_score", rows=dropped, data={"n": len(dropped)})
    if marks.n_learners < ratings.n_learners:
        gone = np.setdiff1d(np.arange(ratings.n_learners), marks.learner_ids)
        yield CalibrationWarning("not_judged", data={"learners": _few(gone), "n": len(gone)})
    if marks.n < FEW_MARKS:
        yield CalibrationWarning("few_marks", data={"n": marks.n})
    if marks.n_learners == 1:
        yield CalibrationWarning("one_learner", learner=int(marks.learner_ids[0]))
    if marks.n_judges == 1:
        yield CalibrationWarning("one_judge", judge=int(marks.judge_ids[0]))
    else:
        per_learner = np.bincount(marks.learner[marks.sheets()], minlength=marks.n_learners)
        alone = marks.learner_ids[per_learner == 1]
        if len(alone):
            yield CalibrationWarning("single_judge", data={"learners": _few(alone), "n": len(alone)})
    per_judge = np.bincount(marks.judge, minlength=marks.n_judges)
    for j in np.flatnonzero(per_judge < min(THIN_JUDGE, 2 * marks.n_criteria)):
        yield CalibrationWarning("thin_judge", judge=int(marks.judge_ids[j]), data={"n": int(per_judge[j])})
    given = np.zeros(marks.n_judges, dtype=np.int64)
    given[marks.judge[::-1]] = marks.score[::-1]
    other = np.bincount(marks.judge, weights=marks.score != given[marks.judge], minlength=marks.n_judges)
    for j in np.flatnonzero((other == 0) & (per_judge > 1)):
        yield CalibrationWarning(
            "constant_judge",
            judge=int(marks.judge_ids[j]),
            data={"score": int(given[j]), "n": int(per_judge[j])},
        )
    total = np.bincount(marks.learner, weights=marks.score, minlength=marks.n_learners)
    most = np.bincount(marks.learner, weights=marks.tops[marks.criterion], minlength=marks.n_learners)
    low, high = total == 0, total == most
    extreme = marks.learner_ids[low | high]
    if len(extreme):
        yield CalibrationWarning("extreme_learner", data={"learners": _few(extreme), "n": len(extreme)})
    copies = _copied_criteria(marks)
    if copies:
        yield CalibrationWarning("copied_criteria", data={"criteria": copies, "n": len(copies)})


def _copied_criteria(marks: Marks) -> tuple[int, ...]:
    """Criteria whose marks equal those of the criterion before them on every sheet."""
    if marks.n_criteria < 2 or marks.n % marks.n_criteria or marks.weight is not None:
        return ()
    table = marks.criterion.reshape(-1, marks.n_criteria)
    if not (table == np.arange(marks.n_criteria)).all() or len(table) < 5:
        return ()
    score = marks.score.reshape(-1, marks.n_criteria)
    return tuple(
        int(marks.criterion_ids[c])
        for c in range(1, marks.n_criteria)
        if (score[:, c] == score[:, c - 1]).all()
    )


def _few(ids: Ints, most: int = 20) -> tuple[int, ...]:
    return tuple(map(int, ids[:most]))


def _members(marks: Marks, subset: Ints, count: int) -> tuple[dict[str, tuple[int, ...]], ...]:
    """Learners and judges of each part, by the indices of the ratings."""
    of = subset[marks.learner]
    return tuple(
        {
            "learners": tuple(map(int, marks.learner_ids[subset == s])),
            "judges": tuple(map(int, marks.judge_ids[np.unique(marks.judge[of == s])])),
        }
        for s in range(count)
    )


# The scale


def _kind(marks: Marks, options: CalibrationOptions) -> tuple[str, str]:
    """The scale, and why: `asked`, `many_levels`, `few_marks_a_level`, `one_criterion`, or `open` (the data will say)."""
    levels = int(marks.tops.max()) + 1
    if options.scale != "auto":
        if options.scale != "linear" and levels > MOST_LEVELS:
            raise TooManyLevels(f"{levels} levels; a Rasch scale has up to {MOST_LEVELS}", levels=levels)
        return options.scale, "asked"
    if levels >= MANY_LEVELS:
        return "linear", "many_levels"
    per_level = marks.n / levels
    if levels >= FEW_LEVELS and per_level < MARKS_A_LEVEL:
        return "linear", "few_marks_a_level"
    if marks.n_criteria == 1:
        return "rsm", "one_criterion"
    return "rsm", "open"


def _pcm_if_better(
    part: Part, weights: Floats, options: CalibrationOptions, apart: bool
) -> tuple[list[Part], str, str]:
    """Thresholds of their own for each criterion, if a score test says that they gain more than they cost (BIC)."""
    if part.model is None or unused_categories(part.marks):
        return [part], "rsm", "shared_thresholds"
    gain, extra = _threshold_gain(part)
    if gain <= extra * float(np.log(part.marks.n)) or extra == 0:
        return [part], "rsm", "shared_thresholds"
    return [fit(part.marks, "pcm", weights, options, apart)], "pcm", "thresholds_differ"


def _threshold_gain(part: Part) -> tuple[float, int]:
    """Score statistic for thresholds of their own, and how many more there would be."""
    model = part.model
    assert model is not None
    e, scale = part.inner.evaluation, model.scale
    statistic, extra = 0.0, 0
    for c in range(model.n_criteria):
        group = int(scale.group[c])
        count = scale.free[group]
        same = int((scale.group == group).sum())
        if not count or same < 2:
            continue
        p = e.probability[1 : 1 + count, c].reshape(count, -1)
        n = e.counts[c].ravel()
        mean = e.expected[c].ravel()
        g = (p * n).sum(axis=1) - model.by_category[c, 1 : 1 + count]
        values = scale.values[c, 1 : 1 + count][:, None]
        with_score = (p * (values - mean) * n).sum(axis=1)
        variance = float(((e.probability[:, c].reshape(scale.width, -1) * scale.values[c][:, None] ** 2).sum(axis=0) - mean**2) @ n)  # fmt: skip
        information = np.diag((p * n).sum(axis=1)) - (p * n) @ p.T
        information -= np.outer(with_score, with_score) / max(variance, 1e-9)
        statistic += float(g @ np.linalg.lstsq(information, g, rcond=1e-10)[0])
        extra += count
    groups = [g for g, count in enumerate(scale.free) if count and (scale.group == g).sum() > 1]
    return statistic, extra - sum(scale.free[g] for g in groups)


def _fit_alone(marks: Marks, kind: str, weights: Floats, options: CalibrationOptions) -> Part:
    if np.all(marks.score == marks.score[0]) or marks.n < 3:
        kind = "linear"
    return fit(marks, kind, weights, options)


# Afterwards


def _afterwards(parts: list[Part]) -> Iterable[CalibrationWarning]:
    for part in parts:
        marks = part.marks
        if not part.converged:
            yield CalibrationWarning(
                "not_converged", data={"gradient": part.gradient, "iterations": part.iterations}
            )
        if part.exact:
            yield CalibrationWarning("exact_fit")
        if part.kind != "linear":
            for c, k in unused_categories(marks):
                yield CalibrationWarning(
                    "unused_category", criterion=int(marks.criterion_ids[c]), data={"category": k}
                )
        if part.panels:
            yield CalibrationWarning("panel_means")
        if marks.n_learners > 1 and part.method != "jml" and _hardly_apart(part):
            yield CalibrationWarning("learners_alike")
        known = np.isfinite(part.alpha) & (part.alpha_se > 0)
        if marks.n_judges > 1 and part.method == "eb" and known.any():
            told = float(((part.alpha[known] / part.alpha_se[known]) ** 2).sum())
            if told < known.sum():
                yield CalibrationWarning("judges_alike", data={"sigma": part.sigma_judges})
        tables = part.tables
        assert tables is not None
        if tables.halo > STRONG_HALO:
            yield CalibrationWarning("halo", data={"rho": tables.halo})
        for j in range(marks.n_judges):
            ms, z = tables.judges.infit[j], tables.judges.infit_z[j]
            if (ms > MISFIT_HIGH or ms < MISFIT_LOW) and abs(z) > 2 and part.kind != "linear":
                yield CalibrationWarning("misfit", judge=int(marks.judge_ids[j]), data={"infit": float(ms)})


def _hardly_apart(part: Part) -> bool:
    """Whether a learner's marks tell next to nothing: the variance of learners is at its floor, or on the linear scale
    below a tenth of the error of a mean of marks."""
    if part.scale is not None:
        return part.sigma <= 2 * LEAST_SPREAD
    inner: LinearEstimate = part.inner
    return part.sigma**2 * float(inner.counts.mean()) < 0.1 * inner.sigma_residual**2


def _spread(count: int, pieces: list[tuple[Ints, Floats]]) -> Floats:
    """Values of parts by the indices of the ratings; an index of several parts keeps the first (the largest)."""
    whole = np.full(count, np.nan)
    for ids, values in reversed(pieces):
        whole[ids] = values
    return whole


def _assemble(
    ratings: Ratings,
    parts: list[Part],
    kind: str,
    reason: str,
    subset: Ints,
    warnings: list[CalibrationWarning],
    options: CalibrationOptions,
) -> Calibration:
    def learners(name: str) -> Floats:
        return _spread(ratings.n_learners, [(p.marks.learner_ids, getattr(p, name)) for p in parts])

    def judges(name: str) -> Floats:
        return _spread(ratings.n_judges, [(p.marks.judge_ids, getattr(p, name)) for p in parts])

    def criteria(name: str) -> Floats:
        return _spread(ratings.n_criteria, [(p.marks.criterion_ids, getattr(p, name)) for p in parts])

    main = parts[0]
    steps: list[Floats] = [np.zeros(0)] * ratings.n_criteria
    base = np.full(ratings.n_criteria, np.nan)
    for part in reversed(parts):
        for c, original in enumerate(part.marks.criterion_ids.tolist()):
            # Steps into levels that nobody gave are counted in: thresholds sum to 0 within each criterion.
            middle = float(part.steps[c].mean()) if len(part.steps[c]) else 0.0
            steps[original] = part.steps[c] - middle
            base[original] = part.base[c] + middle
    location = main.location
    if main.kind != "linear" and main.method != "jml":
        location = float(base[main.marks.criterion_ids].mean())
    return Calibration(
        method=main.method,
        scale=kind,
        scale_reason=reason,
        theta=learners("theta"),
        theta_sd=learners("theta_sd"),
        alpha=judges("alpha"),
        alpha_se=judges("alpha_se"),
        delta=base - location,
        delta_se=criteria("base_se"),
        steps=tuple(steps),
        location=location,
        fair=learners("fair"),
        raw=learners("raw"),
        sigma=main.sigma,
        sigma_judges=main.sigma_judges,
        loglik=sum(p.loglik for p in parts),
        iterations=max(p.iterations for p in parts),
        gradient=max(p.gradient for p in parts),
        converged=all(p.converged for p in parts),
        condition=main.condition,
        panels=any(p.panels for p in parts),
        subset=subset,
        cov=main.cov,
        warnings=tuple(warnings),
        options=options,
        parts=tuple(parts),
    )
