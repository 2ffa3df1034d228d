"""What the organiser says of a visit and its stops."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState
from yingzao.activities.models import Activity
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage
from yingzao.visits.models import Stop


def close_visit(*, activity: Activity, by: Person) -> None:
    """Say that the visit took place and the list is complete: who was not checked in has missed it."""
    require_stage(activity.programme, Act.RECORD)
    if activity.state == ActivityState.CANCELLED:
        raise Refused(_("This visit was cancelled. Plan it again first."), code="cancelled")
    if activity.starts_at is None or activity.starts_at > clock.now():
        raise Refused(_("The visit has not begun yet."), code="not-begun")
    activities.mark_held(activity, by=by, at=min(activity.ends_at or clock.now(), clock.now()))


@transaction.atomic
def set_stop(
    *, stop: Stop, place: str, guide_questions: str, by: Person, place_check_m: int | None = None
) -> Stop:
    moved = stop.place != place
    stop.place, stop.guide_questions, stop.place_check_m = place, guide_questions, place_check_m or 0
    stop.save(update_fields=["place", "guide_questions", "place_check_m"])
    if moved:
        activities.revise(stop.part.activity)
    audit.record(
        actor=by, act="visits.stop.set", subject=stop.part.code, organisation_id=stop.organisation_id
    )
    return stop
