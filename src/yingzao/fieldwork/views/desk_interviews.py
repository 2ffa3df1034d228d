"""Interviews on the desk. Names and telephones are the residents': masked, in clear by an act that is recorded, forgotten when they ask."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yingzao.communities import queries as communities
from yingzao.communities.rules import may_keep_register
from yingzao.communities.views.desk_graph import address_of
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phones_in
from yingzao.fieldwork import actions, phrases, queries
from yingzao.fieldwork.forms.field import EraseInterviewForm, FieldNeedForm, InterviewFilter
from yingzao.fieldwork.models import Interview
from yingzao.fieldwork.views import access

INTERVIEWS_A_PAGE = 50


@login_required
@require_safe
def interview_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    known = queries.interviews_of(organisation)
    held_in = communities.communities_of(organisation).filter(interviews__isnull=False).distinct()
    form = InterviewFilter(request.GET, held_in, queries.guides_of(organisation))
    asked = form.cleaned_data if form.is_valid() else {}
    shown = queries.narrow_interviews(
        known,
        words=asked.get("q", ""),
        community=asked.get("community", ""),
        guide=asked.get("guide", ""),
    )
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "form": form,
        "total": known.count(),
        "page": Paginator(shown, INTERVIEWS_A_PAGE).get_page(request.GET.get("page")),
        "here": "interviews",
        "waiting": queries.waiting_count(organisation),
    }
    return render(request, "fieldwork/desk/interviews.html", context)


@login_required
@require_safe
def interview(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _page(request, programme_code, access.interview_to_read(request.user, programme_code, code))


@login_required
@require_POST
@never_cache
def contact(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The telephone in clear. Reading it is an act of its own and is recorded."""
    found = access.interview_to_keep(request.user, programme_code, code)
    phone = actions.show_interview_contact(interview=found, by=request.user, reader="desk")
    return _page(request, programme_code, found, phone)


@login_required
@require_POST
def withdraw(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.interview_to_keep(request.user, programme_code, code)
    purpose = request.POST.get("purpose", "")
    if actions.withdraw_interview_consent(interview=found, purpose=purpose, by=request.user):
        messages.success(request, _("The withdrawal is written down."))
    return redirect("fieldwork:desk-interview", programme_code, code)


@login_required
@never_cache
def erase(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.interview_to_keep(request.user, programme_code, code)
    form = EraseInterviewForm(request.POST or None)
    if form.is_valid():
        try:
            actions.erase_interview(interview=found, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("What was said is gone. That there was a talk stays."))
            return redirect("fieldwork:desk-interviews", programme_code)
    context = {"programme_code": programme_code, "interview": found, "form": form}
    return render(request, "fieldwork/desk/interview_erase.html", context, status=422 if form.errors else 200)


@login_required
def need(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """A need that somebody reads out of an interview: its words stand in the form already."""
    found = access.interview_to_keep(request.user, programme_code, code)
    said = [f"{question}\n{answer}" for question, answer in queries.answers_of(found) if answer]
    initial = {
        "whose": found.role,
        "evidence": mask_phones_in("\n\n".join(said))[:3000],
        "source_note": phrases.say_interview(found),
    }
    form = FieldNeedForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            made = actions.make_need_of_interview(
                interview=found, by=request.user, key=form.cleaned_data["key"], **form.said()
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The need is in the register."))
            return redirect("communities:desk-need", programme_code, made.code)
    context = {"programme_code": programme_code, "interview": found, "form": form}
    return render(request, "fieldwork/desk/interview_need.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, programme_code: str, found: Interview, clear: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "programme_code": programme_code,
        "interview": found,
        "answers": queries.answers_of(found),
        "facts": {"agreements": queries.agreements_of(found)},
        "photos": found.photos.exclude(file=None).select_related("file"),
        "made": [(m, address_of(programme_code, m.record)) for m in queries.made_of_interview(found)],
        "clear": clear,
        "keeps": may_keep_register(request.user, found.organisation) and found.erased_at is None,
    }
    return render(request, "fieldwork/desk/interview.html", context)
