"""Attendance requests: a learner's own, those about one duty, and the desk's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from yingzao.activities.enums import RequestState
from yingzao.activities.models import Activity, AttendanceRequest
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.models import Programme


def _with_rows(requests: QuerySet[AttendanceRequest]) -> QuerySet[AttendanceRequest]:
    """With everything that a line about a request shows."""
    return requests.select_related(
        "programme__organisation",
        "enrolment__community",
        "enrolment__person",
        "activity__programme",
        "part",
        "asked_by",
        "decided_by",
        "undone_by",
    ).prefetch_related("files__file")


def requests_of(programme: Programme) -> QuerySet[AttendanceRequest]:
    """All requests of a programme, the newest first."""
    return _with_rows(programme.attendance_requests.all())


def requests_asked_by(person: Person) -> QuerySet[AttendanceRequest]:
    """Those about the person's own duties, whoever entered them; none once they left."""
    return _with_rows(
        AttendanceRequest.objects.filter(enrolment__person=person, enrolment__state=EnrolmentState.ACTIVE)
    )


def requests_about(enrolment: Enrolment, activity: Activity) -> QuerySet[AttendanceRequest]:
    """Those about one duty, the oldest first."""
    return _with_rows(enrolment.attendance_requests.filter(activity=activity)).order_by("asked_at", "pk")


def brief_requests_about(enrolment: Enrolment, activity: Activity) -> list[AttendanceRequest]:
    """The same, for a list that shows of each what it is and how it stands: without the rows that only its page shows."""
    asked = list(
        AttendanceRequest.objects.filter(enrolment=enrolment, activity=activity).order_by("asked_at", "pk")
    )
    for request in asked:
        request.enrolment, request.activity = enrolment, activity
    return asked


def waiting_requests(programme: Programme) -> QuerySet[AttendanceRequest]:
    return programme.attendance_requests.filter(state=RequestState.WAITING)


def shown_requests(
    programme: Programme, *, state: str, kind: str = "", activity: str = "", search: str = ""
) -> QuerySet[AttendanceRequest]:
    """The desk's list. `state` is a state or `all`; `search` looks in name, number, community, pinyin and activity.

    Those that wait come in the order in which they were asked, everything else the newest first.
    """
    found = requests_of(programme)
    if state != "all":
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    if activity:
        found = found.filter(activity__code=activity)
    for word in search.split():
        found = found.filter(
            Q(enrolment__name__icontains=word)
            | Q(enrolment__number__icontains=word)
            | Q(enrolment__pinyin__icontains=word)
            | Q(enrolment__community__name__icontains=word)
            | Q(enrolment__community_as_given__icontains=word)
            | Q(activity__title__icontains=word)
        )
    return found.order_by("asked_at", "pk") if state == RequestState.WAITING else found


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """How many requests stand behind each filter: states over all, kinds and activities within the chosen state."""

    states: Mapping[str, int]
    kinds: Mapping[str, int]
    activities: Mapping[tuple[str, str], int]  # (code, head) in the plan's order

    @property
    def all(self) -> int:
        return sum(self.states.values())


def request_counts(programme: Programme, state: str) -> RequestCounts:
    """One query, however many requests there are."""
    states: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    activities: Counter[tuple[str, str]] = Counter()
    rows = (
        programme.attendance_requests.order_by("activity__position", "activity__pk")
        .values_list("state", "kind", "activity__code", "activity__short_title", "activity__title")
        .annotate(count=Count("pk"))
    )
    for found, kind, code, short, title, count in rows:
        states[found] += count
        if state in ("all", found):
            kinds[kind] += count
            activities[code, short or title] += count
    return RequestCounts(states, kinds, activities)
