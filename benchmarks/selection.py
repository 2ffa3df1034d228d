"""How long a list over 10,000 learners takes, against the limit of 2 s.

    python benchmarks/selection.py [--learners 10000] [--activities 12]

Two things are timed, each the median of 5. *Working out*: from the frozen inputs to every place (totals, thresholds, ties,
quota), which is also what every look at other weights costs. *Page*: the list as its desk page shows it. Freezing, which happens
once a list (evidence, duties and marks are collected, hashed and kept, and the places written), is printed beside with its parts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import tempfile
import time
import uuid
from decimal import Decimal

LIMIT = 2.0
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--learners", type=int, default=10_000)
    parser.add_argument("--activities", type=int, default=12)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["YINGZAO_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "yingzao.project.settings"
        os.environ.pop("DATABASE_URL", None)
        _measure(asked.learners, asked.activities)


def _median(work) -> float:
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def _measure(learners: int, activities: int) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    programme, organiser = _instance(learners, activities)
    from yingzao.honours import actions
    from yingzao.honours.rules.snapshot import outcome_of, sha256_of

    selection = actions.create_selection(
        programme=programme,
        name="优秀学员",
        by=organiser,
        quota_kind="percent",
        quota=Decimal(10),
        reserve=20,
    )
    begun = time.perf_counter()
    selection = actions.freeze_selection(selection=selection, by=organiser)
    froze = time.perf_counter() - begun
    snapshot = selection.snapshot
    hashing = _median(lambda: sha256_of(snapshot))
    working = _median(lambda: outcome_of(snapshot))
    client = Client()
    client.force_login(organiser)
    address = f"/desk/{programme.code}/selections/{selection.code}/"
    assert client.get(address).status_code == 200
    page = _median(lambda: client.get(address))
    chosen = selection.places.filter(state="chosen").count()
    print(f"{learners} learners × {activities} activities, {chosen} chosen")
    for name, seconds in (("working out", working), ("page", page)):
        print(
            f"{name:<12} {seconds:6.2f} s, limit {LIMIT:.0f} s: {'within' if seconds < LIMIT else 'OVER THE LIMIT'}"
        )
    print(
        f"{'freezing':<12} {froze:6.2f} s, once a list; of that hashing {hashing:.2f} s, working out {working:.2f} s"
    )


def _instance(learners: int, activities: int):
    """A programme in its selection stage with 10,000 learners; nine in ten have done each case, the others have not."""
    from benchmarks.programme import learning_programme

    from yingzao.activities import actions
    from yingzao.activities.models import Activity, Evidence
    from yingzao.core.clock import now
    from yingzao.core.pinyin import pinyin
    from yingzao.enrolment.models import Enrolment
    from yingzao.honours import actions as honours
    from yingzao.people import actions as people
    from yingzao.people.queries import current_privacy_notice
    from yingzao.programmes import actions as programmes

    office, organiser, programme = learning_programme()
    if notice := current_privacy_notice():
        people.agree_to_notice(person=organiser, notice=notice)
    today = now().date()
    stage = programmes.add_stage(
        programme=programme, by=organiser, kind="selection", name="评选", opens_on=today, closes_on=today
    )
    programmes.open_stage(stage=stage, by=organiser)
    Enrolment.objects.bulk_create(
        Enrolment(
            organisation=office,
            programme=programme,
            number=f"{n:05d}",
            name=f"学员{n:05d}",
            community_as_given=f"社区{n % 45}",
            pinyin=pinyin(f"学员{n:05d}"),
        )
        for n in range(learners)
    )
    Activity.objects.bulk_create(
        Activity(
            organisation=office,
            programme=programme,
            kind="case",
            rule={"reflection_characters": 0},
            title=f"案例{n}",
            position=n,
            due_at=now() - dt.timedelta(days=activities - n),
        )
        for n in range(activities)
    )
    cases = list(Activity.objects.filter(programme=programme).order_by("position"))
    Evidence.objects.bulk_create(
        (
            Evidence(
                organisation=office,
                enrolment=learner,
                activity=case,
                fact="read",
                key=uuid.uuid4(),
                source="staff",
                happened_at=case.due_at - dt.timedelta(hours=1, seconds=n),
                recorded_at=case.due_at,
            )
            for n, learner in enumerate(Enrolment.objects.filter(programme=programme).order_by("number"))
            for place, case in enumerate(cases)
            if (n * 7 + place * 3) % 10
        ),
        batch_size=5000,
    )
    actions.resettle(programme)
    honours.make_scheme(programme=programme, by=organiser, **_all_completion())
    return programme, organiser


def _all_completion() -> dict:
    """Nothing was judged here: the list follows from what was done."""
    return {"completion_weight": Decimal(100), "performance_weight": Decimal(0), "late_share": Decimal("0.5")}


if __name__ == "__main__":
    main()
