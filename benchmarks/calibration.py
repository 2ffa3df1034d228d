"""How long does a calibration take, and beside RaschPy?

    python -m benchmarks.calibration [--sizes 3000 100000 1000000] [--raschpy VENV] [--json]

Simulated marks (five levels, four judges a learner, five criteria), shuffled. Best of `--repeats` runs in a process of
its own for each size, with fit statistics; memory is the most that the process held. With `--raschpy` the folder of a
virtual environment that has RaschPy 1.4.0: the same marks go through its MFRM, and severities of both are held
against the truth.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SIZES = {
    3_000: (200, 12, 3),
    100_000: (5_000, 50, 4),
    1_000_000: (50_000, 200, 4),
}  # learners, judges, judges a learner
LIMITS = {3_000: (0.06, None), 100_000: (0.5, None), 1_000_000: (3.0, 600)}  # seconds, MB
CRITERIA = 5
STEPS = np.array([-1.5, -0.5, 0.5, 1.5])

RASCHPY = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd
data = np.load(sys.argv[1])
learner, judge, criterion, score = (data[k] for k in ("learner", "judge", "criterion", "score"))
fit = sys.argv[2] == "fit"
frame = pd.DataFrame({"Rater": judge, "Person": learner, "item": criterion, "score": score.astype(float)})
wide = frame.pivot(index=["Rater", "Person"], columns="item", values="score").sort_index()
wide.columns = [f"c{c}" for c in wide.columns]
import raschpy
MFRM = raschpy.MFRM
began = time.perf_counter()
model = MFRM(wide, max_score=4)
model.calibrate_global()
model.person_estimates_global()
if fit:
    model.fit_statistics_global()
seconds = time.perf_counter() - began
severity = model.raters_global
severity = severity.reindex(sorted(severity.index)) if hasattr(severity, "reindex") else pd.Series(severity)
print(json.dumps({"seconds": seconds, "severity": [float(x) for x in severity.to_numpy()]}))
"""


def marks(size: int, seed: int = 20211115) -> dict[str, np.ndarray]:
    learners, judges, each = SIZES[size]
    rng = np.random.default_rng([seed, size])
    theta, alpha = rng.normal(size=learners), rng.normal(0, 0.5, judges)
    chosen = np.array([rng.choice(judges, each, replace=False) for _ in range(learners)])
    learner = np.repeat(np.arange(learners), each * CRITERIA)
    judge = np.repeat(chosen.ravel(), CRITERIA)
    criterion = np.tile(np.arange(CRITERIA), learners * each)
    delta = rng.normal(0, 0.3, CRITERIA)
    eta = theta[learner] - (alpha - alpha.mean())[judge] - (delta - delta.mean())[criterion]
    logs = np.cumsum(np.c_[np.zeros(len(eta)), eta[:, None] - STEPS], axis=1)
    p = np.exp(logs - logs.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    score = np.minimum((rng.random(len(eta))[:, None] > np.cumsum(p, axis=1)).sum(axis=1), 4)
    order = rng.permutation(len(eta))
    return {
        "learner": learner[order].astype(np.int32), "judge": judge[order].astype(np.int32),
        "criterion": criterion[order].astype(np.int32), "score": score[order].astype(np.int16), "alpha": alpha - alpha.mean(),
    }  # fmt: skip


def ours(file: Path, repeats: int, method: str) -> dict[str, float]:
    """In this process: the best time of some runs, memory, and the error of severities."""
    from yingzao.engines.calibration import CalibrationOptions, Ratings, calibrate, fit_statistics

    data = np.load(file)
    sizes = [int(data[key].max()) + 1 for key in ("learner", "judge", "criterion")]
    ratings = Ratings(
        data["learner"],
        data["judge"],
        data["criterion"],
        data["score"],
        np.full(CRITERIA, 4, dtype=np.int16),
        *sizes,
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    best, cpu, found = float("inf"), float("inf"), None
    for _ in range(repeats):
        began, used = time.perf_counter(), time.process_time()
        found = calibrate(ratings, CalibrationOptions(method=method, allocation="random"))  # type: ignore[arg-type]
        fit_statistics(ratings, found)
        best, cpu = min(best, time.perf_counter() - began), min(cpu, time.process_time() - used)
    assert found is not None
    return {
        "seconds": best,
        "cpu_seconds": cpu,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "mb_before": before,
        "rmse": float(np.sqrt(np.mean((found.alpha - data["alpha"]) ** 2))),
        "converged": bool(found.converged),
        "iterations": found.iterations,
    }


def raschpy(file: Path, venv: Path, fit: bool) -> dict[str, float]:
    done = subprocess.run(
        [venv / "bin" / "python", "-c", RASCHPY, file, "fit" if fit else "plain"], capture_output=True, text=True, check=False
    )  # fmt: skip
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1]}  # type: ignore[dict-item]
    told = json.loads(done.stdout.splitlines()[-1])
    severity = np.array(told["severity"])
    truth = np.load(file)["alpha"]
    return {
        "seconds": told["seconds"],
        "rmse": float(np.sqrt(np.mean((severity - severity.mean() - truth) ** 2))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--method", default="eb", choices=["eb", "mml", "jml"])
    parser.add_argument("--raschpy", type=Path, metavar="VENV")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--of", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.of:
        print(json.dumps(ours(options.of, options.repeats, options.method)))
        return
    answers = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "marks.npz"
            np.savez(file, **marks(size))
            command = [
                sys.executable,
                "-m",
                "benchmarks.calibration",
                "--of",
                file,
                "--method",
                options.method,
            ]
            done = subprocess.run([*command, "--repeats", str(options.repeats)], capture_output=True, text=True, check=True, env=os.environ)  # fmt: skip
            row = {
                "marks": size,
                **json.loads(done.stdout),
                "limit_seconds": LIMITS[size][0],
                "limit_mb": LIMITS[size][1],
            }
            if options.raschpy:
                theirs = raschpy(file, options.raschpy, fit=size <= 100_000)
                row["raschpy"] = theirs
                if "seconds" in theirs:
                    row["times_raschpy"] = theirs["seconds"] / row["seconds"]
                    row["rmse_over_raschpy"] = row["rmse"] / theirs["rmse"]
            answers.append(row)
            if not options.json:
                print(*(f"{key}={value:.4g}" if isinstance(value, float) else f"{key}={value}" for key, value in row.items()), flush=True)  # fmt: skip
    if options.json:
        print(json.dumps(answers, indent=1))


if __name__ == "__main__":
    main()
