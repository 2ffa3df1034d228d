"""What all acts of signing up and riding together share: one at a time for each visit, who may, who is told, what is noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities.models import Activity
from yingzao.core import audit, locking
from yingzao.core.errors import Refused
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.programmes.rules import may_organise
from yingzao.visits import rules
from yingzao.visits.models import SignUp, SignUpPlan

SOON = dt.timedelta(hours=24)  # what begins sooner cannot wait for the morning


def take_turn(activity: Activity) -> None:
    locking.take_turn(f"visits.sign-up:{activity.code}")


def turn(activity: Activity) -> tuple[SignUpPlan, Activity]:
    """The terms and the visit as they are now, while nobody else signs up or cancels."""
    take_turn(activity)
    plan = (
        SignUpPlan.objects.select_related("visit__activity__programme__organisation")
        .filter(visit__activity=activity.pk, is_on=True)
        .first()
    )
    if plan is None:
        raise Refused(_("Nobody has to sign up for this visit."), code="off")
    return plan, plan.visit.activity


def require_organiser(by: Person, activity: Activity) -> None:
    if not may_organise(by, activity.programme):
        raise Refused(_("Only organisers of this programme do this."), code="not-organiser")


def require_ahead(activity: Activity) -> None:
    if not rules.lies_ahead(activity):
        raise Refused(_("This visit took place or was cancelled; its list stays as it was."), code="over")


def tell(
    rows: Sequence[SignUp],
    activity: Activity,
    by: Person | None,
    now: dt.datetime,
    *,
    key: str,
    title: Callable[[], str],
    body: Callable[[], str],
) -> None:
    begins = activity.starts_at
    for row in rows:
        person = row.enrolment.person
        if person is None or not person.is_active:
            continue
        notices.send(
            organisation=activity.programme.organisation,
            programme_code=activity.programme.code,
            person=person,
            kind="place",
            key=f"visits.sign-up:{activity.code}:{row.pk}:{key}",
            title=title,
            body=body,
            url=reverse("visits:learner-sign-up", args=[activity.code]),
            urgent=begins is not None and begins <= now + SOON,
            by=by,
            now=now,
        )


def record(subject: str, activity: Activity, by: Person | None, what: str, **after: object) -> None:
    audit.record(
        actor=by,
        act=f"visits.sign_up.{what}",
        subject=subject,
        organisation_id=activity.organisation_id,
        after=after,
    )
