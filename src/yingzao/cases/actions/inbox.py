"""From the inbox of feeds into the library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from yingzao.articles import actions as articles
from yingzao.articles.models import FeedEntry
from yingzao.cases.actions.library import shelve
from yingzao.cases.models import Case
from yingzao.core.errors import Refused
from yingzao.people.models import Person


@transaction.atomic
def take_into_library(*, entry: FeedEntry, by: Person, now: dt.datetime | None = None) -> Case:
    """Make a case of an entry; the one that it is already, where somebody took it. Raises Refused (`unreadable`)."""
    return shelve(article=articles.take_entry(entry=entry, by=by, now=now), by=by)


def take_many(*, entries: Sequence[FeedEntry], by: Person, now: dt.datetime | None = None) -> tuple[int, int]:
    """How many were taken, and of how many there was nothing to take. Each stands for itself."""
    taken = empty = 0
    for entry in entries:
        try:
            take_into_library(entry=entry, by=by, now=now)
        except Refused:
            empty += 1
        else:
            taken += 1
    return taken, empty
