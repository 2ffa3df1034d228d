"""Telling learners that a case has reached them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities.enums import Audience, DutyState
from yingzao.activities.models import Activity
from yingzao.activities.queries import asked_learners
from yingzao.cases import queries, rules
from yingzao.core import clock
from yingzao.core.ui.templatetags.ui import day
from yingzao.notices import actions as notices
from yingzao.people.models import Person


def announce(activity: Activity, *, now: dt.datetime | None = None) -> int:
    """Tell those for whom the case is, who have not done it yet and have an account, each once; how many were told. Nobody
    before its time."""
    now = now or clock.now()
    if not rules.is_out(activity.starts_at, now):
        return 0
    done = activity.duties.filter(state__in=[DutyState.DONE, DutyState.LATE, DutyState.EXCUSED])
    asked = asked_learners(activity).exclude(pk__in=done.values("enrolment"))
    learners = Person.objects.filter(pk__in=asked.values("person"), is_active=True)
    told: dict[str, Any] = {
        "organisation": activity.programme.organisation,
        "programme_code": activity.programme.code,
        "kind": "to_read",
        "key": f"cases.pushed:{activity.code}",
        "title": lambda: _("A case to read: %(title)s") % {"title": activity.title[:90]},
        "body": lambda: _("Until %(day)s.") % {"day": day(activity.due_at)} if activity.due_at else "",
        "url": reverse("cases:learner-case", args=[activity.code]),
        "now": now,
    }
    if activity.audience == Audience.COHORT:
        notices.tell_groups(**told)
    return notices.send_to_many(people=learners, **told)


def announce_due(*, now: dt.datetime | None = None) -> int:
    """Announce every case that came out or was changed since yesterday and has its article; how many people were told."""
    now = now or clock.now()
    told = 0
    for activity in queries.newly_out(now):
        with transaction.atomic():
            told += announce(activity, now=now)
    return told
