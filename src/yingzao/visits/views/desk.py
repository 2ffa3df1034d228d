"""The organiser on the bus: stops, the rotating code, the list, the sheet on paper."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.activities import queries as activities
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.programmes.rules import may_organise
from yingzao.visits import actions, phrases, queries
from yingzao.visits.forms import ExcuseForm, StopForm
from yingzao.visits.models import Stop
from yingzao.visits.settling import codes
from yingzao.visits.views import access, maps


@login_required
def visit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.desk_visit(request, programme_code, code)
    rows = activities.desk_rows(activity)
    stops = list(queries.stops_of(activity))
    return maps.page(
        request,
        "visits/desk_visit.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "stops": stops,
            "hosts_by_stop": phrases.hosts_said(activity, stops),
            "rows": rows,
            "done": sum(r.duty.state in ("done", "late") for r in rows),
            "organises": may_organise(request.user, activity.programme),
            "open": queries.open_count(activity),
            "held": queries.held_count(activity),
            "plan": (plan := queries.open_plan(activity)),
            "places": queries.places(plan) if plan else None,
        },
        stops,
    )


@login_required
def stop_code(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    """The screen that learners scan."""
    stop = access.organised_stop(request, programme_code, code, part_code)
    return render(request, "visits/code.html", _code_context(request, stop, code, part_code))


@login_required
@never_cache
def stop_code_now(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    """The code of this moment, for the screen to fetch every few seconds."""
    stop = access.organised_stop(request, programme_code, code, part_code)
    return render(request, "visits/_code.html", _code_context(request, stop, code, part_code))


def _code_context(request: HttpRequest, stop: Stop, code: str, part_code: str) -> dict[str, Any]:
    now = clock.now()
    counter = codes.counter_at(now)
    digits = codes.code_of(stop.secret, counter)
    told = urlencode({"s": part_code, "n": counter, "c": digits})
    address = request.build_absolute_uri(f"{reverse('visits:learner-visit', args=[code])}?{told}")
    return {
        "programme": stop.part.activity.programme,
        "activity": stop.part.activity,
        "stop": stop,
        "digits": digits,
        "address": address,
        "seconds": 30 - int(now.timestamp()) % 30,
        "arrived": queries.arrived_count(stop),
    }


@login_required
def stop_list(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    """The list to tick."""
    stop = access.organised_stop(request, programme_code, code, part_code)
    form = StopForm(
        request.POST or None,
        initial={
            "place": stop.place,
            "guide_questions": stop.guide_questions,
            "place_check_m": stop.place_check_m or None,
        },
    )
    if request.method == "POST" and form.is_valid():
        actions.set_stop(stop=stop, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("visits:desk-stop", programme_code, code, part_code)
    arrivals = queries.arrivals(stop)
    return render(
        request,
        "visits/desk_stop.html",
        {
            "programme": stop.part.activity.programme,
            "activity": stop.part.activity,
            "stop": stop,
            "arrivals": arrivals,
            "others": queries.others_at(stop, arrivals),
            "walk_ins": queries.walk_ins(stop),
            "count": queries.headcount(arrivals),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def tick(
    request: HttpRequest, programme_code: str, code: str, part_code: str, learner_code: str
) -> HttpResponse:
    """Check a learner in, or take the check-in back; answers with the learner's line."""
    stop = access.organised_stop(request, programme_code, code, part_code)
    learner = access.learner_of(stop, learner_code)
    match request.POST.get("do"):
        case "in" | "out" as what:
            actions.check_in_by_staff(stop=stop, enrolment=learner, by=request.user, what=what)
        case "not-in" | "not-out" as undone:
            actions.untick(
                stop=stop,
                enrolment=learner,
                by=request.user,
                reason=_("unticked on the list"),
                what=undone.removeprefix("not-"),
            )
        case "not-excused":
            actions.take_excuse_back(stop=stop, enrolment=learner, by=request.user)
    if not getattr(request, "htmx", False):
        return redirect("visits:desk-stop", programme_code, code, part_code)
    return render(
        request,
        "visits/_arrival.html",
        {
            "arrival": queries.arrival(stop, learner),
            "programme": stop.part.activity.programme,
            "activity": stop.part.activity,
            "stop": stop,
        },
    )


@login_required
def excuse(
    request: HttpRequest, programme_code: str, code: str, part_code: str, learner_code: str
) -> HttpResponse:
    """Excuse a learner from one stop, with the reason."""
    stop = access.organised_stop(request, programme_code, code, part_code)
    learner = access.learner_of(stop, learner_code)
    form = ExcuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.excuse(stop=stop, enrolment=learner, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Excused."))
        return redirect("visits:desk-stop", programme_code, code, part_code)
    context = {"programme": stop.part.activity.programme, "stop": stop, "learner": learner, "form": form}
    return render(request, "visits/excuse.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def close(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    try:
        actions.close_visit(activity=activity, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The visit is closed; who was not checked in has missed it."))
    return redirect("visits:desk-visit", programme_code, code)


@login_required
def sheet(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The sign-in sheet on A4."""
    activity = access.desk_visit(request, programme_code, code)
    learners = queries.expected_learners(activity).select_related("community", "team")
    rides = queries.group_names(activity)
    return render(
        request,
        "visits/sheet.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "stops": queries.stops_of(activity),
            "learners": [(one, rides.get(one.pk, "")) for one in learners],
            "has_groups": bool(rides),
        },
    )
