"""The only way that a page of this room gets a row."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from yingzao.activities.models import Version
from yingzao.activities.queries import activities_for_enrolments
from yingzao.activities.views import access as activities
from yingzao.communities.models import NeedPhoto
from yingzao.core.scoping import only
from yingzao.enrolment.models import Enrolment
from yingzao.practice import queries
from yingzao.practice.models import Finding


def readable_version(request: HttpRequest, code: str) -> Version:
    """A version handed in, for the learner's mentor and the desk."""
    return only(
        queries.versions_readable_by(request.user).select_related(
            "entry__enrolment__programme__organisation",
            "entry__enrolment__community",
            "entry__enrolment__team__mentor",
            "entry__activity__programme",
            "reviewed_by",
        ),
        code=code,
    )


# Findings


def my_learning(request: HttpRequest) -> Enrolment:
    """As which learner the person records: the one that the form names, else of the programme chosen before, else of the newest."""
    mine = activities.my_enrolments(request)
    if not mine:
        raise Http404
    named = request.POST.get("learner", "")
    task = request.GET.get("task", "")
    if not named and task:
        of = activities_for_enrolments(mine).filter(code=task).values_list("programme_id", flat=True).first()
        named = next((e.code for e in mine if e.programme_id == of), "")
    chosen = request.session.get("programme")
    for enrolment in mine:
        if enrolment.code == named:
            return enrolment
    return next((e for e in mine if e.programme.code == chosen), mine[0])


def my_leader(request: HttpRequest, code: str) -> Finding:
    return only(queries.my_findings(request.user), leader__code=code)


def my_need(request: HttpRequest, code: str) -> Finding:
    return only(queries.my_findings(request.user), need__code=code)


def photo_of(finding: Finding, code: str) -> NeedPhoto:
    return only(NeedPhoto.objects.filter(need=finding.need).select_related("file", "need"), file__code=code)


def mentored_leader(request: HttpRequest, code: str) -> Finding:
    return only(queries.mentored_findings(request.user), leader__code=code)


def mentored_need(request: HttpRequest, code: str) -> Finding:
    return only(queries.mentored_findings(request.user), need__code=code)
