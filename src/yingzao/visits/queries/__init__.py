"""Visits, their stops, and who is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yingzao.activities.enums import FactKind, KindKey
from yingzao.activities.models import Activity, Evidence
from yingzao.activities.queries import asked_learners, learners_of
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Role
from yingzao.programmes.models import StaffRole
from yingzao.visits.models import Stop, Visit

ARRIVED = (FactKind.CHECKED_IN, FactKind.CONFIRMED)


def visit_of(activity: Activity) -> Visit | None:
    return Visit.objects.filter(activity=activity).first()


def places_of(activities: Sequence[Activity]) -> dict[int, str]:
    """Where each visit begins: the meeting place, else its first stop with the place there. Two queries."""
    found: dict[int, str] = {}
    stops = Stop.objects.filter(part__activity__in=activities).order_by("part__position", "part__pk")
    for activity, title, place in stops.values_list("part__activity_id", "part__title", "place"):
        found.setdefault(activity, f"{title} {place}".strip())
    meeting = Visit.objects.filter(activity__in=activities).exclude(meeting_place="")
    return found | dict(meeting.values_list("activity_id", "meeting_place"))


def stops_of(activity: Activity) -> QuerySet[Stop]:
    return (
        Stop.objects.filter(part__activity=activity)
        .select_related("part__activity__programme__organisation", "community")
        .order_by("part__position", "part__pk")
    )


@dataclass(frozen=True, slots=True)
class StopRow:
    stop: Stop
    checked_in_at: dt.datetime | None


def my_stops(activity: Activity, enrolment: Enrolment) -> list[StopRow]:
    arrived = _arrivals(activity).filter(enrolment=enrolment).values_list("part_id", "happened_at")
    at = dict(arrived)
    return [StopRow(stop, at.get(stop.part_id)) for stop in stops_of(activity)]


@dataclass(frozen=True, slots=True)
class Arrival:
    learner: Enrolment
    at: dt.datetime | None


def arrivals(stop: Stop) -> list[Arrival]:
    """Every learner for whom the visit is, and who came all the same, with when they were checked in at this stop."""
    activity = stop.part.activity
    at = dict(_arrivals(activity).filter(part=stop.part).values_list("enrolment_id", "happened_at"))
    expected = asked_learners(activity).values("pk")
    learners = learners_of(activity.programme).filter(Q(pk__in=expected) | Q(pk__in=list(at)))
    learners = learners.select_related("community", "team")
    return [Arrival(learner, at.get(learner.pk)) for learner in learners]


def arrived_count(stop: Stop) -> int:
    """How many learners were checked in here: what the screen asks for every few seconds."""
    here = _arrivals(stop.part.activity).filter(part=stop.part, enrolment__state=EnrolmentState.ACTIVE)
    return here.order_by().values("enrolment").distinct().count()


def arrival(stop: Stop, learner: Enrolment) -> Arrival:
    """One learner's line."""
    found = _arrivals(stop.part.activity).filter(part=stop.part, enrolment=learner).last()
    return Arrival(learner, found.happened_at if found else None)


def _arrivals(activity: Activity) -> QuerySet[Evidence]:
    return Evidence.objects.filter(activity=activity, fact__in=ARRIVED, withdrawn_at=None).order_by(
        "-happened_at"
    )


def stops_hosted_by(person: Person) -> QuerySet[Stop]:
    """Stops of the programmes in which the person is a host, in the community that the role names as its unit."""
    roles = StaffRole.objects.filter(person=person, role=Role.HOST, ended_at=None)
    found = Stop.objects.none()
    for role in roles:
        mine = Stop.objects.filter(
            part__activity__programme_id=role.programme_id, part__activity__kind=KindKey.VISIT
        )
        found |= mine.filter(part__title__in=_names(role.unit))
    return found.select_related("part__activity__programme", "community").order_by("part__starts_at")


def _names(unit: str) -> list[str]:
    """The endings of the unit that may be a stop's name: 龙江镇文华花园 names 文华花园."""
    return [unit[i:] for i in range(len(unit))] if unit else []
