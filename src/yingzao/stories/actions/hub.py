"""Telling a WebSub hub which feeds have something new."""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from yingzao.core import clock, jobs, ports
from yingzao.core.ports import Outcome
from yingzao.stories import queries
from yingzao.stories.models import HubPing, Story

log = logging.getLogger(__name__)
FORMS = ("atom", "rss", "json")
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
TOPICS_A_POST = 50
LONGEST = 500  # what a row keeps


def note_news(story: Story, now: dt.datetime) -> None:
    """Remember that the feeds which tell of the story have something new, and have it sent after the commit. Nothing where
    no hub is set up."""
    if ports.port("hub").missing():
        return
    for topic in feeds_of(story):
        HubPing.objects.update_or_create(
            topic=topic,
            defaults={"organisation_id": story.organisation_id, "asked_at": now, "next_at": now, "tries": 0},
        )
    jobs.enqueue("stories.tell_hub")


def feeds_of(story: Story) -> list[str]:
    """The paths of every feed that the story stands in."""
    named: list[tuple[str, list[str]]] = [("stories:feed", [])]
    if story.programme.is_public:
        named.append(("stories:programme-feed", [story.programme.slug]))
    named += [
        ("stories:category-feed", [str(name)]) for name in story.article.categories if "/" not in str(name)
    ]
    named += [
        ("stories:community-feed", [community.code]) for community in queries.public_communities_of(story)
    ]
    paths = [reverse(name, args=[*arguments, form]) for name, arguments in named for form in FORMS]
    return [path for path in paths if len(path) <= LONGEST]


def tell_hub(*, now: dt.datetime | None = None) -> int:
    """Tell the hub of the feeds that are due; how many it took. What it does not take now is told later, six times in two days."""
    now = now or clock.now()
    hub = ports.port("hub")
    due = [] if hub.missing() else list(HubPing.objects.filter(next_at__lte=now)[:TOPICS_A_POST])
    if not due:
        return 0
    taken = HubPing.objects.filter(pk__in=[ping.pk for ping in due], asked_at__lte=now)
    # One worker sends it; should it die, the next turn comes in a minute.
    taken.update(next_at=now + WAITS[0], tries=F("tries") + 1)
    answer = hub.tell([settings.YINGZAO_ADDRESS.rstrip("/") + ping.topic for ping in due])
    if answer.outcome == Outcome.ACCEPTED:
        taken.delete()
        return len(due)
    for ping in due:
        _later(ping, answer, now)
    log.warning("The hub did not take news of %d feeds: %s %s", len(due), answer.problem, answer.said)
    return 0


def _later(ping: HubPing, answer: ports.Answer, now: dt.datetime) -> None:
    rows = HubPing.objects.filter(pk=ping.pk)
    if answer.outcome == Outcome.NEVER or ping.tries + 1 >= len(WAITS):
        rows.filter(asked_at__lte=now).delete()
        return
    rows.update(next_at=now + WAITS[ping.tries + 1], problem=answer.problem[:40])
