"""`kill -9` at random moments while phones check in: is every acknowledged check-in there, once, and does everything follow?

    python -m benchmarks.checkin_crash [--kills 200] [--phones 16] [--learners 1500] [--seed 1] [--json]

An instance in a temporary folder is served by `yingzao serve`. Phones post check-ins one after another; after a random while one
process of the group, chosen at random, is killed outright, whatever is left of the group as well, and the server is started again.
A check-in that got no answer is sent again with the same key, as a phone does. At the end the ledger is compared with the answers,
and `recompute` has to find no difference.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

from benchmarks.checkin import free_port, run_json, until_served

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--phones", type=int, default=16)
    parser.add_argument("--learners", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = _crash(folder, asked)
    if asked.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name}: {value}" for name, value in found.items()))
    good = not (
        found["acknowledged_and_lost"] or found["twice"] or found["differences"] or found["odd_answers"]
    )
    sys.exit(0 if good and found["acknowledged"] else 1)


def _crash(folder: str, asked: argparse.Namespace) -> dict:
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith("YINGZAO_") and k != "DATABASE_URL"
    }
    environment |= {
        "YINGZAO_DATA": folder,
        "DJANGO_SETTINGS_MODULE": "yingzao.project.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    run = [sys.executable, "-m", "benchmarks.checkin_instance"]
    made = run_json([*run, "make", str(asked.learners), "4", str(asked.phones)], environment)
    hall = Hall(made, free_port())
    dice = random.Random(asked.seed)
    threads = [threading.Thread(target=hall.phone, args=(number,)) for number in range(asked.phones)]
    served = _serve(folder, hall.port, environment)
    for thread in threads:
        thread.start()
    for kill in range(asked.kills):
        time.sleep(dice.uniform(0.05, 0.8))
        group = [served.pid, *_descendants(served.pid)]
        os.kill(dice.choice(group), signal.SIGKILL)
        for pid in group:
            _end(pid)
        served.wait()
        if kill + 1 < asked.kills:
            served = _serve(folder, hall.port, environment)
    served = _serve(folder, hall.port, environment)
    time.sleep(1)
    hall.is_open = False
    for thread in threads:
        thread.join()
    served.terminate()
    served.wait(30)
    counted = run_json([*run, "count"], environment)
    kept = set(counted["scans"])
    return {
        "kills": asked.kills,
        "acknowledged": len(hall.acknowledged),
        "acknowledged_and_lost": len(hall.acknowledged - kept),
        "sent_again": hall.sent_again,
        "kept_without_an_answer": len(kept - hall.acknowledged),
        "twice": counted["twice"] + len(counted["scans"]) - len(kept),
        "differences": counted["differences"],
        "odd_answers": len(hall.odd),
    }


class Hall:
    """Phones that check in learners until the hall closes."""

    def __init__(self, made: dict, port: int) -> None:
        self.made, self.port = made, port
        self.is_open = True
        self.acknowledged: set[str] = set()
        self.sent_again = 0
        self.odd: list[str] = []
        self._learners = [(stop, shown) for stop in made["stops"] for shown in made["passes"]]
        self._next = iter(range(10**9))
        self._turn = threading.Lock()

    def phone(self, number: int) -> None:
        line: http.client.HTTPConnection | None = None
        while self.is_open:
            with self._turn:
                stop, shown = self._learners[next(self._next) % len(self._learners)]
            key = str(uuid.uuid4())
            tries = 0
            while True:  # the phone keeps it until the server says that it has it
                try:
                    if line is None:
                        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                    answer = self._post(line, number, key, stop, shown)
                except (OSError, http.client.HTTPException, ValueError):
                    line = None
                    tries += 1
                    time.sleep(0.05)
                    if not self.is_open and tries > 20:
                        return
                    continue
                break
            self.sent_again += tries > 0
            if answer["key"] == key and answer["state"] in ("counted", "again"):
                self.acknowledged.add(key)
            else:
                self.odd.append(json.dumps(answer))

    def _post(self, line: http.client.HTTPConnection, number: int, key: str, stop: str, shown: str) -> dict:
        now = int(time.time() * 1000)
        item = json.dumps({"key": key, "do": "in", "at": now, "stop": stop, "pass": shown})
        body = {"ticket": self.made["tickets"][number], "device": self.made["devices"][number], "clock": now}
        line.request(
            "POST",
            "/checking-in/",
            json.dumps(body | {"items": [item]}),
            {"Content-Type": "application/json"},
        )
        answer = line.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise ValueError(answer.status)
        return json.loads(told)["receipts"][0]


def _serve(folder: str, port: int, environment: dict) -> subprocess.Popen:
    served = subprocess.Popen(
        [sys.executable, "-m", "yingzao", "--data", folder, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until_served(port, "/healthz")
    return served


def _descendants(pid: int) -> list[int]:
    """Children of a process, and theirs, as /proc tells."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if entry.isdecimal():
            try:
                told = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry)] = int(told[1])
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        children = [child for child, parent in parents.items() if parent == one]
        found += children
        waiting += children
    return found


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
