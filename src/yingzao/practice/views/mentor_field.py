"""What a mentor's learners brought from the field. A resident is reached only where they agreed to that, and each look is recorded."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yingzao.core.errors import Refused
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.fieldwork import queries as field_queries
from yingzao.fieldwork.models import Interview
from yingzao.practice import actions, queries
from yingzao.practice.views import access

ROWS_A_PAGE = 100


@login_required
@require_safe
def field(request: HttpRequest) -> HttpResponse:
    walks, interviews = queries.mentored_walks(request.user), queries.mentored_interviews(request.user)
    show = "interviews" if request.GET.get("show") == "interviews" else "walks"
    context = {
        "show": show,
        "shows": [
            ("walks", _("Walks"), walks.order_by().count()),
            ("interviews", _("Interviews"), interviews.count()),
        ],
        "page": Paginator(interviews if show == "interviews" else walks, ROWS_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "has_learners": learners_mentored_by(request.user).exists(),
    }
    return render(request, "practice/mentor_field.html", context)


@login_required
@require_safe
def walk(request: HttpRequest, code: str) -> HttpResponse:
    found = access.mentored_walk(request, code)
    context = {"walk": found, "route": field_queries.route_of(found)}
    return render(request, "practice/mentor_walk.html", context)


@login_required
@require_safe
def interview(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, access.mentored_interview(request, code))


@login_required
@require_POST
@never_cache
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """The telephone in clear. Reading it is an act of its own and is recorded."""
    found = access.mentored_interview(request, code)
    try:
        phone = actions.show_interviewed_to_mentor(interview=found, by=request.user)
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("practice:mentor-interview", code)
    return _page(request, found, phone)


def _page(request: HttpRequest, found: Interview, clear: str = "") -> HttpResponse:
    agreements = field_queries.agreements_of(found)
    context = {
        "interview": found,
        "answers": field_queries.answers_of(found),
        "facts": {"agreements": agreements},
        "hides_contact": not any(consent for purpose, _words, consent in agreements if purpose == "mentor"),
        "photos": found.photos.exclude(file=None).select_related("file"),
        "clear": clear,
    }
    return render(request, "practice/mentor_interview.html", context)
