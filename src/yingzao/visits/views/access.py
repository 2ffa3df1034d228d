"""The only way that a page of this room gets a row."""

from __future__ import annotations

from django.http import HttpRequest

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity
from yingzao.activities.queries import learners_of
from yingzao.activities.views import access
from yingzao.core.scoping import only
from yingzao.enrolment.models import Enrolment
from yingzao.visits import queries
from yingzao.visits.models import Stop


def my_visit(request: HttpRequest, code: str) -> tuple[Enrolment, Activity]:
    return access.my_activity(request, KindKey.VISIT, code)


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


def hosted_stop(request: HttpRequest, part_code: str) -> Stop:
    return only(queries.stops_hosted_by(request.user), part__code=part_code)
