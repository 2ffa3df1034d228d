"""Guides for interviews on the desk: written, changed, printed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from yingzao.communities.rules import may_keep_register
from yingzao.core.errors import Refused
from yingzao.fieldwork import actions, queries
from yingzao.fieldwork.forms.field import GuideForm
from yingzao.fieldwork.views import access


@login_required
@require_safe
def guide_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    guides = list(queries.guides_of(organisation))
    known = {guide.title for guide in guides}
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "guides": guides,
        "has_ready": any(one["title"] not in known for one in actions.ready_guides()),
        "keeps": may_keep_register(request.user, organisation),
        "here": "guides",
        "waiting": queries.waiting_count(organisation),
    }
    return render(request, "fieldwork/desk/guides.html", context)


@login_required
@require_POST
def ready(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Take the ready-made guides over; from then on they are the organisation's own."""
    organisation = access.register_to_keep(request.user, programme_code)
    made = len(actions.add_ready_guides(organisation=organisation, by=request.user))
    words = ngettext("%(count)d guide is added.", "%(count)d guides are added.", made)
    messages.success(request, words % {"count": made})
    return redirect("fieldwork:desk-guides", programme_code)


@login_required
def new(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_keep(request.user, programme_code)
    form = GuideForm(request.POST or None)
    if form.is_valid():
        told = dict(form.cleaned_data)
        told.pop("is_offered")
        try:
            made = actions.add_guide(organisation=organisation, by=request.user, **told)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The guide is on the phones of learners now."))
            return redirect("fieldwork:desk-guide", programme_code, made.code)
    del form.fields["is_offered"]
    context = {"programme_code": programme_code, "form": form}
    return render(request, "fieldwork/desk/guide.html", context, status=422 if form.errors else 200)


@login_required
def guide(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.guide_to_keep(request.user, programme_code, code)
    questions = queries.version_asked(found).questions
    form = GuideForm.of(found, questions, request.POST or None)
    if form.is_valid():
        try:
            actions.change_guide(guide=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("fieldwork:desk-guide", programme_code, code)
    context = {"programme_code": programme_code, "form": form, "guide": found}
    return render(request, "fieldwork/desk/guide.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def sheet(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """A blank record on A4. Its QR code opens the guide on a learner's phone, where the paper is typed in."""
    found = access.guide_to_read(request.user, programme_code, code)
    path = f"{reverse('practice:learner-interviews')}?guide={found.code}"
    context = {
        "programme_code": programme_code,
        "guide": found,
        "questions": queries.version_asked(found).questions,
        "address": request.build_absolute_uri(path),
        "keeps": may_keep_register(request.user, found.organisation),
    }
    return render(request, "fieldwork/desk/guide_sheet.html", context)
