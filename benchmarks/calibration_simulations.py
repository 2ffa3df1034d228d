"""Do severities cover, do measures keep their slope, do chances hold, and is the order the best to be had?

    python -m benchmarks.calibration_simulations [--replications 200] [--seed 20211115] [--only tau] [--json]

Four questions, each a table: `coverage` of 95 % severity intervals and the slope of estimates on the truth; `top`, the
chance of being among the first ten against how often that was so, by decile; `tau`, Kendall's tau with the true order in
designs with random, chained, weakly linked and streamed judges, beside raw means, z-scores, an additive model and joint
maximum likelihood.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from yingzao.engines.calibration import CalibrationError, CalibrationOptions, Ratings, calibrate, top_n

CRITERIA, LEVELS = 4, 5
STEPS = np.array([-1.5, -0.5, 0.5, 1.5])
CELLS = [  # design, learners, judges a learner, severity SD
    *(("random", 40, 2, sd) for sd in (0.0, 0.5, 1.0, 1.5)),
    ("random", 120, 4, 1.0),
    ("chain", 40, 2, 1.0),
    ("chain", 40, 3, 1.0),
    ("chain", 120, 4, 1.0),
    *(("weak", 40, 2, sd) for sd in (0.0, 0.5, 1.0)),
    ("weak", 40, 3, 1.0),
    ("weak", 120, 2, 1.5),
    ("weak", 120, 4, 1.0),
    *(("streamed", 40, 3, sd) for sd in (0.0, 1.0)),
    ("streamed", 120, 4, 1.0),
]


def design(
    kind: str, learners: int, each: int, rng: np.random.Generator
) -> tuple[list[list[int]], np.ndarray | None]:
    """The judges of each learner; for streamed designs also each learner's panel."""
    size = 10
    if kind == "random":
        judges = max(learners // 5, each + 2)
        return [sorted(rng.choice(judges, each, replace=False).tolist()) for _ in range(learners)], None
    panels = learners // size
    panel = np.repeat(np.arange(panels), size)
    if kind in ("chain", "streamed"):  # neighbouring panels share all judges but one
        sheets = [list(range(p, p + each)) for p in panel.tolist()]
        return sheets, panel if kind == "streamed" else None
    sheets = [list(range(p * each, (p + 1) * each)) for p in panel.tolist()]
    for p in range(panels - 1):  # two learners of each panel are marked by the next one too
        for n in (p * size, p * size + 1):
            sheets[n] = sheets[n] + [(p + 1) * each + k for k in range(each)]
    return sheets, None


def simulate(
    kind: str, learners: int, each: int, severity: float, rng: np.random.Generator, *, halo: float = 0.5, criteria: int = CRITERIA
) -> tuple[Ratings, np.ndarray, np.ndarray]:  # fmt: skip
    """Marks, true measures, true severities."""
    sheets, panel = design(kind, learners, each, rng)
    theta = rng.normal(size=learners)
    if panel is not None:  # panels go by ability with a correlation of 0.7
        rank = np.argsort(np.argsort(0.7 * theta + np.sqrt(1 - 0.49) * rng.normal(size=learners)))
        theta = theta[np.argsort(rank)]
    judges = max(max(of) for of in sheets) + 1
    alpha = rng.normal(0, severity, judges) if severity else np.zeros(judges)
    delta = rng.normal(0, 0.3, criteria)
    learner = np.repeat(np.arange(learners), [len(of) * criteria for of in sheets])
    judge = np.concatenate([np.repeat(of, criteria) for of in sheets])
    criterion = np.tile(np.arange(criteria), sum(map(len, sheets)))
    effect = np.repeat(rng.normal(0, halo, sum(map(len, sheets))), criteria) if halo else 0.0
    return (
        rate(learner, judge, criterion, theta[learner] - alpha[judge] - delta[criterion] + effect, rng),
        theta,
        alpha,
    )


def rate(learner: np.ndarray, judge: np.ndarray, criterion: np.ndarray, eta: np.ndarray, rng: np.random.Generator) -> Ratings:  # fmt: skip
    logs = np.cumsum(np.c_[np.zeros(len(eta)), eta[:, None] - STEPS], axis=1)
    p = np.exp(logs - logs.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    score = (rng.random(len(eta))[:, None] > np.cumsum(p, axis=1)).sum(axis=1)
    n_criteria = int(criterion.max()) + 1
    return Ratings(
        learner, judge, criterion, np.minimum(score, LEVELS - 1), np.full(n_criteria, LEVELS - 1),
        int(learner.max()) + 1, int(judge.max()) + 1, n_criteria,
    )  # fmt: skip


# The other ways to an order


def raw_mean(r: Ratings) -> np.ndarray:
    return np.bincount(r.learner, weights=r.score) / np.bincount(r.learner)


def z_score(r: Ratings) -> np.ndarray:
    mean = np.bincount(r.judge, weights=r.score) / np.maximum(np.bincount(r.judge), 1)
    square = np.bincount(r.judge, weights=(r.score - mean[r.judge]) ** 2) / np.maximum(
        np.bincount(r.judge), 1
    )
    z = (r.score - mean[r.judge]) / np.sqrt(np.maximum(square[r.judge], 1e-9))
    return np.bincount(r.learner, weights=z) / np.bincount(r.learner)


def engine(**options: Any) -> Callable[[Ratings], np.ndarray]:
    """The measures of a calibration; raw means where it refuses."""

    def measure(r: Ratings) -> np.ndarray:
        try:
            return calibrate(r, CalibrationOptions(**options)).theta
        except CalibrationError:
            return raw_mean(r)

    return measure


METHODS: dict[str, Callable[[Ratings], np.ndarray]] = {
    "raw": raw_mean,
    "z": z_score,
    "additive": engine(method="jml", scale="linear"),
    "jml": engine(method="jml", scale="rsm"),
    "unknown": engine(scale="rsm"),
    "random": engine(scale="rsm", allocation="random"),
    "cohort": engine(scale="rsm", allocation="cohort"),
}


def kendall(a: np.ndarray, b: np.ndarray) -> float:
    i, j = np.triu_indices(len(a), 1)
    return float(np.mean(np.sign(np.round(a[i] - a[j], 9)) * np.sign(b[i] - b[j])))


def tau(replications: int, seed: int) -> list[dict[str, Any]]:
    rows = []
    for number, cell in enumerate(CELLS):
        found: dict[str, list[float]] = {name: [] for name in METHODS}
        for replication in range(replications):
            r, theta, _ = simulate(*cell, np.random.default_rng([seed, number, replication]))
            for name, method in METHODS.items():
                found[name].append(kendall(method(r), theta))
        means = {name: round(float(np.mean(values)), 4) for name, values in found.items()}
        mine = means["cohort" if cell[0] == "streamed" else "random"]
        best = max(means[name] for name in ("z", "additive", "jml"))
        floor = best - 0.005 if cell[3] >= 0.5 else means["raw"] - 0.025
        rows.append(
            {"design": cell[0], "learners": cell[1], "each": cell[2], "sd": cell[3], **means,
             "margin": round(mine - floor, 4), "margin_unknown": round(means["unknown"] - floor, 4)}
        )  # fmt: skip
    return rows


def coverage(replications: int, seed: int) -> list[dict[str, Any]]:
    rows = []
    for criteria, each in ((2, 3), (4, 2), (4, 3), (4, 6)):
        for method in ("eb", "mml"):
            inside, estimates, truths, measures, abilities = [], [], [], [], []
            for replication in range(replications):
                rng = np.random.default_rng([seed, criteria, each, replication])
                learner = np.repeat(np.arange(100), each * criteria)
                judge = np.concatenate(
                    [np.repeat(rng.choice(6, each, replace=False), criteria) for _ in range(100)]
                )
                criterion = np.tile(np.arange(criteria), 100 * each)
                theta, alpha = rng.normal(size=100), rng.normal(0, 0.5, 6)
                alpha -= alpha.mean()
                r = rate(learner, judge, criterion, theta[learner] - alpha[judge], rng)
                c = calibrate(r, CalibrationOptions(method=method, scale="rsm", allocation="random"))
                inside += (np.abs(c.alpha - alpha) <= 1.96 * c.alpha_se).tolist()
                estimates += c.alpha.tolist()
                truths += alpha.tolist()
                measures += c.theta.tolist()
                abilities += theta.tolist()
            slope = np.cov(estimates, truths)[0, 1] / np.var(truths)
            back = np.cov(measures, abilities)[0, 1] / np.var(measures)
            rows.append(
                {"marks_a_learner": criteria * each, "method": method, "coverage": round(float(np.mean(inside)), 4),
                 "slope_of_severities": round(float(slope), 4), "slope_of_truth_on_measures": round(float(back), 4)}
            )  # fmt: skip
    return rows


def top(replications: int, seed: int) -> list[dict[str, Any]]:
    rows = []
    for halo in (0.0, 0.5, 1.0):
        said, true = [], []
        for replication in range(replications):
            rng = np.random.default_rng([seed, int(halo * 10), replication])
            r, theta, _ = simulate("random", 40, 3, 0.7, rng, halo=halo)
            c = calibrate(r, CalibrationOptions(scale="rsm", allocation="random"))
            said += top_n(c, 10, 1000).p.tolist()
            true += (np.argsort(np.argsort(-theta)) < 10).tolist()
        p, hit = np.array(said), np.array(true)
        decile = np.minimum((p * 10).astype(int), 9)
        worst = 0.0
        for d in range(10):
            some = decile == d
            off = float(p[some].mean() - hit[some].mean()) if some.sum() >= 20 else 0.0
            worst = max(worst, abs(off))
            rows.append(
                {"halo": halo, "decile": d, "n": int(some.sum()), "said": round(float(p[some].mean()), 3) if some.any() else None,
                 "true": round(float(hit[some].mean()), 3) if some.any() else None}
            )  # fmt: skip
        rows.append({"halo": halo, "worst": round(worst, 3), "limit": 0.08 if halo >= 1 else 0.06})
    return rows


QUESTIONS = {"coverage": coverage, "top": top, "tau": tau}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20211115)
    parser.add_argument("--only", choices=sorted(QUESTIONS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    answers = {}
    for name in [options.only] if options.only else list(QUESTIONS):
        began = time.perf_counter()
        answers[name] = QUESTIONS[name](options.replications, options.seed)
        if not options.json:
            print(f"{name} ({time.perf_counter() - began:.0f} s)")
            for row in answers[name]:
                print("  ", *(f"{key}={value}" for key, value in row.items()))
    if options.json:
        print(json.dumps(answers, indent=1))


if __name__ == "__main__":
    main()
