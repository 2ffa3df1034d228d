"""Visits, their stops, and who is there."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from yingzao.activities.models import Activity
from yingzao.visits.models import Stop, Visit
from yingzao.visits.queries.check_ins import (
    ARRIVED,
    Arrival,
    CodeUse,
    StopRow,
    TimeOffer,
    WalkIn,
    active_learners,
    arrival,
    arrivals,
    arrived_count,
    codes_used_often,
    devices_shared,
    offered_times,
    open_count,
    refused_scans,
    scans_of,
    stops_around,
    stops_with,
    times_of,
    waiting_scans,
    walk_ins,
)
from yingzao.visits.queries.documents import documents_by_stop, documents_of, may_read_document
from yingzao.visits.queries.hosts import (
    MARKS,
    Contact,
    Headcount,
    Heard,
    Host,
    contacts_of,
    forms_waiting,
    headcount,
    heard_of,
    hosts_of,
    nameable_hosts,
    replies_of,
    reply_of,
    role_of_host,
    roles_by_unit,
    stops_hosted_by,
    usual_hosts,
)

__all__ = [
    "ARRIVED",
    "MARKS",
    "Arrival",
    "CodeUse",
    "Contact",
    "Headcount",
    "Heard",
    "Host",
    "StopRow",
    "TimeOffer",
    "WalkIn",
    "active_learners",
    "arrival",
    "arrivals",
    "arrived_count",
    "codes_used_often",
    "contacts_of",
    "devices_shared",
    "documents_by_stop",
    "documents_of",
    "forms_waiting",
    "has_records",
    "headcount",
    "heard_of",
    "hosts_of",
    "may_read_document",
    "nameable_hosts",
    "offered_times",
    "open_count",
    "places_of",
    "refused_scans",
    "replies_of",
    "reply_of",
    "role_of_host",
    "roles_by_unit",
    "scans_of",
    "stops_around",
    "stops_hosted_by",
    "stops_of",
    "stops_with",
    "times_of",
    "usual_hosts",
    "visit_of",
    "waiting_scans",
    "walk_ins",
]


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


def has_records(stop: Stop) -> bool:
    """Whether anything was ever recorded at the stop: a fact, withdrawn ones too, an act of checking in, a form, or what its
    hosts reported."""
    return (
        stop.part.evidence.exists()
        or stop.scans.exists()
        or stop.part.surveys.exists()
        or stop.replies.exclude(said_at=None).exists()
    )
