"""The gate: `check`, and the tests on `sqlite`, on `postgres` and in a `browser`. Each failure says what to do.

    python tools/gate.py check
    python tools/gate.py sqlite postgres browser [-- PYTEST OPTIONS]

Every part runs, also after another failed. Times are held against a budget for two cores; a part over its budget is
named, not failed, since a slower machine is nobody's mistake.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# Compiled once for all the processes that tests start, also where the environment tells Python to keep nothing.
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
BUDGET_MINUTES = {"check": 2, "sqlite": 7, "postgres": 6, "browser": 10}
TLS = {"YINGZAO_TLS": "1", "DJANGO_SETTINGS_MODULE": "yingzao.project.settings"}
# what → (command, environment, what to do when it fails); the longest first
CHECKS = {
    "types": ([BIN / "mypy", "src/yingzao"], {}, "Mend the types; mypy names file and line."),
    "translations": (
        [sys.executable, "tools/messages.py", "check"],
        {},
        "Run: make messages, translate what is missing, python tools/messages.py fill ROOM FILE.json",
    ),
    "templates": ([BIN / "djlint", "src", "--lint", "--quiet"], {}, "Mend the lines named; the rules are in pyproject.toml."),
    "migrations": (
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        {"DJANGO_SETTINGS_MODULE": "yingzao.project.settings"},
        "Models changed without a migration. Run: python -m django makemigrations",
    ),
    "deployment": (
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        TLS,
        "Django names the setting; src/yingzao/project/settings.py holds it.",
    ),
    "imports": ([BIN / "lint-imports", "--no-logo"], {}, "An import points up. docs/architecture.md says what may know what."),
    "format": ([BIN / "ruff", "format", "--check", "."], {}, "Run: .venv/bin/ruff format"),
    "lint": ([BIN / "ruff", "check", "."], {}, "Run: .venv/bin/ruff check --fix, and mend the rest."),
}  # fmt: skip
WITHOUT_DATABASE = (
    "browser", "architecture", "cli", "engines", "integrations", "articles/test_parts.py", "notices/test_kill.py", "visits/test_crash.py", "courses/rules", "courses/readers",
)  # fmt: skip
# A file's tests go to one worker, which builds once what they share; in the order of tests/conftest.py, long ones first.
BY_FILE = ("--dist=loadfile", "--no-loadscope-reorder")
ONE_BY_ONE = ("--dist=loadgroup",)  # no groups: whichever worker is free takes the next
TESTS = {
    "sqlite": (["tests", "--ignore=tests/browser", *BY_FILE], {}),
    # What asks no database, or makes an instance of its own, has run by then. tests/conftest.py leaves out every other
    # test that may not ask the database; these here are not even read in.
    "postgres": (
        ["tests", *(f"--ignore=tests/{part}" for part in WITHOUT_DATABASE), *BY_FILE],
        {"YINGZAO_TEST_DATABASE": "postgres"},
    ),
    "browser": (["tests/browser", *ONE_BY_ONE], {}),
}
ADVICE = {
    "sqlite": "One test again, with output: .venv/bin/pytest -x PATH::TEST",
    "postgres": "One test again: YINGZAO_TEST_DATABASE=postgres .venv/bin/pytest -x PATH::TEST  (order, case and types are stricter than in SQLite)",
    "browser": "Pictures and traces of what failed lie in test-results/. One test again: .venv/bin/pytest PATH::TEST",
}  # fmt: skip


def run_checks() -> bool:
    def run(item):
        what, (command, environment, advice) = item
        began = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | COMPILED | {"PYTHONPATH": "src"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return what, done.returncode == 0, done.stdout, time.monotonic() - began, advice

    good = True
    with ThreadPoolExecutor(max_workers=2) as pool:
        for what, passed, output, seconds, advice in pool.map(run, CHECKS.items()):
            good &= passed
            if not passed:
                print(output.rstrip())
            print(
                f"{'✓' if passed else '✗'} {what} ({seconds:.0f} s)" + ("" if passed else f"\n  {advice}"),
                flush=True,
            )
    return good


def run_tests(part: str, options: list[str]) -> bool:
    arguments, environment = TESTS[part]
    with tempfile.TemporaryDirectory(prefix="yingzao-gate-") as scratch:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                *arguments,
                "-q",
                "-n",
                "auto",
                "--durations=20",
                *options,
            ],
            cwd=ROOT,
            env=os.environ | COMPILED | {"TMPDIR": scratch} | environment,
        )
    return done.returncode == 0


def main() -> None:
    given = sys.argv[1:]
    parts, options = (
        (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    )
    if not parts or set(parts) - set(BUDGET_MINUTES):
        sys.exit(__doc__)
    lines, good = [], True
    for part in parts:
        print(f"\n══ {part} " + "═" * 60, flush=True)
        began = time.monotonic()
        passed = run_checks() if part == "check" else run_tests(part, options)
        minutes = (time.monotonic() - began) / 60
        over = f", over its budget of {BUDGET_MINUTES[part]}" if minutes > BUDGET_MINUTES[part] else ""
        lines.append(f"{'✓' if passed else '✗'} {part}: {minutes:.1f} minutes{over}")
        if not passed and part in ADVICE:
            lines.append(f"  {ADVICE[part]}")
        good &= passed
    print("\n" + "\n".join(lines))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
