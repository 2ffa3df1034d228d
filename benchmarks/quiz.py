"""500 people hand in a quiz of 50 questions within a minute, and none is lost.

    python benchmarks/quiz.py [--people 500] [--questions 50] [--seconds 60] [--saves 5]

Makes an instance of its own in a temporary folder (SQLite), serves it with `yingzao serve`, and lets as many phones save some
answers one by one and then hand in with all the rest, at moments spread over the minute, most of them late, as when a time is
up. Afterwards each attempt, its answers, its score and its one fact are counted in the database. The phones are threads of
this program on the same machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

import urllib3
from session_page import _free_port, _instance, _until_served


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--saves", type=int, default=5, help="answers that each saves before handing in")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["YINGZAO_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "yingzao.project.settings"
        os.environ.pop("DATABASE_URL", None)
        _instance(asked.people)
        papers = _quiz(asked.questions)
        port = _free_port()
        command = [sys.executable, "-m", "yingzao", "--data", folder, "serve", "--port", str(port)]
        served = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            saves, hands, wrong, took = _answer(port, papers, asked)
        finally:
            served.terminate()
            served.wait(20)
        lost = _lost(asked)
    for name, seconds in (("saving one answer", saves), ("handing in", hands)):
        seconds.sort()
        n = len(seconds)
        print(
            f"{name}: {n} requests, median {seconds[n // 2] * 1000:.0f} ms, p95 {seconds[int(n * 0.95)] * 1000:.0f} ms, "
            f"slowest {seconds[-1] * 1000:.0f} ms"
        )
    print(
        f"{asked.people} people × {asked.questions} questions in {took:.1f} s; {wrong} wrong answers; {lost}"
    )
    print("none lost" if not wrong and lost == "nothing is missing" else "SOMETHING IS LOST")


def _quiz(questions: int) -> list[tuple[str, dict[int, str]]]:
    """A quiz in a course; an attempt of every learner: (its ticket, place → the right option)."""
    from django.db import connections

    from yingzao.activities import actions as activities
    from yingzao.core.ports import OptionIn, QuestionIn
    from yingzao.courses import actions as courses
    from yingzao.courses.queries.quizzes import quiz_of
    from yingzao.people.models import Person
    from yingzao.programmes.models import Programme

    programme = Programme.objects.get()
    by = Person.objects.get(phone__contains="13800138000")
    course = activities.save_activity(
        programme=programme, by=by, kind="course", values={"title": "议事协商", "rule": {}}, extras={}
    )
    part = courses.add_lesson(activity=course, title="结业测验", kind="quiz", unit=None, by=by).part
    courses.set_quiz(part=part, values={"minutes": 60, "shuffles_questions": True}, passing="0.6", by=by)
    quiz = quiz_of(part)
    pool = courses.save_pool(programme=programme, name="题库", by=by)
    for number in range(questions):
        options = tuple(OptionIn(f"选项{n}", n == number % 4) for n in range(4))
        courses.write_question(
            pool=pool, asked=QuestionIn(1, "single", f"第{number}问？", options=options), by=by
        )
    courses.set_items(quiz=quiz, lines=[courses.Line(pool=pool, count=questions)], by=by)
    papers = []
    for enrolment in programme.enrolments.select_related("person", "programme"):
        attempt = courses.begin_attempt(quiz=quiz, enrolment=enrolment, by=enrolment.person)
        key = {i.place: i.version.key["right"][0] for i in attempt.items.select_related("version")}
        papers.append((courses.ticket_for(attempt), key))
    connections.close_all()
    return papers


def _answer(port: int, papers: list[tuple[str, dict[int, str]]], asked: argparse.Namespace):
    pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=len(papers), timeout=60)
    _until_served(pool)
    rng = random.Random(5)
    saves: list[float] = []
    hands: list[float] = []
    wrong: list[str] = []
    begun = time.perf_counter()

    def send(ticket: str, places: list[int], key: dict[int, str], into: list[float], hand_in: bool) -> None:
        now = int(time.time() * 1000)
        body = {
            "ticket": ticket,
            "clock": now,
            "hand_in": hand_in,
            "answers": [[p, [key[p]], now] for p in places],
        }
        at = time.perf_counter()
        try:
            answer = pool.request("POST", "/my/quiz/send/", body=json.dumps(body), retries=False)
            told = answer.json() if answer.status == 200 else {"state": answer.status}
        except urllib3.exceptions.HTTPError as failure:
            told = {"state": repr(failure)}
        into.append(time.perf_counter() - at)
        if told["state"] != ("handed_in" if hand_in else "open"):
            wrong.append(str(told["state"]))

    def phone(paper: tuple[str, dict[int, str]], moment: float) -> None:
        ticket, key = paper
        for n in range(asked.saves):
            time.sleep(max(begun + moment * (n + 1) / (asked.saves + 1) - time.perf_counter(), 0))
            send(ticket, [n], key, saves, False)
        time.sleep(max(begun + moment - time.perf_counter(), 0))
        send(ticket, list(range(asked.saves, len(key))), key, hands, True)

    moments = [asked.seconds * rng.betavariate(4, 1.2) for _paper in papers]
    threads = [threading.Thread(target=phone, args=pair) for pair in zip(papers, moments, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return saves, hands, len(wrong), time.perf_counter() - begun


def _lost(asked: argparse.Namespace) -> str:
    from yingzao.activities.models import Duty, Evidence
    from yingzao.courses.models import Attempt, AttemptItem

    counts = {
        "attempts handed in with all points": Attempt.objects.filter(state="handed_in", score="1").count(),
        "facts": Evidence.objects.filter(fact="answered", detail__score="1").count(),
        "duties done": Duty.objects.filter(activity__kind="course", state="done").count(),
    }
    answers = AttemptItem.objects.exclude(said=[]).count()
    missing = [f"{name}: {count}" for name, count in counts.items() if count != asked.people]
    missing += [f"answers: {answers}"] if answers != asked.people * asked.questions else []
    return ", ".join(missing) or "nothing is missing"


if __name__ == "__main__":
    main()
