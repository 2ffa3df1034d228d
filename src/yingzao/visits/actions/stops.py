"""Planning the stops of a visit one by one: from the register, changed, moved, taken out again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState
from yingzao.activities.models import Activity, Part
from yingzao.communities.models import Community
from yingzao.core import audit, locking
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.programmes.rules import may_organise
from yingzao.visits import queries
from yingzao.visits.actions.hosts import name_usual_hosts
from yingzao.visits.models import Stop


@dataclass(frozen=True, slots=True)
class StopPlan:
    """What the organiser says of a stop. Without a title it bears the community's name."""

    community: Community | None = None
    title: str = ""
    place: str = ""
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    guide_questions: str = ""

    @property
    def name(self) -> str:
        return self.title.strip() or (self.community.name if self.community else "")


@transaction.atomic
def plan_stop(*, activity: Activity, plan: StopPlan, by: Person) -> Stop:
    """Add a stop behind the others. Every duty of the visit is settled afresh: one stop more is asked. Who receives in its
    community at other stops of the programme is named for this one as well."""
    activity = _turn(activity, by)
    _require_sound(activity, plan)
    last = activity.parts.order_by("-position").values_list("position", flat=True).first()
    part = Part.objects.create(
        organisation_id=activity.organisation_id,
        activity=activity,
        title=plan.name,
        position=0 if last is None else last + 1,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
    )
    stop = Stop.objects.create(
        organisation_id=activity.organisation_id,
        part=part,
        community=plan.community,
        place=plan.place,
        guide_questions=plan.guide_questions,
    )
    name_usual_hosts(stop, by)
    _changed(activity, part.code, "planned", by)
    return stop


@transaction.atomic
def change_stop(*, stop: Stop, plan: StopPlan, by: Person) -> Stop:
    """Say otherwise what a stop is. What was recorded there stays recorded there."""
    activity = _turn(stop.part.activity, by)
    _require_sound(activity, plan, but=stop.part)
    part = stop.part
    part.title, part.starts_at, part.ends_at = plan.name, plan.starts_at, plan.ends_at
    part.save(update_fields=["title", "starts_at", "ends_at"])
    stop.community, stop.place, stop.guide_questions = plan.community, plan.place, plan.guide_questions
    stop.save(update_fields=["community", "place", "guide_questions"])
    _changed(activity, part.code, "changed", by)
    return stop


@transaction.atomic
def move_stop(*, stop: Stop, earlier: bool, by: Person) -> None:
    """Change places with the stop before it, or behind it. At the end of the row nothing happens."""
    activity = _turn(stop.part.activity, by)
    parts = list(activity.parts.order_by("position", "pk"))
    at = next((i for i, part in enumerate(parts) if part.pk == stop.part_id), None)
    to = None if at is None else at + (-1 if earlier else 1)
    if at is None or to is None or not 0 <= to < len(parts):
        return
    parts[at], parts[to] = parts[to], parts[at]
    for position, part in enumerate(parts):
        part.position = position
    Part.objects.bulk_update(parts, ["position"])
    _changed(activity, stop.part.code, "moved", by)


@transaction.atomic
def remove_stop(*, stop: Stop, by: Person) -> None:
    """Take a stop out of the plan. Refused once anything was recorded there, withdrawn or turned down as well."""
    activity = _turn(stop.part.activity, by)
    if queries.has_records(stop):
        raise Refused(
            _("Check-ins or a form belong to this stop; it cannot be removed. Rename it instead."),
            code="recorded",
        )
    code = stop.part.code
    stop.part.delete()
    _changed(activity, code, "removed", by)


def _turn(activity: Activity, by: Person) -> Activity:
    """The visit as it is now, while nobody else plans or records."""
    locking.take_turn(f"evidence:{activity.programme.code}")
    activity = Activity.objects.select_related("programme").get(pk=activity.pk)
    if not may_organise(by, activity.programme):
        raise Refused(_("Only organisers plan a visit."), code="not-organiser")
    if activity.state == ActivityState.CANCELLED:
        raise Refused(_("This visit was cancelled. Plan it again first."), code="cancelled")
    if activity.held_at is not None:
        raise Refused(_("This visit took place; its stops stay as they were."), code="held")
    return activity


def _require_sound(activity: Activity, plan: StopPlan, but: Part | None = None) -> None:
    if not plan.name:
        raise Refused(_("Choose a community, or give the stop a name."), code="no-name", field="title")
    if plan.community and plan.community.organisation_id != activity.organisation_id:
        raise Refused(_("This community is not in the register."), code="elsewhere", field="community")
    others = activity.parts.exclude(pk=but.pk) if but else activity.parts.all()
    if others.filter(title=plan.name).exists():
        raise Refused(
            _("Another stop of this visit has this name. Give this one a name of its own."),
            code="known",
            field="title",
        )
    starts, ends = plan.starts_at, plan.ends_at
    if starts and ends and ends <= starts:
        raise Refused(_("It ends before it starts."), code="ends-before", field="ends_at")
    for field, moment in (("starts_at", starts), ("ends_at", ends)):
        if moment and activity.starts_at and moment < activity.starts_at:
            raise Refused(_("This is before the visit begins."), code="before-visit", field=field)
        if moment and activity.ends_at and moment > activity.ends_at:
            raise Refused(_("This is after the visit ends."), code="after-visit", field=field)


def _changed(activity: Activity, code: str, what: str, by: Person) -> None:
    activities.revise(activity)
    activities.resettle(activity.programme, activities=[activity.pk])
    audit.record(actor=by, act=f"visits.stop.{what}", subject=code, organisation_id=activity.organisation_id)
