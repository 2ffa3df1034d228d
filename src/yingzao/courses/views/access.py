"""The only way that a page of this room gets a list of completions."""

from __future__ import annotations

from django.http import HttpRequest

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity
from yingzao.activities.views import access
from yingzao.core.scoping import only
from yingzao.courses.queries import outside
from yingzao.enrolment.enums import SourceState
from yingzao.enrolment.models import SourceFile


def desk_course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return access.readable_activity(request, KindKey.COURSE, programme_code, code)


def organised_course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return access.organised_activity(request, programme_code, code, kind=KindKey.COURSE)


def completion_list(activity: Activity, code: str) -> SourceFile:
    return only(outside.counted_lists(activity).select_related("programme__organisation"), code=code)


def open_list(activity: Activity, code: str) -> SourceFile:
    """A kept list that nobody has taken yet."""
    return only(
        outside.lists_of(activity).filter(state=SourceState.READ).select_related("programme__organisation"),
        code=code,
    )
