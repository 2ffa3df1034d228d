"""10,000 heartbeats of players in a minute, and pages meanwhile: the pages' slowest twentieth against 300 ms, and none lost.

    python benchmarks/heartbeats.py [--beats 10000] [--seconds 60] [--pages 4]

Makes an instance of its own in a temporary folder (SQLite, synchronous=FULL), serves it with `yingzao serve`, and lets players send a
heartbeat every fifteen seconds each, over connections that stay open, while learners open the page of a lesson `--pages` times a
second. Players and learners are threads of this program on the same machine. Afterwards the log is counted: every heartbeat
that was answered is there, once, and `close_idle_sessions` makes one fact of each session.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

import urllib3

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.programme import learning_programme

LIMIT = 0.3
BEAT_SECONDS = 15
SENDERS = 40  # threads that send for the players


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--beats", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pages", type=float, default=4)
    asked = parser.parse_args()
    players = round(asked.beats * BEAT_SECONDS / asked.seconds)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["YINGZAO_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "yingzao.project.settings"
        os.environ.pop("DATABASE_URL", None)
        tickets, path, cookies = _instance(players)
        port = _free_port()
        command = [sys.executable, "-m", "yingzao", "--data", folder, "serve", "--port", str(port)]
        served = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            beats, pages, wrong = _watch(port, tickets, path, cookies, asked)
        finally:
            served.terminate()
            served.wait(20)
        kept, facts = _count()
    for name, seconds in (("heartbeats", beats), ("pages meanwhile", pages)):
        print(
            f"{name}: {len(seconds)}, median {statistics.median(seconds) * 1000:.0f} ms, p95 {_p95(seconds) * 1000:.0f} ms, "
            f"slowest {max(seconds) * 1000:.0f} ms"
        )
    print(
        f"{len(beats)} answered, {kept} in the log, {facts} sessions became evidence, {wrong} wrong answers"
    )
    good = _p95(pages) < LIMIT and kept == len(beats) and not wrong
    print("within the limit" if good else f"OVER THE LIMIT of {LIMIT * 1000:.0f} ms, or something was lost")


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _watch(port: int, tickets: list[str], path: str, cookies: list[str], asked: argparse.Namespace):
    pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=SENDERS + 20, timeout=30)
    _until_served(pool)
    sessions = [str(uuid.uuid4()) for _ticket in tickets]
    beats: list[float] = []
    pages: list[float] = []
    wrong: list[int] = []
    begun, wall = time.perf_counter(), time.time()
    rounds = int(asked.seconds // BEAT_SECONDS)

    def send(first: int) -> None:
        for turn in range(rounds):
            for player in range(first, len(tickets), SENDERS):
                at = BEAT_SECONDS * (turn + player / len(tickets))
                time.sleep(max(begun + at - time.perf_counter(), 0))
                start = int((wall + at) * 1000) - BEAT_SECONDS * 1000
                piece = [turn, turn * 15_000, turn * 15_000 + 15_000, start, 15_000]
                body = {
                    "ticket": tickets[player],
                    "session": sessions[player],
                    "pieces": [piece],
                    "clock": start,
                }
                beats.append(
                    _ask(pool, "POST", "/watching/", wrong, body=body | {"clock": int(time.time() * 1000)})
                )

    def read() -> None:
        count = int(asked.seconds * asked.pages)
        for number in range(count):
            at = number / asked.pages
            time.sleep(max(begun + at - time.perf_counter(), 0))
            threading.Thread(target=look, args=(cookies[number % len(cookies)],)).start()

    def look(cookie: str) -> None:
        pages.append(_ask(pool, "GET", path, wrong, cookie=cookie))

    threads = [threading.Thread(target=send, args=(n,)) for n in range(SENDERS)]
    threads.append(threading.Thread(target=read))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(1)
    return beats, pages, len(wrong)


def _ask(
    pool, method: str, path: str, wrong: list[int], *, cookie: str = "", body: dict | None = None
) -> float:
    asked = time.perf_counter()
    headers = {"Cookie": f"sessionid={cookie}"} if cookie else {}
    try:
        answer = pool.request(
            method,
            path,
            headers=headers,
            body=json.dumps(body) if body else None,
            redirect=False,
            retries=False,
        )
        status = answer.status
        if body and not json.loads(answer.data).get("taken"):
            status = 0
    except (urllib3.exceptions.HTTPError, ValueError):
        status = 0
    if status != 200:
        wrong.append(status)
    return time.perf_counter() - asked


def _until_served(pool: urllib3.HTTPConnectionPool) -> None:
    for _try in range(120):
        try:
            if pool.request("GET", "/healthz", retries=False).status < 500:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.5)
    sys.exit("the server did not begin")


def _count() -> tuple[int, int]:
    from yingzao.activities.actions import watching
    from yingzao.activities.models import WatchPiece
    from yingzao.core.clock import now

    return WatchPiece.objects.count(), watching.close_idle_sessions(now() + dt.timedelta(minutes=10))


def _instance(players: int) -> tuple[list[str], str, list[str]]:
    """A course with one film of an hour, as many learners with a ticket each, and sessions of twenty of them."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connections

    from yingzao.activities import actions as activities
    from yingzao.activities.actions.watching import ticket_for
    from yingzao.core.clock import now
    from yingzao.courses import actions as courses
    from yingzao.enrolment.models import Enrolment
    from yingzao.people import actions as people
    from yingzao.people.models import Person
    from yingzao.people.queries import current_privacy_notice

    office, organiser, programme = learning_programme()
    people_rows = [Person(username=f"learner{n}", display_name=f"学员{n:04}") for n in range(players)]
    Person.objects.bulk_create(people_rows)
    Enrolment.objects.bulk_create(
        Enrolment(
            organisation=office,
            programme=programme,
            person=person,
            name=person.display_name,
            number=f"{n:04}",
        )
        for n, person in enumerate(people_rows)
    )
    course = activities.save_activity(
        programme=programme,
        by=organiser,
        kind="course",
        values={"title": "怎样找到楼组长", "rule": {}},
        extras={},
    )
    lesson = courses.add_lesson(activity=course, title="先听居民说", kind="video", unit=None, by=organiser)
    video = activities.make_video(
        activity=course,
        part=lesson.part,
        title="先听居民说",
        source="address",
        url="https://video.example.org/1.mp4",
        seconds=3600,
        by=organiser,
    )
    opened = now() - dt.timedelta(minutes=1)
    tickets = [ticket_for(one, video, opened) for one in Enrolment.objects.order_by("pk")]
    cookies, notice = [], current_privacy_notice()
    for person in people_rows[:20]:
        if notice:
            people.agree_to_notice(person=person, notice=notice)
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        cookies.append(session.session_key)
    connections.close_all()
    return tickets, f"/my/courses/{course.code}/{lesson.part.code}/", cookies


if __name__ == "__main__":
    main()
