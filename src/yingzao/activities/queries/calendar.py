"""What a learner's calendar program reads, as frozen values."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from yingzao.activities import kind as kinds
from yingzao.activities.enums import SESSIONS, ActivityState, KindKey
from yingzao.activities.models import Activity, CalendarFeed, Part
from yingzao.activities.queries import is_for
from yingzao.core import clock
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One line of the calendar. With `day` it is of a whole day: a deadline, or the day on which something opens."""

    code: str  # of the activity, or of the part
    activity: Activity
    title: str
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    day: dt.date | None
    due_at: dt.datetime | None
    place: str
    stops: tuple[str, ...]

    @property
    def cancelled(self) -> bool:
        return self.activity.state == ActivityState.CANCELLED


def open_feeds() -> QuerySet[CalendarFeed]:
    """Calendar addresses that open: of learners who are in the programme and have an account in use."""
    return CalendarFeed.objects.filter(
        enrolment__state=EnrolmentState.ACTIVE, enrolment__person__is_active=True
    ).select_related("enrolment__programme")


def my_feeds(person: Person) -> list[tuple[Enrolment, CalendarFeed | None]]:
    """Where the person learns, the newest programme first, each with its calendar address. One query."""
    mine = (
        Enrolment.objects.filter(person=person, state=EnrolmentState.ACTIVE)
        .select_related("programme", "calendar_feed")
        .order_by("-programme__starts_on", "-pk")
    )
    return [(enrolment, getattr(enrolment, "calendar_feed", None)) for enrolment in mine]


def calendar_entries(enrolment: Enrolment) -> list[CalendarEntry]:
    """Everything published for the learner that has a time or a day, cancelled activities too: a calendar that read one before has to be told."""
    programme = enrolment.programme
    mine = programme.activities.filter(is_for([enrolment.pk]), is_published=True)
    planned = list(mine.prefetch_related("parts"))
    places: dict[int, str] = {}
    by_kind: dict[str, list[Activity]] = defaultdict(list)
    for activity in planned:
        activity.programme = programme
        by_kind[activity.kind].append(activity)
    for key, activities in by_kind.items():
        places.update(kinds.get(key).places_for(activities, enrolment))
    return [entry for a in planned for entry in _entries(a, places.get(a.pk, ""))]


def _entries(activity: Activity, place: str) -> Iterator[CalendarEntry]:
    if activity.kind not in SESSIONS:
        moment = activity.due_at or activity.starts_at
        if moment is not None:
            day = clock.local_date(moment)
            yield CalendarEntry(
                activity.code, activity, activity.title, None, None, day, activity.due_at, place, ()
            )
        return
    parts = [part for part in activity.parts.all() if part.starts_at]
    if len({clock.local_date(part.starts_at) for part in parts if part.starts_at}) > 1:
        for part in parts:  # a course of several evenings is several entries, not one of three weeks
            yield CalendarEntry(
                part.code,
                activity,
                _title_of(activity, part),
                part.starts_at,
                part.ends_at,
                None,
                None,
                place,
                (),
            )
    elif activity.starts_at is not None:
        stops = tuple(_stops(activity.parts.all())) if activity.kind == KindKey.VISIT else ()
        yield CalendarEntry(
            activity.code,
            activity,
            activity.title,
            activity.starts_at,
            activity.ends_at,
            None,
            None,
            place,
            stops,
        )


def _title_of(activity: Activity, part: Part) -> str:
    return activity.title if part.title == activity.title else f"{activity.title} · {part.title}"


def _stops(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        at = f"{part.starts_at.astimezone(clock.SHANGHAI):%H:%M} " if part.starts_at else ""
        yield at + part.title
