"""Reminders before something is due or begins. Each is told once: its key says of what.

Reminders go on their day between OPENS and CLOSES, so that nobody is woken and a worker that was off for an hour still
sends them; shortly before a session they go at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import kind as kinds
from yingzao.activities import queries
from yingzao.activities.enums import Audience, DutyState, KindKey, Still
from yingzao.activities.models import Activity, Part, ReminderPlan
from yingzao.activities.queries import reminders as planned
from yingzao.core import audit, clock
from yingzao.core.ui.templatetags.ui import clock_time, day
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import require_organiser

OPENS, CLOSES = dt.time(9), dt.time(21)
EVE = dt.time(17)  # the day before a session, when people look at the next day


@transaction.atomic
def plan_reminders(
    *,
    programme: Programme,
    is_on: bool,
    days_before: Collection[int],
    on_the_eve: bool,
    minutes_before: int,
    nearly_late: bool,
    by: Person,
) -> ReminderPlan:
    """Say which reminders a programme sends. `minutes_before` 0: none shortly before a session."""
    require_organiser(by, programme)
    values = {
        "is_on": is_on,
        "days_before": sorted(set(days_before), reverse=True),
        "on_the_eve": on_the_eve,
        "minutes_before": minutes_before,
        "nearly_late": nearly_late,
    }
    plan, _created = ReminderPlan.objects.update_or_create(
        programme=programme, defaults={"organisation_id": programme.organisation_id, **values}
    )
    audit.record(
        actor=by,
        act="activities.reminders.planned",
        subject=programme.code,
        organisation_id=programme.organisation_id,
        after=values,
    )
    return plan


def remind_of_due(*, now: dt.datetime | None = None) -> int:
    """Tell who has not done what is due in as many days as the programme says; how many were told.

    Not those who did it, were excused or are late already. Of what is voluntary they are told once, the last time.
    """
    now = now or clock.now()
    if not OPENS <= now.astimezone(clock.SHANGHAI).time() < CLOSES:
        return 0
    today = clock.local_date(now)
    told = 0
    for programme, plan in planned.reminding(now):
        due = [
            activity
            for activity in planned.due_ones(programme, now)
            if _days_left(activity, today) in _days_for(activity, plan)
        ]
        if due:
            told += _tell_open(programme, due, now)
    return told


def remind_of_sessions(*, now: dt.datetime | None = None) -> int:
    """Tell who is expected that a session begins tomorrow, or shortly; how many were told."""
    now = now or clock.now()
    told = 0
    for programme, plan in planned.reminding(now):
        for part in planned.coming_parts(programme, now, now + dt.timedelta(days=2)):
            if _is_eve(part, plan, now):
                told += _tell_session(programme, part, now, eve=True)
            if _is_shortly_before(part, plan, now):
                told += _tell_session(programme, part, now, eve=False)
    return told


def _people(of: Any) -> Any:
    return Person.objects.filter(pk__in=of, is_active=True)


# What is due


def _days_left(activity: Activity, today: dt.date) -> int:
    return (clock.local_date(activity.due_at) - today).days if activity.due_at else -1


def _days_for(activity: Activity, plan: ReminderPlan) -> Sequence[int]:
    days = sorted(plan.days_before)
    return days if activity.is_required else days[:1]


def _tell_open(programme: Programme, due: Sequence[Activity], now: dt.datetime) -> int:
    rows = queries.duties_at(programme, activities=[a.pk for a in due], reasons=False)
    persons = dict(queries.learners_of(programme).exclude(person=None).values_list("pk", "person_id"))
    told = 0
    for activity in due:
        open_for = [
            persons[learner]
            for (learner, asked), row in rows.items()
            if asked == activity.pk
            and learner in persons
            and row.state == DutyState.PENDING
            and row.still == Still.ON_TIME
        ]
        due_on = clock.local_date(activity.due_at or now)
        told += notices.send_to_many(
            organisation=programme.organisation,
            programme_code=programme.code,
            people=_people(open_for),
            kind="due_soon",
            key=f"activities.due:{activity.code}:{due_on.isoformat()}:{(due_on - clock.local_date(now)).days}",
            title=partial(_due_title, activity),
            body=partial(kinds.get(activity.kind).ask, activity.rule, activity),
            url=kinds.get(activity.kind).learner_url(activity),
            now=now,
        )
    return told


def _due_title(activity: Activity) -> str:
    return _("Due %(day)s: %(title)s") % {"day": day(activity.due_at), "title": activity.title[:80]}


# Sessions


def _is_eve(part: Part, plan: ReminderPlan, now: dt.datetime) -> bool:
    local = now.astimezone(clock.SHANGHAI)
    tomorrow = local.date() + dt.timedelta(days=1)
    wanted = plan.on_the_eve and part.activity.is_required
    return bool(
        wanted
        and part.starts_at
        and clock.local_date(part.starts_at) == tomorrow
        and EVE <= local.time() < CLOSES
    )


def _is_shortly_before(part: Part, plan: ReminderPlan, now: dt.datetime) -> bool:
    """What is voluntary is told of once, before its first session."""
    if not plan.minutes_before or part.activity.kind != KindKey.LIVE or part.starts_at is None:
        return False
    if not part.activity.is_required and part.starts_at != part.activity.starts_at:
        return False
    return part.starts_at - dt.timedelta(minutes=plan.minutes_before) <= now < part.starts_at


def _tell_session(programme: Programme, part: Part, now: dt.datetime, *, eve: bool) -> int:
    activity = part.activity
    rows = queries.duties_at(programme, activities=[activity.pk], reasons=False)
    expected = [learner for (learner, _a), row in rows.items() if row.state == DutyState.PENDING]
    extras = kinds.get(activity.kind).extras(activity)
    where = extras.get("link") or extras.get("meeting_place") or ""

    def title() -> str:
        said = _("Tomorrow %(time)s: %(title)s") if eve else _("Begins at %(time)s: %(title)s")
        return said % {"time": clock_time(part.starts_at), "title": activity.title[:80]}

    told: dict[str, Any] = {
        "organisation": programme.organisation,
        "programme_code": programme.code,
        "kind": "starts_soon",
        "key": f"activities.{'eve' if eve else 'soon'}:{part.code}:{part.starts_at:%Y%m%d%H%M}",
        "title": title,
        "body": lambda: _("Where: %(place)s") % {"place": where} if where else "",
        "url": kinds.get(activity.kind).learner_url(activity),
        "urgent": not eve,
        "now": now,
    }
    if activity.audience == Audience.COHORT:
        notices.tell_groups(**told)
    persons = queries.learners_of(programme).filter(pk__in=expected).values("person")
    return notices.send_to_many(people=_people(persons), **told)
