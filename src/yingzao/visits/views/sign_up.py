"""A learner signs up for a visit, reads the place in the line, and cancels."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.visits import actions, queries, rules
from yingzao.visits.forms import SignUpForm
from yingzao.visits.views import access


@login_required
@never_cache
def sign_up(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, activity = access.my_visit(request, code)
    mine = queries.my_sign_up(activity, enrolment)
    if mine is None:
        messages.info(request, _("Nobody has to sign up for this visit."))
        return redirect("visits:learner-visit", code)
    form = SignUpForm.of(mine.plan, mine.sign_up, request.POST if request.method == "POST" else None)
    if form.is_valid():
        act = actions.complete_sign_up if mine.sign_up else actions.sign_up
        try:
            act(
                enrolment=enrolment,
                activity=activity,
                by=request.user,
                agreed_to=form.agreed_to(),
                contact=form.contact(),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            if mine.sign_up:
                messages.success(request, _("Saved."))
            return redirect("visits:learner-sign-up", code)
    return render(
        request,
        "visits/sign_up.html",
        {
            "activity": activity,
            "mine": mine,
            "places": queries.places(mine.plan),
            "is_open": rules.takes_sign_ups(mine.plan, activity, clock.now()),
            "is_ahead": rules.lies_ahead(activity),
            "closes_at": rules.closes_at(mine.plan, activity),
            "names": actions.names_to_ask(activity),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, activity = access.my_visit(request, code)
    try:
        actions.cancel_own_sign_up(enrolment=enrolment, activity=activity, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Your sign-up is cancelled. Thank you for telling us."))
    return redirect("visits:learner-sign-up", code)
