"""Telling learners that what they planned for has changed: one message for all that is changed in one go."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.activities import kind as kinds
from yingzao.activities import queries
from yingzao.activities.enums import SESSIONS, ActivityState, Audience, DutyState, KindKey
from yingzao.activities.models import Activity, Duty
from yingzao.core import clock
from yingzao.core.ui.templatetags.ui import day, period
from yingzao.notices import actions as notices
from yingzao.people.models import Person

SOON = dt.timedelta(hours=24)  # what begins, or is due, sooner cannot wait for the morning


@dataclass(frozen=True, slots=True)
class Times:
    """The hours and the day that learners plan by."""

    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    due_at: dt.datetime | None

    @classmethod
    def of(cls, activity: Activity) -> Times:
        return cls(activity.starts_at, activity.ends_at, activity.due_at)


@dataclass(frozen=True, slots=True)
class _Change:
    activity: Activity
    key: str
    what: notices.Told
    is_urgent: bool
    is_for_all: bool  # else for those alone who have not done it


_going_on: ContextVar[list[_Change] | None] = ContextVar("changes", default=None)


@contextmanager
def together(by: Person | None) -> Iterator[None]:
    """What is changed inside is told at its end, in one message to each; what fails is told to nobody."""
    if _going_on.get() is not None:
        yield
        return
    changes: list[_Change] = []
    token = _going_on.set(changes)
    try:
        yield
    finally:
        _going_on.reset(token)
    if changes:
        _tell(changes, by)


def tell_of_change(
    activity: Activity,
    *,
    key: str,
    what: notices.Told,
    by: Person | None,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> None:
    """Tell those for whom a live course or visit is that lies ahead. `key` names the change once.

    `starts_at` and `ends_at` are what they were where it was moved: what was ahead before and is now past is told too.
    What begins or was to begin within 24 hours goes through quiet hours. Groups hear of what is for everybody.
    """
    if _lies_ahead(activity, ends_at):
        _note(activity, key, what, by, moments=(starts_at, activity.starts_at), is_for_all=True)


def tell_of_times(activity: Activity, before: Times, *, by: Person | None) -> None:
    """Tell of other hours of a session, and of another day by which anything is due, where they are others."""
    with together(by):
        _tell_of_hours(activity, before, by)
        _tell_of_due_day(activity, before.due_at, by)


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


def _tell_of_hours(activity: Activity, before: Times, by: Person | None) -> None:
    starts, ends = before.starts_at, before.ends_at
    if (starts, ends) == (activity.starts_at, activity.ends_at) or not (starts and ends):
        return

    def what() -> str:
        if not (activity.starts_at and activity.ends_at):
            return _("It has no date for now.")
        hours = {"old": period(starts, ends), "new": period(activity.starts_at, activity.ends_at)}
        return _("It was %(old)s and is now %(new)s.") % hours

    tell_of_change(
        activity, key=f"hours:{activity.revision}", what=what, by=by, starts_at=starts, ends_at=ends
    )


def _tell_of_due_day(activity: Activity, before: dt.datetime | None, by: Person | None) -> None:
    """Whoever has done it need not know; nor is a case told of that is not out yet."""
    after, now = activity.due_at, clock.now()
    latest = max((moment for moment in (before, after) if moment), default=None)
    stands = activity.is_published and activity.state != ActivityState.CANCELLED
    is_out = activity.kind != KindKey.CASE or not activity.starts_at or activity.starts_at <= now
    if before == after or latest is None or latest < now or not stands or not is_out:
        return

    def what() -> str:
        if after is None:
            return _("It has no due date any more; it was due by %(old)s.") % {"old": day(before)}
        if before is None:
            return _("It is due by %(new)s.") % {"new": day(after)}
        return _("It was due by %(old)s and is now due by %(new)s.") % {"old": day(before), "new": day(after)}

    _note(activity, f"due:{activity.revision}", what, by, moments=(before, after), is_for_all=False)


def _note(
    activity: Activity,
    key: str,
    what: notices.Told,
    by: Person | None,
    *,
    moments: Iterable[dt.datetime | None],
    is_for_all: bool,
) -> None:
    now = clock.now()
    is_urgent = any(now - SOON < moment <= now + SOON for moment in moments if moment)
    with together(by):
        noted = _going_on.get()
        assert noted is not None
        noted.append(_Change(activity, key, what, is_urgent, is_for_all))


# Who is told what


def _tell(changes: Sequence[_Change], by: Person | None) -> None:
    """One message to each, of all that concerns them; whom the same concerns is told the same."""
    concerned: dict[int, list[_Change]] = defaultdict(list)
    for change in changes:
        for person in _people(change):
            concerned[person].append(change)
    alike: dict[tuple[_Change, ...], list[int]] = defaultdict(list)
    for person, theirs in concerned.items():
        alike[tuple(theirs)].append(person)
    for_everybody = [change for change in changes if change.activity.audience == Audience.COHORT]
    if for_everybody:
        notices.tell_groups(**_words(for_everybody))
    for same, people in alike.items():
        found = Person.objects.filter(pk__in=people, is_active=True)
        notices.send_to_many(people=found, by=by, **_words(same))
    for change in changes:
        if change.is_for_all:
            for host, url in kinds.get(change.activity.kind).receiving(change.activity):
                notices.send_to_many(people=[host], by=by, **_words([change]) | {"url": url})


def _people(change: _Change) -> set[int]:
    asked = queries.asked_learners(change.activity).exclude(person=None)
    if not change.is_for_all:
        finished = Duty.objects.filter(
            activity=change.activity, state__in=(DutyState.DONE, DutyState.LATE, DutyState.EXCUSED)
        )
        asked = asked.exclude(pk__in=finished.values("enrolment"))
    return set(asked.values_list("person", flat=True))


def _words(changes: Sequence[_Change]) -> dict[str, Any]:
    activities = list({change.activity.pk: change.activity for change in changes}.values())
    first = activities[0]
    keys = [f"{change.activity.code}:{change.key}" for change in changes]
    key = keys[0] if len(keys) == 1 else hashlib.sha256("|".join(keys).encode()).hexdigest()[:32]
    alone = len(activities) == 1
    return {
        "organisation": first.programme.organisation,
        "programme_code": first.programme.code,
        "kind": "changed",
        "key": f"activities.changed:{key}",
        "title": partial(_title, activities),
        "body": partial(_body, changes, alone),
        "url": kinds.get(first.kind).learner_url(first) if alone else reverse("web:learner-duties"),
        "urgent": any(change.is_urgent for change in changes),
    }


def _title(activities: Sequence[Activity]) -> str:
    if len(activities) == 1:
        return _("Changed: %(title)s") % {"title": activities[0].title[:90]}
    return ngettext(
        "%(count)d activity was changed", "%(count)d activities were changed", len(activities)
    ) % {"count": len(activities)}


def _body(changes: Sequence[_Change], alone: bool) -> str:
    said: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        said[change.activity.title].append(str(change.what() if callable(change.what) else change.what))
    return "\n".join(line if alone else f"{title}: {line}" for title, lines in said.items() for line in lines)
