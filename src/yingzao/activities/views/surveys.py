"""Filling in a form: opened by its link or QR code, on a phone."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yingzao.activities import actions
from yingzao.activities.forms.surveys import AnswerForm
from yingzao.activities.queries import surveys as queries
from yingzao.activities.rules import surveys as rules
from yingzao.activities.views import access
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui import offline


@require_http_methods(["GET", "HEAD", "POST"])
@offline.kept("detail")
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The form, or the sentence why there is none now. Who must sign in first is led there and back."""
    found = access.survey_by_token(token)
    signed_in = request.user.is_authenticated
    if not signed_in and not found.is_for_anybody:
        return redirect_to_login(request.get_full_path())
    enrolment = queries.learner_of(request.user, found)
    if enrolment is None and not found.is_for_anybody:
        raise Http404
    by = request.user if signed_in else None
    fresh = {
        "key": uuid4(),
        "version": found.version,
        "promised": "anonymous" if found.is_anonymous else "named",
    }
    form = AnswerForm(queries.questions_of(found), request.POST or None, initial=fresh)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_survey(
                survey=found,
                enrolment=enrolment,
                key=form.cleaned_data["key"],
                version=form.cleaned_data["version"],
                is_promised_anonymous=form.cleaned_data["promised"] == "anonymous",
                said=form.said(),
                seconds=form.cleaned_data["seconds"],
                by=by,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            form.renew(version=fresh["version"], promised=fresh["promised"])
        else:
            return redirect(f"{reverse('activities:survey', args=[token])}?sent=1")
    has_answered = queries.has_answered(found, enrolment)
    return render(
        request,
        "activities/surveys/answer.html",
        {
            "audience": "learner" if enrolment else "public",
            "survey": found,
            "enrolment": enrolment,
            "form": form,
            "state": rules.state_of(found, clock.now()),
            "is_done": has_answered or (request.method == "GET" and "sent" in request.GET),
            "can_again": not has_answered and found.is_for_anybody and enrolment is None,
            "account": request.user.code if signed_in else offline.NOBODY,
        },
        status=422 if form.errors else 200,
    )
