"""What a mentor's learners found. Leaders are reached by the mentor only where they agreed to that, and each look is recorded."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.communities.queries import leader_facts
from yingzao.core.errors import Refused
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.practice import actions, queries
from yingzao.practice.models import Finding
from yingzao.practice.views import access

FINDINGS_A_PAGE = 100


@login_required
def findings(request: HttpRequest) -> HttpResponse:
    found = queries.mentored_findings(request.user)
    leaders, needs = found.exclude(leader=None), found.exclude(need=None)
    show = "needs" if request.GET.get("show") == "needs" else "leaders"
    rows = needs if show == "needs" else leaders
    context = {
        "show": show,
        "shows": [("leaders", _("Leaders"), leaders.count()), ("needs", _("Needs"), needs.count())],
        "page": Paginator(rows, FINDINGS_A_PAGE).get_page(request.GET.get("page")),
        "has_learners": learners_mentored_by(request.user).exists(),
    }
    return render(request, "practice/mentor_findings.html", context)


@login_required
def leader(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, access.mentored_leader(request, code))


@login_required
@require_POST
@never_cache
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """Telephone and other ways in clear. Reading them is an act of its own and is recorded."""
    finding = access.mentored_leader(request, code)
    try:
        clear = actions.show_contact_to_mentor(finding=finding, by=request.user)
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("practice:mentor-leader", code)
    return _page(request, finding, clear)


@login_required
def need(request: HttpRequest, code: str) -> HttpResponse:
    finding = access.mentored_need(request, code)
    context = {
        "finding": finding,
        "need": finding.need,
        "photos": finding.need.photos.select_related("file"),
    }
    return render(request, "practice/mentor_need.html", context)


def _page(request: HttpRequest, finding: Finding, clear: tuple[str, str] | None = None) -> HttpResponse:
    context = {
        "finding": finding,
        "leader": finding.leader,
        "facts": leader_facts(finding.leader),
        "clear": clear,
    }
    return render(request, "practice/mentor_leader.html", context)
