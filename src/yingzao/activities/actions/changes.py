"""Telling learners that what they planned for has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from yingzao.activities import kind as kinds
from yingzao.activities import queries
from yingzao.activities.enums import SESSIONS, Audience
from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.core.ui.templatetags.ui import period
from yingzao.notices import actions as notices
from yingzao.people.models import Person

SOON = dt.timedelta(hours=24)  # what begins sooner cannot wait for the morning
Times = tuple[dt.datetime | None, dt.datetime | None]


def tell_of_change(
    activity: Activity,
    *,
    key: str,
    what: notices.Told,
    by: Person | None,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> int:
    """Tell those for whom a live course or visit is that lies ahead; how many were told. `key` names the change once.

    `starts_at` and `ends_at` are what they were where it was moved: what was ahead before and is now past is told too.
    What begins or was to begin within 24 hours goes through quiet hours. Groups hear of what is for everybody.
    """
    if not _lies_ahead(activity, ends_at):
        return 0
    now = clock.now()
    people = Person.objects.filter(pk__in=queries.asked_learners(activity).values("person"), is_active=True)
    told: dict[str, Any] = {
        "organisation": activity.programme.organisation,
        "programme_code": activity.programme.code,
        "kind": "changed",
        "key": f"activities.changed:{activity.code}:{key}",
        "title": lambda: _("Changed: %(title)s") % {"title": activity.title[:90]},
        "body": what,
        "url": kinds.get(activity.kind).learner_url(activity),
        "urgent": any(now - SOON < start <= now + SOON for start in (starts_at, activity.starts_at) if start),
    }
    if activity.audience == Audience.COHORT:
        notices.tell_groups(**told)
    return notices.send_to_many(people=people, by=by, **told)


def tell_left_out(activity: Activity, people: Iterable[int], *, by: Person | None) -> int:
    """Tell those for whom it is no more (primary keys of persons), while it lies ahead: they may have planned for it."""
    if not _lies_ahead(activity):
        return 0
    return notices.send_to_many(
        organisation=activity.programme.organisation,
        programme_code=activity.programme.code,
        kind="changed",
        people=Person.objects.filter(pk__in=people, is_active=True),
        key=f"activities.changed:{activity.code}:left-out:{activity.revision}",
        title=lambda: _("Changed: %(title)s") % {"title": activity.title[:90]},
        body=lambda: _("It is for others now; you need not come."),
        by=by,
    )


def _lies_ahead(activity: Activity, ends_at: dt.datetime | None = None) -> bool:
    end = max((moment for moment in (activity.ends_at, ends_at) if moment), default=None)
    return activity.kind in SESSIONS and activity.is_published and end is not None and end >= clock.now()


def tell_of_times(activity: Activity, before: Times, *, by: Person | None) -> int:
    """Tell of other hours, where they are others."""
    starts, ends = before
    if (starts, ends) == (activity.starts_at, activity.ends_at) or not (starts and ends):
        return 0

    def what() -> str:
        if not (activity.starts_at and activity.ends_at):
            return _("It has no date for now.")
        hours = {"old": period(starts, ends), "new": period(activity.starts_at, activity.ends_at)}
        return _("It was %(old)s and is now %(new)s.") % hours

    return tell_of_change(
        activity, key=f"hours:{activity.revision}", what=what, by=by, starts_at=starts, ends_at=ends
    )
