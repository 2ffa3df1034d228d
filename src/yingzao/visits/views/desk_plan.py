"""The organiser plans the stops of a visit."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.visits import actions, queries
from yingzao.visits.forms import StopPlanForm
from yingzao.visits.views import access


@login_required
def plan(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The stops in their order."""
    activity = access.organised_visit(request, programme_code, code)
    hosts = queries.hosts_of(activity)
    context = {
        "programme": activity.programme,
        "activity": activity,
        "stops": [
            (stop, "、".join(host.role.name for host in hosts.get(stop.pk, [])))
            for stop in queries.stops_of(activity)
        ],
    }
    return render(request, "visits/plan.html", context)


@login_required
def new_stop(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    form = StopPlanForm.of(activity, None, request.POST or None)
    if form.is_valid():
        try:
            actions.plan_stop(activity=activity, plan=form.plan(), by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The stop is added."))
            return redirect("visits:desk-plan", programme_code, code)
    context = {"programme": activity.programme, "activity": activity, "form": form}
    return render(request, "visits/plan_stop.html", context, status=422 if form.errors else 200)


@login_required
def edit_stop(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    stop = access.organised_stop(request, programme_code, code, part_code)
    activity, community = stop.part.activity, stop.community_id
    form = StopPlanForm.of(activity, stop, request.POST or None)
    if form.is_valid():
        try:
            actions.change_stop(stop=stop, plan=form.plan(), by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            if stop.community_id != community and queries.hosts_of(activity).get(stop.pk):
                messages.warning(
                    request, _("The stop lies elsewhere now. See whether its hosts are still right.")
                )
            return redirect("visits:desk-plan", programme_code, code)
    context = {"programme": activity.programme, "activity": activity, "stop": stop, "form": form}
    return render(request, "visits/plan_stop.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def move_stop(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    stop = access.organised_stop(request, programme_code, code, part_code)
    try:
        actions.move_stop(stop=stop, earlier=request.POST.get("to") == "earlier", by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("visits:desk-plan", programme_code, code)


@login_required
@require_POST
def remove_stop(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    stop = access.organised_stop(request, programme_code, code, part_code)
    try:
        actions.remove_stop(stop=stop, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The stop is removed."))
    return redirect("visits:desk-plan", programme_code, code)
