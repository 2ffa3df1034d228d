"""Field tools on a learner's phone: walks, interviews, proposals, the map of the own community. All of it works without a network."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yingzao.communities.enums import ConsentPurpose, Facet
from yingzao.core.errors import Refused
from yingzao.core.ui import offline
from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork import actions as fieldwork
from yingzao.fieldwork import queries as field
from yingzao.fieldwork.enums import PointKind, ProposalKind
from yingzao.fieldwork.models import Interview
from yingzao.fieldwork.views.desk_map import map_context, map_filter
from yingzao.practice import actions, queries
from yingzao.practice.views import access


def outbox_of(enrolment: Enrolment) -> dict[str, Any]:
    """What a page needs to keep and deliver what is done in the field."""
    return {"enrolment": enrolment, "ticket": actions.field_ticket(enrolment)}


@login_required
@require_safe
@offline.kept("page")
def walks(request: HttpRequest) -> HttpResponse:
    enrolment = access.my_learning(request)
    context = outbox_of(enrolment) | {
        "walks": queries.field_of(enrolment).walks,
        "kinds": PointKind.choices,
        "facets": Facet.choices,
    }
    return render(request, "practice/walks.html", context)


@login_required
@require_safe
@offline.kept("page")
def walk(request: HttpRequest, code: str) -> HttpResponse:
    found = access.my_walk(request, code)
    return render(request, "practice/walk.html", {"walk": found, "route": field.route_of(found)})


@login_required
@require_POST
def remove_photo(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    """A learner takes an own photo off a point."""
    photo = access.field_photo(access.my_walk(request, code), key)
    fieldwork.remove_photo(photo=photo, by=request.user)
    messages.success(request, _("The photo is gone."))
    return redirect("practice:learner-walk", code)


@login_required
@require_safe
@offline.kept("page")
def interviews(request: HttpRequest) -> HttpResponse:
    enrolment = access.my_learning(request)
    held = queries.field_of(enrolment).interviews
    context = outbox_of(enrolment) | {
        "interviews": held,
        "arrived": [str(one.key) for one in held],
        "guides": field.guides_offered(enrolment.community) if enrolment.community else [],
        "purposes": ConsentPurpose.choices,
    }
    return render(request, "practice/interviews.html", context)


@login_required
@require_safe
def interview(request: HttpRequest, code: str) -> HttpResponse:
    return _interview_page(request, access.my_interview(request, code))


@login_required
@require_POST
@never_cache
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """The telephone in clear. Reading it is an act of its own and is recorded."""
    found = access.my_interview(request, code)
    try:
        phone = fieldwork.show_interview_contact(interview=found, by=request.user, reader="recorder")
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("practice:learner-interview", code)
    return _interview_page(request, found, phone)


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    found = access.my_interview(request, code)
    purpose = request.POST.get("purpose", "")
    if fieldwork.withdraw_interview_consent(interview=found, purpose=purpose, by=request.user):
        messages.success(request, _("The withdrawal is written down."))
    return redirect("practice:learner-interview", code)


def _interview_page(request: HttpRequest, found: Interview, clear: str = "") -> HttpResponse:
    context = {
        "interview": found,
        "answers": field.answers_of(found),
        "facts": {"agreements": field.agreements_of(found)},
        "photos": found.photos.exclude(file=None).select_related("file"),
        "made": field.made_of_interview(found),
        "clear": clear,
    }
    return render(request, "practice/interview.html", context)


@login_required
@require_safe
@offline.kept("page")
def proposals(request: HttpRequest) -> HttpResponse:
    enrolment = access.my_learning(request)
    made = queries.field_of(enrolment).proposals
    context = outbox_of(enrolment) | {
        "proposals": made,
        "arrived": [str(one.key) for one in made],
        "kinds": ProposalKind.choices,
        "facets": Facet.choices,
    }
    return render(request, "practice/proposals.html", context)


@login_required
@require_safe
@offline.kept("page")
def resource_map(request: HttpRequest) -> HttpResponse:
    """What the own community has and what troubles it. Without a network the page that was looked at last."""
    enrolment = access.my_learning(request)
    form = map_filter(request)
    context: dict[str, Any] = {"enrolment": enrolment, "form": form}
    if enrolment.community is not None:
        context |= map_context(enrolment.community, field.resource_map(enrolment.community, **form.asked()))
    return render(request, "practice/resource_map.html", context)
