"""The page of a community with 5,000 needs and 500 leaders, and the search of a register of 513 communities, against limits.

    python benchmarks/community_page.py [--needs 5000] [--leaders 500] [--communities 513]

Makes an instance of its own in a temporary folder (SQLite, as in the field). Of each page the median of 15 requests of an
organiser, in the server; every search is by characters, pinyin or initials, median of 200. Queries are counted for a
community with ten records and for the large one: they must be as many.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
PAGE, SEARCH = 0.2, 0.01
SYLLABLES = "东南西北平桂石夏叠海大中新文龙涌江湖花园村岗沙约"
WORDS = ("东", "石", "nan", "dong", "pg", "xs", "xiashi", "440606")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--needs", type=int, default=5000)
    parser.add_argument("--leaders", type=int, default=500)
    parser.add_argument("--communities", type=int, default=513)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["YINGZAO_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "yingzao.project.settings"
        os.environ.pop("DATABASE_URL", None)
        sys.exit(0 if _measure(asked.needs, asked.leaders, asked.communities) else 1)


def _measure(needs: int, leaders: int, communities: int) -> bool:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    from benchmarks.programme import learning_programme

    from yingzao.communities import queries
    from yingzao.people import actions as people
    from yingzao.people.queries import current_privacy_notice

    office, organiser, programme = learning_programme()
    if notice := current_privacy_notice():
        people.agree_to_notice(person=organiser, notice=notice)
    small, large = _register(office, communities)
    _fill(small, 10, 10, organiser)
    _fill(large, needs, leaders, organiser)
    client = Client()
    client.force_login(organiser)
    good = True
    counts: dict[str, list[int]] = {}
    for community in (small, large):
        for name in ("", "timeline/", "graph/"):
            address = f"/desk/{programme.code}/communities/{community.code}/{name}"
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(address)
            assert answer.status_code == 200, answer.status_code
            counts.setdefault(name, []).append(len(seen))
            if community is large:
                median = _median(lambda address=address: client.get(address), 15)
                good &= _told(f"page {name or 'of the community'}", median, PAGE)
    same = all(one == other for one, other in counts.values())
    print("✓" if same else "✗", f"queries of the small community and the large one: {counts}")
    for word in WORDS:
        rows = queries.communities_of(office)
        median = _median(lambda word=word, rows=rows: list(queries.narrow(rows, words=word)[:100]), 200)
        good &= _told(f"search “{word}”", median, SEARCH)
    return good and same


def _told(what: str, median: float, limit: float) -> bool:
    print(
        "✓" if median < limit else "✗", f"{what}: median {median * 1000:.1f} ms, limit {limit * 1000:.0f} ms"
    )
    return median < limit


def _median(ask, times: int) -> float:
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def _register(office, count: int):
    from yingzao.communities.models import Community
    from yingzao.core.pinyin import pinyin

    names = ("".join(pair) + "社区" for pair in itertools.permutations(SYLLABLES, 2))
    Community.objects.bulk_create(
        Community(
            organisation=office,
            name=name,
            town="桂城街道",
            district_code=f"440606{place:06}",
            pinyin=pinyin(name),
        )
        for place, name in enumerate(itertools.islice(names, count))
    )
    small, large = Community.objects.filter(organisation=office).order_by("pk")[:2]
    return small, large


def _fill(community, needs: int, leaders: int, organiser) -> None:
    from yingzao.communities import actions
    from yingzao.communities.models import Leader, Need
    from yingzao.core.clock import now
    from yingzao.core.pinyin import pinyin

    of = {"organisation": community.organisation, "community": community, "changed_at": now()}
    day = dt.date(2021, 10, 1)
    Leader.objects.bulk_create(
        Leader(**of, key=uuid4(), name=f"骨干{n}", found_on=day, pinyin=f"gugan{n}") for n in range(leaders)
    )
    Need.objects.bulk_create(
        Need(
            **of,
            key=uuid4(),
            title=f"第{n}处楼道没有灯",
            whose="独居老人",
            source="walk",
            raised_on=day + dt.timedelta(days=n % 30),
            pinyin=pinyin("楼道没有灯"),
        )
        for n in range(needs)
    )
    topics, groups = (
        [
            actions.add_node(what=what, key=uuid4(), community=community, by=organiser, title=f"{what}{n}")
            for n in range(10)
        ]
        for what in ("topic", "group")
    )
    for topic, group in zip(topics, groups, strict=True):
        actions.tie(one=topic, other=group, by=organiser)


if __name__ == "__main__":
    main()
