"""Severity models: published references, an independent likelihood, what is refused, what is said."""

import csv
import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.samples import SAMPLES, needs_samples
from yingzao.engines.calibration import (
    BadAnchor,
    BadOption,
    BadWeight,
    CalibrationError,
    CalibrationOptions,
    Disconnected,
    NoInformation,
    Ratings,
    TooManyLevels,
    agreement,
    calibrate,
    calibrate_table,
    check,
    competition_ranks,
    fit_statistics,
    leave_one_out,
    separation,
    shrunken_separation,
    top_n,
)

FOLDER = SAMPLES / "engines"
SIX = {
    "A": {"R2": 90, "R3": 84},
    "B": {"R1": 94, "R2": 88},
    "C": {"R1": 92, "R3": 80},
    "D": {"R1": 90, "R2": 84},
    "E": {"R2": 82, "R3": 76},
    "F": {"R1": 86, "R3": 74},
}
SIX_ROWS = [(learner, judge, "总分", mark) for learner, of in SIX.items() for judge, mark in of.items()]


def ratings(rows, *, top=None, weight=None):
    learner, judge, criterion, score = (np.array(column) for column in zip(*rows, strict=True))
    n = int(criterion.max()) + 1
    return Ratings(
        learner, judge, criterion, score, np.full(n, score.max() if top is None else top), int(learner.max()) + 1,
        int(judge.max()) + 1, n, weight=weight,
    )  # fmt: skip


def simulated(learners=60, judges=6, each=3, criteria=3, levels=5, seed=1, severity=0.7):
    rng = np.random.default_rng(seed)
    theta, alpha = rng.normal(size=learners), rng.normal(0, severity, judges)
    alpha -= alpha.mean()
    steps = np.linspace(-1.5, 1.5, levels - 1)
    rows = []
    for n in range(learners):
        for j in rng.choice(judges, each, replace=False):
            for c in range(criteria):
                logs = np.r_[0, np.cumsum(theta[n] - alpha[j] - 0.3 * (c - 1) - steps)]
                p = np.exp(logs - logs.max())
                rows.append((n, int(j), c, int(rng.choice(levels, p=p / p.sum()))))
    return ratings(rows, top=levels - 1), theta, alpha


def shuffled(r: Ratings, seed: int) -> Ratings:
    order = np.random.default_rng(seed).permutation(len(r.score))
    return replace(
        r, learner=r.learner[order], judge=r.judge[order], criterion=r.criterion[order], score=r.score[order]
    )


def codes(c) -> list[str]:
    return [warning.code for warning in c.warnings]


# Published references


def sample(name):
    rows = list(csv.DictReader((FOLDER / f"{name}.csv").open(encoding="utf-8")))
    expected = json.loads((FOLDER / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    low = min(int(row["score"]) for row in rows)
    place = [
        {value: at for at, value in enumerate(expected[key])} for key in ("persons", "raters", "criteria" if "criteria" in expected else "raters")
    ]  # fmt: skip
    columns = ("person", "rater", "criterion")
    return ratings(
        [(*(p[row[c]] for p, c in zip(place, columns, strict=True)), int(row["score"]) - low) for row in rows]
    ), expected


JML = [
    ("mfrmr_example_core", "rsm"), ("mfrmr_example_core", "pcm"), ("liking_for_science", "rsm"), ("style_ratings", "rsm"),
]  # fmt: skip


@needs_samples
@pytest.mark.parametrize(("name", "scale"), JML)
def test_joint_estimates_agree_with_the_references(name, scale):
    r, expected = sample(name)
    want = expected[f"jml_{scale.upper()}"]
    c = calibrate(r, CalibrationOptions(method="jml", scale=scale))
    fits = fit_statistics(r, c)
    kept = [expected["persons"].index(person) for person in want["persons_kept"]]
    assert c.converged
    assert c.loglik == pytest.approx(want["loglik"], abs=1e-3)
    assert c.alpha == pytest.approx(np.array(want["alpha"]), abs=1e-4)
    assert c.delta == pytest.approx(np.array(want["delta_plus_stepmean"]), abs=1e-4)
    steps = np.concatenate(c.steps) if scale == "pcm" else c.steps[0]
    assert steps == pytest.approx(np.array(want["steps"]), abs=1e-4)
    assert c.theta[kept] == pytest.approx(np.array(want["theta"]), abs=1e-3)
    assert c.theta_sd[kept] == pytest.approx(np.array(want["se_theta_model"]), abs=1e-4)
    assert fits.judges.infit == pytest.approx(np.array(want["rater_infit"]), abs=1e-4)
    assert fits.judges.outfit == pytest.approx(np.array(want["rater_outfit"]), abs=1e-4)
    assert fits.judges.infit_z == pytest.approx(np.array(want["rater_infit_z"]), abs=1e-4)
    people = separation(c.theta[kept], c.theta_sd[kept])
    assert people.separation == pytest.approx(want["rel_person"]["sep"], abs=1e-4)
    assert people.reliability == pytest.approx(want["rel_person"]["rel"], abs=1e-4)


@needs_samples
@pytest.mark.parametrize(("name", "scale"), [*JML, ("liking_for_science", "pcm")])
def test_marginal_estimates_agree_with_the_references(name, scale):
    r, expected = sample(name)
    want = expected[f"mml_{scale.upper()}"]
    c = calibrate(r, CalibrationOptions(method="mml", scale=scale))
    assert c.converged
    assert c.loglik == pytest.approx(want["loglik"], abs=2e-3)
    assert c.sigma == pytest.approx(want["sigma"], abs=2e-3)
    assert c.alpha == pytest.approx(np.array(want["alpha"]), abs=2e-3)
    assert c.theta == pytest.approx(np.array(want["eap"]), abs=5e-3)
    assert c.theta_sd == pytest.approx(np.array(want["psd"]), abs=5e-3)
    if scale == "rsm":
        assert c.delta == pytest.approx(np.array(want["delta"]), abs=2e-3)
        assert c.location + c.steps[0] == pytest.approx(np.array(want["steps"]), abs=2e-3)
    else:
        steps = np.concatenate([c.location + d + s for d, s in zip(c.delta, c.steps, strict=True)])
        known = np.abs(np.array(want["steps"])) < 30  # the step into a level that nobody gave
        assert steps[known] == pytest.approx(np.array(want["steps"])[known], abs=2e-3)
        assert known.sum() >= len(known) - 1


@needs_samples
def test_a_level_that_nobody_gave_is_named():
    r, expected = sample("liking_for_science")
    c = calibrate(r, CalibrationOptions(method="mml", scale="pcm"))
    (note,) = [w for w in c.warnings if w.code == "unused_category"]
    assert (expected["criteria"][note.criterion], note.data["category"]) == ("i12", 0)
    assert np.isfinite(np.concatenate(c.steps)).all()


@needs_samples
def test_intraclass_correlations_agree_with_psych():
    want = {
        row["type"]: float(row["ICC"])
        for row in csv.DictReader((FOLDER / "ref/style_ratings__ICC_psych.csv").open())
    }
    found = agreement(sample("style_ratings")[0])
    assert dict(found.icc) == pytest.approx(want, abs=1e-6)


@needs_samples
@pytest.mark.parametrize(
    ("name", "criterion", "level", "value"),
    [
        ("style_ratings", 0, "nominal", 0.403485664666708),
        ("style_ratings", 0, "ordinal", 0.714478554110614),
        ("style_ratings", 0, "interval", 0.7100584573052),
        ("mfrmr_example_core", 1, "nominal", 0.152066628124241),
        ("mfrmr_example_core", 1, "ordinal", 0.319723307497546),
        ("mfrmr_example_core", 1, "interval", 0.337958576767198),
    ],
)
def test_krippendorffs_alpha_agrees_with_irr(name, criterion, level, value):
    assert agreement(sample(name)[0]).alpha[criterion][level] == pytest.approx(value, abs=1e-6)


# Three Mile Island: category counts recovered from the scores, counts and mean squares of a FACETS 4.1.8 printout.
THREE_MILE = [(14, 69, 32), (18, 73, 24), (14, 72, 29), (18, 70, 27), (9, 110, 33), (35, 93, 24), (17, 116, 19), (22, 110, 20)]  # fmt: skip


def test_a_printout_of_facets_is_reproduced():
    rows = [(group, 0, 0, level) for group in range(8) for level in range(3)]
    counts = np.array(THREE_MILE, dtype=float).ravel()
    r = ratings(rows, weight=counts)
    c = calibrate(r, CalibrationOptions(method="jml", scale="rsm"))
    fits = fit_statistics(r, c)
    assert np.round(c.theta, 2).tolist() == [0.49, 0.16, 0.40, 0.24, 0.49, -0.22, 0.04, -0.04]
    assert np.round(c.theta_sd, 2).tolist() == [0.16] * 4 + [0.14] * 4
    assert np.round(c.steps[0], 2).tolist() == [-1.44, 1.44]
    assert np.round(c.fair + 1, 2).tolist() == [2.16, 2.05, 2.13, 2.08, 2.16, 1.93, 2.01, 1.99]
    assert np.round(fits.learners.infit, 2).tolist() == [1.16, 1.12, 1.11, 1.19, 0.78, 1.19, 0.73, 0.86]
    assert fits.learners.outfit == pytest.approx(fits.learners.infit)
    assert fits.learners.infit_z == pytest.approx([1.2, 0.9, 0.8, 1.4, -2.1, 1.5, -2.4, -1.2], abs=0.15)
    s = separation(c.theta, c.theta_sd)
    assert [round(x, 2) for x in (s.rmse, s.true_sd, s.separation, s.strata, s.reliability)] == [0.15, 0.19, 1.22, 1.97, 0.60]  # fmt: skip
    assert [round(x, 2) for x in (s.sample_separation, s.sample_strata, s.sample_reliability)] == [
        1.36,
        2.15,
        0.65,
    ]
    assert (round(s.chi2, 1), round(s.chi2_random, 1), s.df) == (21.5, 5.3, 7)


def test_intraclass_correlations_of_shrout_and_fleiss():
    # Shrout & Fleiss 1979, Psychological Bulletin 86:420, tables 2 and 4.
    table = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
    found = agreement(ratings([(n, j, 0, x) for n, row in enumerate(table) for j, x in enumerate(row)]))
    assert {key: round(value, 2) for key, value in found.icc.items()} == {
        "ICC1": 0.17, "ICC2": 0.29, "ICC3": 0.71, "ICC1k": 0.44, "ICC2k": 0.62, "ICC3k": 0.91,
    }  # fmt: skip
    assert found.complete


def test_krippendorffs_own_example_with_missing_marks():
    # Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, example C.
    table = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    rows = [
        (unit, j, 0, int(x))
        for j, line in enumerate(table)
        for unit, x in enumerate(line.split())
        if x != "."
    ]
    (found,) = agreement(ratings(rows)).alpha
    assert {level: round(value, 3) for level, value in found.items()} == {
        "nominal": 0.743, "ordinal": 0.815, "interval": 0.849,
    }  # fmt: skip


def test_variance_components_of_an_incomplete_table_are_near_the_complete_one():
    r, _, _ = simulated(learners=150, judges=5, each=5, criteria=1, seed=4)
    whole = agreement(r).icc
    kept = np.random.default_rng(0).random(len(r.score)) < 0.7
    part = replace(
        r, learner=r.learner[kept], judge=r.judge[kept], criterion=r.criterion[kept], score=r.score[kept]
    )
    some = agreement(part)
    assert not some.complete
    for kind in ("ICC1", "ICC2", "ICC3"):
        assert some.icc[kind] == pytest.approx(whole[kind], abs=0.08)


# An independent likelihood


def plain_loglik(r: Ratings, alpha, base, steps, sigma) -> float:
    """Term by term, on a dense grid, with nothing shared with the engine."""
    grid = np.linspace(-8, 8, 1601)
    prior = np.exp(-0.5 * grid**2) / np.exp(-0.5 * grid**2).sum()
    logs = np.zeros((r.n_learners, len(grid)))
    for n, j, c, x in zip(r.learner, r.judge, r.criterion, r.score, strict=True):
        eta = sigma * grid - alpha[j] - base[c]
        weights = np.array([k * eta - sum(steps[:k]) for k in range(len(steps) + 1)])
        logs[n] += weights[x] - np.log(np.exp(weights).sum(axis=0))
    return float(np.log(np.exp(logs) @ prior).sum())


def test_the_marginal_estimate_is_the_top_of_an_independent_likelihood():
    r, _, _ = simulated(learners=40, judges=4, criteria=2, seed=9)
    c = calibrate(r, CalibrationOptions(method="mml", scale="rsm"))
    base = c.location + c.delta
    value = plain_loglik(r, c.alpha, base, c.steps[0], c.sigma)
    assert c.loglik == pytest.approx(value, abs=1e-3)
    h = 1e-3
    for change in (h, -h):
        bump = np.zeros(4)
        bump[0] = change
        assert plain_loglik(r, c.alpha + bump, base, c.steps[0], c.sigma) < value
        assert plain_loglik(r, c.alpha, base + np.array([change, 0]), c.steps[0], c.sigma) < value
        assert plain_loglik(r, c.alpha, base, c.steps[0] + np.array([change, -change, 0, 0]), c.sigma) < value
        assert plain_loglik(r, c.alpha, base, c.steps[0], c.sigma + change) < value


def test_standard_errors_are_the_curvature_of_the_likelihood():
    r, _, _ = simulated(learners=40, judges=2, each=2, criteria=1, levels=2, seed=5)
    c = calibrate(r, CalibrationOptions(method="mml", scale="rsm"))
    # One judge against the other, location and σ: a Hessian by differences, severities at ±a.
    at = np.array([c.alpha[0], c.location, c.sigma])

    def value(p):
        return plain_loglik(r, [p[0], -p[0]], [p[1]], [0.0], p[2])

    h = 2e-2
    hessian = np.zeros((3, 3))
    for i in range(3):
        for k in range(3):
            a, b = np.eye(3)[i] * h, np.eye(3)[k] * h
            hessian[i, k] = (
                value(at + a + b) - value(at + a - b) - value(at - a + b) + value(at - a - b)
            ) / (4 * h * h)
    errors = np.sqrt(np.diag(np.linalg.inv(-hessian)))
    assert c.alpha_se[0] == pytest.approx(errors[0], rel=0.01)


@pytest.mark.parametrize("method", ["eb", "mml", "jml"])
@pytest.mark.parametrize("scale", ["rsm", "pcm", "linear"])
def test_conventions_hold_for_every_method_and_scale(method, scale):
    r, theta, alpha = simulated(seed=11)
    c = calibrate(r, CalibrationOptions(method=method, scale=scale))
    assert c.converged
    assert c.alpha.sum() == pytest.approx(0, abs=1e-8)
    assert c.delta.sum() == pytest.approx(0, abs=1e-8)
    assert all(steps.sum() == pytest.approx(0, abs=1e-8) for steps in c.steps)
    assert np.corrcoef(c.alpha, alpha)[0, 1] > 0.9
    assert np.corrcoef(c.theta, theta)[0, 1] > 0.8
    assert (c.theta_sd > 0).all()
    assert c.fair.min() >= -0.5
    assert c.fair.max() <= 4.5
    if method == "jml":
        assert c.location == 0


def test_shrinkage_draws_severities_together():
    r, _, _ = simulated(seed=3)
    free = calibrate(r, CalibrationOptions(method="mml", scale="rsm"))
    drawn = calibrate(r, CalibrationOptions(scale="rsm", allocation="random"))
    assert np.abs(drawn.alpha).sum() < np.abs(free.alpha).sum()
    assert np.corrcoef(drawn.alpha, free.alpha)[0, 1] > 0.999


def test_where_judges_do_not_differ_the_raw_order_stays_and_it_is_said():
    r, _, _ = simulated(learners=40, severity=0.0, seed=8)
    c = calibrate(r, CalibrationOptions(allocation="random"))
    assert "judges_alike" in codes(c)
    assert np.abs(c.alpha).max() < 0.25


def test_criteria_of_different_maxima():
    r, _, alpha = simulated(seed=6)
    half = np.where(r.criterion == 1, r.score // 2, r.score)
    mixed = replace(r, score=half, max_score=np.array([4, 2, 4]))
    for scale in ("rsm", "pcm", "linear"):
        c = calibrate(mixed, CalibrationOptions(scale=scale))
        assert c.converged
        assert np.corrcoef(c.alpha, alpha)[0, 1] > 0.9
    assert [len(steps) for steps in calibrate(mixed, CalibrationOptions(scale="pcm")).steps] == [4, 2, 4]


# Order of rows, seeds


@pytest.mark.parametrize("options", [{}, {"method": "jml"}, {"scale": "linear"}, {"allocation": "cohort"}])
def test_any_order_of_rows_gives_the_same_bytes(options):
    r, _, _ = simulated(learners=30, seed=2)
    rows = [
        (f"学员{n}", f"评委{j}", f"项{c}", float(x))
        for n, j, c, x in zip(r.learner, r.judge, r.criterion, r.score, strict=True)
    ]

    def told(some):
        return json.dumps(
            calibrate_table(*zip(*some, strict=True), top=5, options=CalibrationOptions(**options))
        )

    first = told(rows)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(rows))
        assert told([rows[i] for i in order]) == first


def test_chances_follow_the_seed_alone():
    r, _, _ = simulated(learners=20)
    a, b, other = (top_n(calibrate(r, CalibrationOptions(seed=seed)), 5, 500).p for seed in (1, 1, 2))
    assert a.tolist() == b.tolist()
    assert a.tolist() != other.tolist()
    assert a.sum() == pytest.approx(5)


def test_ranks_intervals_hold_the_rank_and_chances_fall_with_it():
    r, _, _ = simulated(learners=30)
    c = calibrate(r)
    t = top_n(c, 10, 1000)
    rank = competition_ranks(c.theta, c.subset)
    assert ((t.rank_lo <= rank) & (rank <= t.rank_hi)).all()
    by_rank = t.p[np.argsort(rank)]
    assert by_rank[0] > 0.9 > 0.1 > by_rank[-1]
    assert max(b - a for a, b in pairwise(by_rank)) < 0.12


def test_thousands_of_learners_have_places_without_draws():
    r, _, _ = simulated(learners=300, criteria=2)
    c = calibrate(r, CalibrationOptions(allocation="random"))
    from yingzao.engines.calibration import ranking

    (part,) = c.parts
    drawn = ranking.places(part, 50, 2000, 0, 1.0)
    told = ranking._many(part, 50, 1.0)
    assert np.abs(drawn[0] - told[0]).max() < 0.1
    assert np.abs(drawn[1] - told[1]).mean() < 6


def test_halo_makes_chances_less_sure():
    rng = np.random.default_rng(0)
    r, _, _ = simulated(learners=40, criteria=4, levels=5, seed=5)
    first = r.criterion == 0
    same = np.zeros((40, 6), dtype=int)
    same[r.learner[first], r.judge[first]] = r.score[first]
    copied = np.clip(
        same[r.learner, r.judge] + rng.integers(-1, 2, len(r.score)) * (rng.random(len(r.score)) < 0.2), 0, 4
    )
    halo = replace(r, score=copied)
    c = calibrate(halo, CalibrationOptions(scale="rsm", allocation="random"))
    assert "halo" in codes(c)
    plain = top_n(replace(c, options=replace(c.options, halo=False)), 10, 1000).p
    careful = top_n(c, 10, 1000).p
    assert np.abs(careful - 0.5).mean() < np.abs(plain - 0.5).mean()


# The six finalists


def six(rows=SIX_ROWS, **options):
    return calibrate_table(*zip(*rows, strict=True), options=CalibrationOptions(**options))


@pytest.mark.parametrize("allocation", ["random", "cohort", "unknown"])
@pytest.mark.parametrize("method", ["eb", "mml", "jml"])
def test_six_finalists_are_put_right_to_a_tenth_of_a_mark(method, allocation):
    told = six(method=method, allocation=allocation)
    fair = {row["id"]: row["fair_average"] for row in told["learners"]}
    assert fair == pytest.approx({"A": 90, "B": 88, "C": 86, "D": 84, "E": 82, "F": 80}, abs=0.1)
    assert {row["id"]: row["severity"] for row in told["judges"]} == pytest.approx(
        {"R1": -6, "R2": 0, "R3": 6}, abs=0.1
    )
    assert [row["rank"] for row in told["learners"]] == [1, 2, 3, 4, 5, 6]
    assert [row["raw_rank"] for row in told["learners"]] == [2, 1, 4, 2, 6, 5]
    assert "exact_fit" in [note["code"] for note in told["warnings"]]
    assert (told["fit"]["scale"], told["fit"]["scale_reason"]) == ("linear", "many_levels")


APART = [row for row in SIX_ROWS if row[1] == "R1" or (row[1] == "R3" and row[0] in "AE")]


def test_finalists_without_a_common_judge_are_not_ranked_against_each_other():
    told = six(APART)
    assert told["refused"]["code"] == "disconnected"
    assert told["refused"]["data"]["parts"] == [
        {"learners": ["B", "C", "D", "F"], "judges": ["R1"]},
        {"learners": ["A", "E"], "judges": ["R3"]},
    ]
    assert told["learners"] == []


def test_finalists_in_parts_are_ranked_within_them_when_asked():
    told = six(APART, on_disconnected="per_subset")
    assert {row["id"]: (row["subset"], row["rank"]) for row in told["learners"]} == {
        "B": (1, 1), "C": (1, 2), "D": (1, 3), "F": (1, 4), "A": (2, 1), "E": (2, 2),
    }  # fmt: skip
    assert told["fit"]["subsets"] == 2
    assert "subsets_apart" in [note["code"] for note in told["warnings"]]


def test_parts_taken_as_equally_able_are_ranked_together_and_it_is_said():
    told = six(APART, on_disconnected="assume_exchangeable")
    assert sorted(row["rank"] for row in told["learners"]) == [1, 2, 3, 4, 5, 6]
    assert "exchangeable_assumed" in [note["code"] for note in told["warnings"]]


def test_places_without_one_judge():
    r, _, _ = simulated(learners=20, judges=4, each=2, criteria=1, seed=3)
    c = calibrate(r, CalibrationOptions(on_disconnected="assume_exchangeable"))
    found = leave_one_out(r, c)
    assert [judge for judge, _, _ in found] == [0, 1, 2, 3]
    assert all(len(ranks) == len(fair) == 20 for _, ranks, fair in found)
    for judge, ranks, fair in found:  # as if that judge had never been asked
        rows = r.judge != judge
        fewer = replace(
            r, **{name: getattr(r, name)[rows] for name in ("learner", "judge", "criterion", "score")}
        )
        again = calibrate(fewer, replace(c.options, scale=c.scale))
        np.testing.assert_allclose(fair, again.fair)
        np.testing.assert_array_equal(ranks, competition_ranks(again.theta, again.subset))


# The scale that is chosen


def test_the_scale_is_chosen_by_levels_and_marks():
    r, _, _ = simulated(learners=60)
    assert calibrate(r).scale_reason == "shared_thresholds"
    one, _, _ = simulated(criteria=1)
    assert (calibrate(one).scale, calibrate(one).scale_reason) == ("rsm", "one_criterion")
    rows = [(n, j, 0, 2 * n + j) for n in range(6) for j in range(2)]
    assert calibrate(ratings(rows)).scale_reason == "few_marks_a_level"


def test_thresholds_of_their_own_are_taken_where_criteria_use_levels_differently():
    rng = np.random.default_rng(7)
    rows = []
    for n in range(200):
        ability = rng.normal()
        for j in rng.choice(6, 3, replace=False):
            for c, width in enumerate((0.3, 3.0)):
                steps = np.array([-1.5, -0.5, 0.5, 1.5]) * width
                logs = np.r_[0, np.cumsum(ability - steps)]
                p = np.exp(logs - logs.max())
                rows.append((n, int(j), c, int(rng.choice(5, p=p / p.sum()))))
    c = calibrate(ratings(rows))
    assert (c.scale, c.scale_reason) == ("pcm", "thresholds_differ")


# Panels


def test_panels_that_followed_ability_are_noticed():
    rng = np.random.default_rng(2)
    rows = []
    for n in range(80):
        panel = n // 10
        ability = 0.35 * (panel - 3.5) + rng.normal(0, 0.6)
        for j in (panel, panel + 1):
            for c in range(4):
                logs = np.r_[0, np.cumsum(ability - np.array([-1.5, -0.5, 0.5, 1.5]))]
                p = np.exp(logs - logs.max())
                rows.append((n, j, c, int(rng.choice(5, p=p / p.sum()))))
    r = ratings(rows)
    assert calibrate(r, CalibrationOptions(allocation="cohort")).panels
    assert not calibrate(r, CalibrationOptions(allocation="random")).panels
    plain, _, _ = simulated(learners=60, each=2)
    assert not calibrate(plain).panels


# What is refused


GOOD = [(n, j, 0, (n + j) % 3) for n in range(6) for j in range(2)]


@pytest.mark.parametrize(
    ("rows", "options", "weight", "error"),
    [
        ([(n, j, 0, 2) for n in range(3) for j in range(2)], {}, None, NoInformation),
        (GOOD, {"method": "bayes"}, None, BadOption),
        (GOOD, {"scale": "ratio"}, None, BadOption),
        (GOOD, {"allocation": ""}, None, BadOption),
        (GOOD, {"on_disconnected": "guess"}, None, BadOption),
        (GOOD, {"anchors": {5: 0.0}}, None, BadAnchor),
        (GOOD, {"anchors": {0: float("nan")}}, None, BadAnchor),
        (GOOD, {"anchors": {0: 0.5, 1: 0.5}}, None, BadAnchor),
        (GOOD, {}, np.array([1.0] * 11 + [0.0]), BadWeight),
        (GOOD, {}, np.array([1.0] * 11 + [-1.0]), BadWeight),
        (GOOD, {}, np.array([1.0] * 11 + [np.nan]), BadWeight),
        ([(n, j, 0, 10 * n) for n in range(9) for j in range(2)], {"scale": "rsm"}, None, TooManyLevels),
        ([(0, 0, 0, 1), (0, 1, 0, 2), (1, 2, 0, 1), (1, 3, 0, 0)], {}, None, Disconnected),
    ],
)
def test_what_cannot_be_calibrated_is_refused_by_name(rows, options, weight, error):
    with pytest.raises(error):
        calibrate(ratings(rows, weight=weight), CalibrationOptions(**options))


def test_anchored_severities_stay_where_they_are():
    r, _, alpha = simulated()
    for scale in ("rsm", "linear"):
        for method in ("eb", "mml", "jml"):
            c = calibrate(r, CalibrationOptions(method=method, scale=scale, anchors={0: 1.25}))
            assert c.alpha[0] == pytest.approx(1.25, abs=1e-6)
            assert np.corrcoef(c.alpha[1:], alpha[1:])[0, 1] > 0.9


def test_missing_marks_are_left_out_and_named():
    r, _, _ = simulated(learners=20)
    score = r.score.astype(float)
    score[[3, 7]] = np.nan
    c = calibrate(replace(r, score=score))
    (note,) = [w for w in c.warnings if w.code == "missing_score"]
    assert note.rows == (3, 7)
    kept = ~np.isnan(score)
    same = calibrate(
        replace(
            r, learner=r.learner[kept], judge=r.judge[kept], criterion=r.criterion[kept], score=r.score[kept]
        )
    )
    assert c.theta.tolist() == same.theta.tolist()


def test_weights_count_like_rows():
    r, _, _ = simulated(learners=30, criteria=2)
    twice = Ratings(
        *(np.concatenate([x, x]) for x in (r.learner, r.judge, r.criterion, r.score)),
        r.max_score, r.n_learners, r.n_judges, r.n_criteria, weight=np.ones(2 * len(r.score)),
    )  # fmt: skip
    weighted = replace(r, weight=np.full(len(r.score), 2.0))
    for options in ({"method": "jml"}, {"method": "mml"}, {"scale": "linear", "method": "mml"}):
        a, b = (calibrate(x, CalibrationOptions(**{"scale": "rsm", **options})) for x in (twice, weighted))
        assert a.alpha == pytest.approx(b.alpha, abs=1e-6)
        assert a.theta == pytest.approx(b.theta, abs=1e-6)


# Odd tables


@pytest.mark.parametrize("method", ["eb", "mml", "jml"])
@pytest.mark.parametrize("scale", ["auto", "rsm", "pcm", "linear"])
@pytest.mark.parametrize(
    "rows",
    [
        [(0, j, c, (j + c) % 3) for j in range(3) for c in range(2)],  # one learner
        [(n, 0, c, (2 * n + c) % 4) for n in range(5) for c in range(2)],  # one judge
        [(n, j, 0, (n + j) % 2) for n in range(3) for j in range(2)],  # three learners
        [(n, j, 0, 3 if j == 0 else (n + j) % 4) for n in range(8) for j in range(3)],  # a judge at the top
        [
            (n, j, 0, 0 if n == 0 else 3 if n == 1 else (n + j) % 4) for n in range(8) for j in range(3)
        ],  # extremes
        [(n, j, 0, (n + j) % 2 * 3) for n in range(8) for j in range(3)],  # levels nobody gave, in between
        [(n, j, c, (n + j) % 3) for n in range(8) for j in range(3) for c in range(3)],  # copied criteria
        [
            (n, j, 0, (n * j) % 4) for n in range(8) for j in range(3) if j < 2 or n == 0
        ],  # a judge with one mark
        [
            (n, j, c, 2 if c else (n + j) % 3) for n in range(8) for j in range(3) for c in range(2)
        ],  # a flat criterion
    ],
)
def test_odd_tables_give_finite_figures_or_a_named_refusal(rows, method, scale):
    r = ratings(rows)
    try:
        c = calibrate(r, CalibrationOptions(method=method, scale=scale))
    except CalibrationError:
        return
    assert np.isfinite(c.theta).all()
    assert np.isfinite(c.alpha).all()
    assert np.abs(c.alpha).max() < 12
    fit_statistics(r, c)
    t = top_n(c, 2, 200)
    assert np.isfinite(t.p).all()
    shrunken_separation(c.theta, c.theta_sd)
    agreement(r)


def test_a_report_names_what_is_thin_before_anything_is_estimated():
    rows = [(n, 0, 0, 2 if n else 1) for n in range(6)] + [(0, 1, 0, 1), (5, 2, 0, 0)]
    report = check(ratings(rows, top=2))
    assert (report.n_subsets, report.nullity) == (1, 2)
    found = {(w.code, w.judge) for w in report.warnings}
    assert {("few_marks", None), ("single_judge", None)} <= found


def test_gaps_in_the_indices_are_no_matter():
    r, _, _ = simulated(learners=20)
    spread = replace(r, learner=r.learner * 3 + 1, judge=r.judge * 2, n_learners=70, n_judges=20)
    a, b = calibrate(r), calibrate(spread)
    assert b.theta[r.learner * 3 + 1].tolist() == a.theta[r.learner].tolist()
    assert np.isnan(b.theta[0])
    assert "not_judged" in codes(b)


# At the edge of what a model can hold


@pytest.mark.parametrize("method", ["eb", "mml"])
@pytest.mark.parametrize(("highest", "seed"), [(4, 3), (100, 2)])
def test_learners_that_marks_do_not_tell_apart_are_settled_and_it_is_said(method, highest, seed):
    rng = np.random.default_rng(seed)
    rows = [
        (n, int(j), c, int(np.clip(round(rng.normal(0.6, 0.18) * highest), 0, highest)))
        for n in range(40)
        for j in rng.choice(4, 2, replace=False)
        for c in range(2)
    ]
    c = calibrate(ratings(rows, top=highest), CalibrationOptions(method=method))
    assert c.converged
    assert "learners_alike" in codes(c)
    assert "not_converged" not in codes(c)
    told = calibrate(simulated(seed=5)[0], CalibrationOptions(method=method))
    assert "learners_alike" not in codes(told)


@pytest.mark.parametrize("method", ["eb", "mml", "jml"])
@pytest.mark.parametrize("scale", ["rsm", "pcm"])
def test_judges_at_the_top_throughout_move_no_level(method, scale):
    r, _, _ = simulated(learners=40, judges=4, each=3, seed=2)
    top = replace(r, score=np.where(r.judge == 1, 4, r.score))
    c = calibrate(top, CalibrationOptions(method=method, scale=scale))
    assert c.converged
    assert c.alpha.sum() == pytest.approx(0, abs=1e-8)
    assert c.alpha.argmin() == 1
    assert c.delta.sum() == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("method", ["eb", "mml", "jml"])
def test_thresholds_sum_to_nothing_where_a_level_at_the_end_was_never_given(method):
    r, _, _ = simulated(seed=4)
    r = replace(r, score=np.where((r.criterion == 1) & (r.score == 0), 1, r.score))
    c = calibrate(r, CalibrationOptions(method=method, scale="pcm"))
    assert "unused_category" in codes(c)
    assert all(steps.sum() == pytest.approx(0, abs=1e-8) for steps in c.steps)
    assert c.delta.sum() == pytest.approx(0, abs=1e-8)
    expected = [0.0] * 3
    for k in range(3):
        logs = np.r_[0, np.cumsum(c.theta[0] - c.location - c.delta[k] - c.steps[k])]
        p = np.exp(logs - logs.max())
        expected[k] = float(p @ np.arange(5) / p.sum())
    assert c.fair[0] == pytest.approx(
        np.mean(expected), abs=0.02
    )  # 0.3 marks of 180 in the level nobody gave


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ({"scale": "pcm", "allocation": "cohort"}, [(n, 0, c, (3, 3, 1, 3)[n] + c) for n in range(4) for c in range(2)]),
        ({"scale": "pcm"}, [(0, 0, c, (1, 1, 3, 1)[c]) for c in range(4)]),
        ({"scale": "rsm"}, [(n, 0, c, (5, 3)[c]) for n in range(6) for c in range(2)]),
        (
            {},
            [(0, 0, 0, 4), (1, 2, 0, 0), (2, 3, 0, 2), (3, 1, 0, 4), (3, 2, 0, 0), (3, 0, 0, 4), (4, 0, 0, 3), (4, 3, 0, 3), (4, 2, 0, 1), (5, 2, 0, 0)],
        ),
    ],
)  # fmt: skip
def test_tables_that_leave_much_open_break_nothing(options, rows):
    top = [max(row[3] for row in rows if row[2] == c) for c in range(max(row[2] for row in rows) + 1)]
    with np.errstate(all="raise", under="ignore"):
        c = calibrate(ratings(rows, top=top), CalibrationOptions(on_disconnected="assume_exchangeable", **options))  # fmt: skip
    assert np.isfinite(c.alpha).all()
    assert np.isfinite(c.theta).all()


def test_a_linear_log_likelihood_is_the_restricted_one():
    rng = np.random.default_rng(9)
    true, severe = rng.normal(0, 6, 12), rng.normal(0, 4, 3)
    rows = [
        (n, j, 0, round(75 + true[n] - severe[j] + rng.normal(0, 3)))
        for n in range(12)
        for j in range(3)
        if (n + j) % 3
    ]
    c = calibrate(ratings(rows, top=100), CalibrationOptions(scale="linear", allocation="random"))
    learner, judge, _, score = (np.array(column) for column in zip(*rows, strict=True))
    of_learner, of_judge = np.eye(12)[learner], np.eye(3)[judge]
    noise = c.parts[0].inner.sigma_residual
    v = c.sigma**2 * of_learner @ of_learner.T + c.sigma_judges**2 * of_judge @ of_judge.T
    v += noise**2 * np.eye(len(rows))
    w = np.linalg.inv(v)
    one = np.ones(len(rows))
    mean = one @ w @ score / (one @ w @ one)
    value = -0.5 * (
        (len(rows) - 1) * np.log(2 * np.pi)
        + np.linalg.slogdet(v)[1]
        + np.log(one @ w @ one)
        + (score - mean) @ w @ (score - mean)
    )
    assert c.loglik == pytest.approx(value, abs=1e-6)
