"""A survey of residents answered by 300 phones at once, each of which sends its answer twice: none lost, none counted twice.

    python benchmarks/survey.py [--phones 300] [--postgres] [--json]

The instance is made in a temporary folder (SQLite, synchronous=FULL) and served by `yingzao serve`. All phones open the page at the same moment,
all send at the same moment, and all send the same once more. Afterwards the table is counted: every acknowledged answer is there, once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.checkin import _postgres, free_port, phones, run_json, until_served  # noqa: E402  the path is set first

LIMIT_P99 = 10.0  # seconds, of three hundred who press at the same moment
PATIENCE = 300.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--phones", type=int, default=300)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = {"SQLite": _answered(asked.phones, None)}
    if asked.postgres:
        with _postgres() as url:
            found["PostgreSQL"] = _answered(asked.phones, url)
    if asked.json:
        print(json.dumps(found))
    good = True
    for name, row in found.items():
        lost = row["phones"] - row["there"]
        lines = [
            (
                row["send"]["p99_ms"] < LIMIT_P99 * 1000,
                f"sent: p99 {row['send']['p99_ms']:.0f} ms against {LIMIT_P99 * 1000:.0f} ms",
            ),
            (not row["send"]["wrong"] and not row["again"]["wrong"], "every phone was answered, both times"),
            (
                lost == 0 and row["all"] == row["phones"] == row["lines"],
                f"{lost} lost, {row['all'] - row['there']} too many",
            ),
        ]
        good = good and all(is_good for is_good, _line in lines)
        if not asked.json:
            for what in ("open", "send", "again"):
                told = {
                    key: row[what][key]
                    for key in ("per_second", "median_ms", "p99_ms", "slowest_ms", "wrong")
                }
                print(f"{name} {what}: " + ", ".join(f"{key} {value}" for key, value in told.items()))
            for is_good, line in lines:
                print(("✓ " if is_good else "✗ ") + line)
    sys.exit(0 if good else 1)


def _answered(count: int, database: str | None) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "YINGZAO_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "yingzao.project.settings",
            "PYTHONPATH": str(ROOT / "src"),
        }
        environment.pop("DATABASE_URL", None)
        if database:
            environment["DATABASE_URL"] = database
        run = [sys.executable, "-m", "benchmarks.survey_instance"]
        path = f"/s/{run_json([*run, 'make'], environment)['token']}/"
        port = free_port()
        served = subprocess.Popen(
            [sys.executable, "-m", "yingzao", "--data", folder, "serve", "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        keys = [str(uuid.uuid4()) for _phone in range(count)]
        sendings = [[_sending(path, key, number)] for number, key in enumerate(keys)]
        opening = [[f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()] for _key in keys]
        try:
            until_served(port, "/healthz")
            found = {
                "open": phones(port, opening, PATIENCE, b"data-resident-survey"),
                "send": phones(port, sendings, PATIENCE, b"sent=thanks"),
                "again": phones(port, sendings, PATIENCE, b"sent=known"),
            }
        finally:
            served.terminate()
            served.wait(20)
        counted = subprocess.run(
            [*run, "count"],
            env=environment,
            cwd=ROOT,
            input=json.dumps(keys),
            capture_output=True,
            text=True,
            check=True,
        )
    return found | {"phones": count} | json.loads(counted.stdout.splitlines()[-1])


def _sending(path: str, key: str, number: int) -> bytes:
    fields = [
        ("key", key),
        ("version", "1"),
        ("seen", "age years needs elder_what elder_count join say"),
        ("consent", "yes"),
        ("q-age", "60_74"),
        ("q-years", "o10"),
        ("q-needs", "elder"),
        ("q-needs", "clean"),
        ("q-elder_what", "meal"),
        ("q-elder_count", "2"),
        ("q-say", f"楼道里堆着杂物，晚上看不清，第 {number} 户"),
    ]
    body = urlencode(fields).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


if __name__ == "__main__":
    main()
