"""How long the board of 2,000 learners × 15 activities takes in the server, against the limit of 300 ms.

    python benchmarks/board.py [--learners 2000] [--activities 15]

Makes an instance of its own in a temporary folder (SQLite, as in the field), with a duty for every learner and activity, and
asks for the page as an organiser does. Prints the median and the slowest of 9 requests.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import tempfile
import time

LIMIT = 0.3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--learners", type=int, default=2000)
    parser.add_argument("--activities", type=int, default=15)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["YINGZAO_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "yingzao.project.settings"
        os.environ.pop("DATABASE_URL", None)
        _measure(asked.learners, asked.activities)


def _measure(learners: int, activities: int) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    call_command("migrate", verbosity=0)
    programme, organiser = _instance(learners, activities)
    client = Client()
    client.force_login(organiser)
    address = f"/desk/{programme.code}/board/"
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    seconds = []
    for _ in range(9):
        begun = time.perf_counter()
        client.get(address)
        seconds.append(time.perf_counter() - begun)
    median, slowest = statistics.median(seconds), max(seconds)
    print(f"board, {learners} learners × {activities} activities, {len(answer.content) // 1024} KB")
    print(f"median {median * 1000:.0f} ms, slowest {slowest * 1000:.0f} ms, limit {LIMIT * 1000:.0f} ms")
    print("within the limit" if median < LIMIT else "OVER THE LIMIT")


def _instance(learners: int, activities: int):
    """A programme with a duty for every learner and activity, settled from evidence as in the field."""
    from yingzao.activities import actions
    from yingzao.activities.models import Activity
    from yingzao.core.clock import now
    from yingzao.core.pinyin import pinyin
    from yingzao.enrolment.models import Enrolment
    from yingzao.people import actions as people
    from yingzao.people.queries import current_privacy_notice
    from yingzao.programmes import actions as programmes

    office = people.create_organisation(by=None, name="示例街道办事处")
    organiser = people.create_account(by=None, display_name="组织者", phone="13800138000", check=False)
    if notice := current_privacy_notice():
        people.agree_to_notice(person=organiser, notice=notice)
    people.grant(by=None, person=organiser, organisation=office)
    today = now().date()
    programme = programmes.create_programme(
        organisation=office,
        by=organiser,
        name="示例",
        edition="2026",
        starts_on=today,
        ends_on=today + dt.timedelta(90),
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            organisation=office,
            programme=programme,
            number=f"{n:04d}",
            name=f"学员{n:04d}",
            community_as_given=f"社区{n % 45}",
            pinyin=pinyin(f"学员{n:04d}"),
        )
        for n in range(learners)
    )
    Activity.objects.bulk_create(
        Activity(
            organisation=office,
            programme=programme,
            kind="case",
            title=f"案例{n}",
            position=n,
            due_at=now() + dt.timedelta(days=n - 7),
        )
        for n in range(activities)
    )
    actions.resettle(programme)
    return programme, organiser


if __name__ == "__main__":
    main()
