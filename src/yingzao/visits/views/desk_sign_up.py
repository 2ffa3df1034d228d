"""The organiser opens sign-up for a visit, reads who comes and who waits, and acts for learners."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.visits import actions, queries, rules
from yingzao.visits.enums import SignUpState
from yingzao.visits.forms import LetInForm, SignUpTermsForm
from yingzao.visits.views import access


@login_required
@never_cache
def sign_ups(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    return _list(request, activity)


def _list(request: HttpRequest, activity: Activity, shown: dict[str, str] | None = None) -> HttpResponse:
    """`shown`: learner's code → the contact's telephone in clear."""
    plan = queries.open_plan(activity)
    context: dict[str, Any] = {"programme": activity.programme, "activity": activity, "plan": plan}
    if plan is not None:
        rows = list(queries.standing(plan))
        context |= {
            "coming": sorted(
                (row for row in rows if row.state == SignUpState.IN), key=lambda row: row.enrolment.number_key
            ),
            "waiting": [row for row in rows if row.state == SignUpState.WAITING],
            "others": queries.without_sign_up(plan, activity),
            "places": queries.places(plan),
            "is_open": rules.takes_sign_ups(plan, activity, clock.now()),
            "is_ahead": rules.lies_ahead(activity),
            "closes_at": rules.closes_at(plan, activity),
            "shown": shown or {},
        }
    return render(request, "visits/desk_sign_up.html", context)


@login_required
def terms(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    form = SignUpTermsForm.of(
        queries.sign_up_plan(activity), request.POST if request.method == "POST" else None
    )
    if form.is_valid():
        try:
            done = actions.set_sign_up(activity=activity, terms=form.terms(), by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            _say_what_followed(request, done)
            return redirect("visits:desk-sign-up", programme_code, code)
    context = {"programme": activity.programme, "activity": activity, "form": form}
    return render(request, "visits/desk_sign_up_terms.html", context, status=422 if form.errors else 200)


def _say_what_followed(request: HttpRequest, done: actions.TermsSet) -> None:
    messages.success(request, _("Saved."))
    _say_moved_up(request, done.moved_up)
    if done.plan.is_on and done.over:
        messages.warning(
            request,
            ngettext(
                "%(count)d more has a place than there are places now. Nobody was thrown out.",
                "%(count)d more have a place than there are places now. Nobody was thrown out.",
                done.over,
            )
            % {"count": done.over},
        )


def _say_moved_up(request: HttpRequest, count: int) -> None:
    if count:
        said = ngettext(
            "%(count)d learner moved up from the waiting list and was told.",
            "%(count)d learners moved up from the waiting list and were told.",
            count,
        )
        messages.info(request, said % {"count": count})


@login_required
@require_POST
def add(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Sign up those who are ticked."""
    activity = access.organised_visit(request, programme_code, code)
    learners = access.asked_learners_among(activity, request.POST.getlist("learner"))
    if not learners:
        messages.warning(request, _("Tick the learners first."))
        return redirect("visits:desk-sign-up", programme_code, code)
    try:
        made = actions.sign_up_others(
            activity=activity,
            enrolments=learners,
            by=request.user,
            over_reason=request.POST.get("reason", ""),
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("visits:desk-sign-up", programme_code, code)
    in_line = sum(row.state == SignUpState.WAITING for row in made)
    said = ngettext("%(count)d learner is signed up.", "%(count)d learners are signed up.", len(made))
    messages.success(request, said % {"count": len(made)})
    if in_line:
        said = ngettext(
            "No place was free for %(count)d of them: on the waiting list.",
            "No place was free for %(count)d of them: on the waiting list.",
            in_line,
        )
        messages.warning(request, said % {"count": in_line})
    return redirect("visits:desk-sign-up", programme_code, code)


@login_required
def let_in(request: HttpRequest, programme_code: str, code: str, learner_code: str) -> HttpResponse:
    """Give somebody who waits a place past the others, with the reason."""
    activity = access.organised_visit(request, programme_code, code)
    row = access.signed_up(access.plan_of(activity), learner_code)
    form = LetInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.let_in(
                activity=activity,
                enrolment=row.enrolment,
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            said = _("%(name)s has a place now and was told.") % {"name": row.enrolment.name}
            messages.success(request, said)
            return redirect("visits:desk-sign-up", programme_code, code)
    context = {
        "programme": activity.programme,
        "activity": activity,
        "row": row,
        "places": queries.places(row.plan),
        "form": form,
    }
    return render(request, "visits/desk_let_in.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def cancel(request: HttpRequest, programme_code: str, code: str, learner_code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    row = access.signed_up(access.plan_of(activity), learner_code)
    try:
        moved_up = actions.cancel_sign_up(activity=activity, enrolment=row.enrolment, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        said = _("The sign-up of %(name)s is cancelled.") % {"name": row.enrolment.name}
        messages.success(request, said)
        _say_moved_up(request, len(moved_up))
    return redirect("visits:desk-sign-up", programme_code, code)


@login_required
@require_POST
@never_cache
def phone(request: HttpRequest, programme_code: str, code: str, learner_code: str) -> HttpResponse:
    """The contact's telephone in clear; the audit says who read it."""
    activity = access.organised_visit(request, programme_code, code)
    row = access.signed_up(access.plan_of(activity), learner_code)
    clear = actions.show_emergency_phone(sign_up=row, by=request.user)
    return _list(request, activity, {learner_code: clear})
