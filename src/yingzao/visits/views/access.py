"""The only way that a page of this room gets a row."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.http import Http404, HttpRequest

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity
from yingzao.activities.queries import asked_learners, learners_of
from yingzao.activities.views import access
from yingzao.core.scoping import only
from yingzao.enrolment.models import Enrolment
from yingzao.programmes.models import StaffRole
from yingzao.visits import queries
from yingzao.visits.actions import read_pass
from yingzao.visits.models import FieldFile, Scan, SeatGroup, SignUp, SignUpPlan, Stop, StopDocument
from yingzao.visits.rules import may_check_in_others


def my_visit(request: HttpRequest, code: str) -> tuple[Enrolment, Activity]:
    return access.my_activity(request, KindKey.VISIT, code)


def my_enrolments(request: HttpRequest) -> list[Enrolment]:
    """404 for whoever learns nowhere."""
    found = access.my_enrolments(request)
    if not found:
        raise Http404
    return found


def desk_visit(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return access.readable_activity(request, KindKey.VISIT, programme_code, code)


def organised_visit(request: HttpRequest, programme_code: str, code: str) -> Activity:
    programme = access.organised_programme(request, programme_code)
    return only(
        programme.activities.filter(kind=KindKey.VISIT).select_related("programme__organisation"), code=code
    )


def organised_stop(request: HttpRequest, programme_code: str, code: str, part_code: str) -> Stop:
    return only(queries.stops_of(organised_visit(request, programme_code, code)), part__code=part_code)


def learner_of(stop: Stop, code: str) -> Enrolment:
    return only(learners_of(stop.part.activity.programme), code=code)


def document_of(stop: Stop, code: str) -> StopDocument:
    return only(queries.documents_of(stop).select_related("stop__part__activity__programme"), code=code)


def hosting(request: HttpRequest, part_code: str) -> tuple[Stop, StaffRole]:
    """The stop, and as whom the person hosts there."""
    stop = only(queries.stops_hosted_by(request.user), part__code=part_code)
    return stop, queries.role_of_host(request.user, stop)


def host_of(stop: Stop, role_code: str) -> StaffRole:
    hosts = queries.hosts_of(stop.part.activity).get(stop.pk, [])
    return only(StaffRole.objects.filter(pk__in=[host.role.pk for host in hosts]), code=role_code)


def scan_of(activity: Activity, key: str) -> Scan:
    return only(queries.scans_of(activity), key=(keys_of([key]) or [uuid.UUID(int=0)])[0])


def keys_of(given: Iterable[str]) -> list[uuid.UUID]:
    """Those that are keys at all."""
    found = []
    for text in given:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def shown_learner(request: HttpRequest, shown: str) -> Enrolment:
    """The learner whose code this is, for whoever checks in learners of that programme."""
    code = read_pass(shown)
    learner = only(queries.active_learners(), code=code or "")
    if not may_check_in_others(request.user, learner.programme):
        raise Http404
    return learner


def one_file(files: Iterable[FieldFile], code: str) -> FieldFile:
    found = next((file for file in files if file.code == code), None)
    if found is None:
        raise Http404
    return found


def one_of(stops: Sequence[Stop], part_code: str) -> Stop | None:
    return next((stop for stop in stops if stop.part.code == part_code), None)


def signed_up(plan: SignUpPlan, learner_code: str) -> SignUp:
    return only(queries.standing(plan), enrolment__code=learner_code)


def plan_of(activity: Activity) -> SignUpPlan:
    return only(SignUpPlan.objects.filter(is_on=True), visit__activity=activity)


def asked_learners_among(activity: Activity, codes: Sequence[str]) -> list[Enrolment]:
    """Those of the ticked ones for whom the visit is."""
    return list(asked_learners(activity).filter(code__in=codes).select_related("person"))


def placed(plan: SignUpPlan, learner_code: str) -> SignUp:
    return only(queries.with_place(plan), enrolment__code=learner_code)


def group_of(plan: SignUpPlan, code: str) -> SeatGroup:
    rows = SeatGroup.objects.filter(plan=plan).select_related("plan__visit__activity__programme")
    return only(rows, code=code)
