"""The only way that a page of this room gets a row."""

from __future__ import annotations

from django.http import HttpRequest

from yingzao.activities.models import Activity
from yingzao.activities.queries import activities_of
from yingzao.core.scoping import only
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.live import queries
from yingzao.programmes import queries as programmes


def my_course(request: HttpRequest, code: str) -> tuple[Enrolment, Activity]:
    """A live course of a programme in which the person learns."""
    enrolment = only(
        Enrolment.objects.filter(person=request.user, state=EnrolmentState.ACTIVE).select_related(
            "programme"
        ),
        programme__activities__code=code,
    )
    return enrolment, only(activities_of(enrolment.programme).filter(kind="live"), code=code)


def desk_course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    programme = only(programmes.desk_programmes(request.user), code=programme_code)
    return only(queries.live_courses(programme), code=code)


def organised_course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    programme = only(programmes.programmes_organised_by(request.user), code=programme_code)
    return only(queries.live_courses(programme), code=code)


def report(activity: Activity, code: str) -> SourceFile:
    return only(queries.reports_of(activity), code=code)
