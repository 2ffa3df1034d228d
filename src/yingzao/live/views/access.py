"""The only way that a page of this room gets a row."""

from __future__ import annotations

from django.http import HttpRequest

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity
from yingzao.activities.views import access
from yingzao.core.scoping import only
from yingzao.enrolment.enums import SourceState
from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.live import queries


def my_course(request: HttpRequest, code: str) -> tuple[Enrolment, Activity]:
    return access.my_activity(request, KindKey.LIVE, code)


def desk_course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return access.readable_activity(request, KindKey.LIVE, programme_code, code)


def organised_course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return only(queries.live_courses(access.organised_programme(request, programme_code)), code=code)


def report(activity: Activity, code: str) -> SourceFile:
    return only(queries.reports_of(activity), code=code)


def open_report(activity: Activity, code: str) -> SourceFile:
    """A kept table of which nobody has said yet what its columns are."""
    return only(queries.reports_of(activity).filter(state=SourceState.READ).select_related("file"), code=code)
