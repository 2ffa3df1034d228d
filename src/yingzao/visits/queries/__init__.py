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
    Headcount,
    StopRow,
    TimeOffer,
    WalkIn,
    active_learners,
    arrival,
    arrivals,
    arrived_count,
    codes_used_often,
    devices_shared,
    headcount,
    here_now,
    known_walk_ins,
    offered_times,
    open_count,
    others_at,
    refused_scans,
    scans_of,
    stops_around,
    stops_with,
    times_of,
    waiting_scans,
    walk_in_counts,
    walk_ins,
)
from yingzao.visits.queries.documents import documents_by_stop, documents_of, may_read_document
from yingzao.visits.queries.groups import (
    Grouped,
    GroupRow,
    Seating,
    group_names,
    grouped,
    in_columns,
    rides_of,
    seating,
)
from yingzao.visits.queries.hosts import (
    MARKS,
    Contact,
    Heard,
    Host,
    contacts_of,
    forms_waiting,
    heard_of,
    hosts_of,
    hosts_to_tell,
    nameable_hosts,
    replies_of,
    reply_of,
    role_of_host,
    roles_by_unit,
    stops_hosted_by,
    usual_hosts,
)
from yingzao.visits.queries.material import (
    HERE,
    StopMaterial,
    VisitRecord,
    arrived_keys,
    consents_of,
    current_notes,
    file_of,
    files_of,
    files_of_learner,
    free_photos,
    held_count,
    learns_in,
    material_of,
    methods_used,
    notes_of,
    notes_of_learner,
    own_files,
    own_notes,
    photos_to_publish,
    record_of,
)
from yingzao.visits.queries.sign_up import (
    MySignUp,
    Places,
    contacts_to_forget,
    expected_learners,
    learners_with_place,
    my_sign_up,
    open_plan,
    place_in_line,
    places,
    sign_up_plan,
    sign_up_states,
    sign_ups_of_those_who_left,
    standing,
    waiting,
    whom_to_ask,
    with_place,
    without_sign_up,
)

__all__ = [
    "ARRIVED",
    "HERE",
    "MARKS",
    "Arrival",
    "CodeUse",
    "Contact",
    "GroupRow",
    "Grouped",
    "Headcount",
    "Heard",
    "Host",
    "MySignUp",
    "Places",
    "Seating",
    "StopMaterial",
    "StopRow",
    "TimeOffer",
    "VisitRecord",
    "WalkIn",
    "active_learners",
    "arrival",
    "arrivals",
    "arrived_count",
    "arrived_keys",
    "codes_used_often",
    "consents_of",
    "contacts_of",
    "contacts_to_forget",
    "current_notes",
    "devices_shared",
    "documents_by_stop",
    "documents_of",
    "expected_learners",
    "file_of",
    "files_of",
    "files_of_learner",
    "forms_waiting",
    "free_photos",
    "group_names",
    "grouped",
    "has_records",
    "headcount",
    "heard_of",
    "held_count",
    "here_now",
    "hosts_of",
    "hosts_to_tell",
    "in_columns",
    "known_walk_ins",
    "learners_with_place",
    "learns_in",
    "material_of",
    "may_read_document",
    "methods_used",
    "my_sign_up",
    "nameable_hosts",
    "notes_of",
    "notes_of_learner",
    "offered_times",
    "open_count",
    "open_plan",
    "others_at",
    "own_files",
    "own_notes",
    "photos_to_publish",
    "place_in_line",
    "places",
    "places_of",
    "record_of",
    "refused_scans",
    "replies_of",
    "reply_of",
    "rides_of",
    "role_of_host",
    "roles_by_unit",
    "scans_of",
    "seating",
    "sign_up_plan",
    "sign_up_states",
    "sign_ups_of_those_who_left",
    "standing",
    "stops_around",
    "stops_hosted_by",
    "stops_of",
    "stops_with",
    "times_of",
    "usual_hosts",
    "visit_of",
    "waiting",
    "waiting_scans",
    "walk_in_counts",
    "walk_ins",
    "whom_to_ask",
    "with_place",
    "without_sign_up",
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
