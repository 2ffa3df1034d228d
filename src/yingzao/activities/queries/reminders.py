"""What learners are to be reminded of, programme by programme."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from yingzao.activities.enums import SESSIONS, ActivityState, KindKey
from yingzao.activities.models import Activity, Part, ReminderPlan
from yingzao.activities.queries import activities_of
from yingzao.core import clock
from yingzao.programmes.enums import ProgrammeState
from yingzao.programmes.models import Programme

LONGEST = dt.timedelta(days=31)
JUST_OUT = dt.timedelta(hours=12)


def reminder_plan(programme: Programme) -> ReminderPlan:
    """What the programme says, or what is usual."""
    return ReminderPlan.objects.filter(programme=programme).first() or ReminderPlan(
        programme=programme, organisation_id=programme.organisation_id
    )


def reminding(now: dt.datetime) -> list[tuple[Programme, ReminderPlan]]:
    """Programmes that run and have reminders on. One query."""
    today = clock.local_date(now)
    running = Programme.objects.filter(
        state=ProgrammeState.RUNNING, starts_on__lte=today, ends_on__gte=today
    ).select_related("organisation", "reminder_plan")
    found = [
        (
            programme,
            getattr(programme, "reminder_plan", None)
            or ReminderPlan(programme=programme, organisation_id=programme.organisation_id),
        )
        for programme in running
    ]
    return [(programme, plan) for programme, plan in found if plan.is_on]


def due_ones(programme: Programme, now: dt.datetime) -> QuerySet[Activity]:
    """What is due later than now, has no hours of its own, and has not come out just now: that was told then."""
    return (
        activities_of(programme)
        .exclude(kind__in=SESSIONS)
        .filter(
            Q(starts_at=None) | Q(starts_at__lte=now - JUST_OUT), due_at__gt=now, due_at__lt=now + LONGEST
        )
        .select_related("programme__organisation")
    )


def coming_parts(programme: Programme, since: dt.datetime, until: dt.datetime) -> QuerySet[Part]:
    """Sessions and visits that begin in between and take place; of a visit the whole, not each stop."""
    return (
        Part.objects.filter(
            activity__programme=programme,
            activity__is_published=True,
            activity__kind__in=SESSIONS,
            activity__held_at=None,
            starts_at__gt=since,
            starts_at__lte=until,
        )
        .exclude(activity__state=ActivityState.CANCELLED)
        .exclude(activity__kind=KindKey.VISIT, position__gt=0)
        .select_related("activity__programme__organisation")
    )
