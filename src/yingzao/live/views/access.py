"""The only way that a page of this room gets a row."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity
from yingzao.activities.views import access
from yingzao.core.scoping import only
from yingzao.enrolment.enums import SourceState
from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.live import queries
from yingzao.live.models import Check, Material, Question


def my_course(request: HttpRequest, code: str) -> tuple[Enrolment, Activity]:
    return access.my_activity(request, KindKey.LIVE, code)


def desk_course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return access.readable_activity(request, KindKey.LIVE, programme_code, code)


def organised_course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return only(queries.live_courses(access.organised_programme(request, programme_code)), code=code)


def my_question(request: HttpRequest, code: str, question: str) -> tuple[Enrolment, Question]:
    """A question that the learner reads."""
    enrolment, activity = my_course(request, code)
    found = queries.readable_question(activity, question, enrolment)
    if found is None:
        raise Http404
    return enrolment, found


def my_own_question(request: HttpRequest, code: str, question: str) -> Question:
    enrolment, found = my_question(request, code, question)
    if found.enrolment_id != enrolment.pk:
        raise Http404
    return found


def my_check(request: HttpRequest, code: str, check: str) -> tuple[Enrolment, Check]:
    enrolment, activity = my_course(request, code)
    return enrolment, only(
        Check.objects.filter(activity=activity).select_related("activity__programme"), code=check
    )


def question_to_decide(activity: Activity, code: str) -> Question:
    return only(Question.objects.filter(activity=activity).select_related("activity"), code=code)


def check_of(activity: Activity, code: str) -> Check:
    return only(Check.objects.filter(activity=activity).select_related("activity"), code=code)


def material_of(activity: Activity, code: str) -> Material:
    return only(queries.materials_of(activity).select_related("activity"), code=code)


def report(activity: Activity, code: str) -> SourceFile:
    return only(queries.reports_of(activity), code=code)


def open_report(activity: Activity, code: str) -> SourceFile:
    """A kept table of which nobody has said yet what its columns are."""
    return only(queries.reports_of(activity).filter(state=SourceState.READ).select_related("file"), code=code)
