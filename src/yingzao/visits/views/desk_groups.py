"""The organiser plans the groups in which people ride, fills them, and prints their lists."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.visits import actions, queries, rules
from yingzao.visits.enums import Together
from yingzao.visits.forms import FillForm, GroupForm, SeatForm
from yingzao.visits.views import access


@login_required
def groups(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    plan = queries.open_plan(activity)
    context = {
        "programme": activity.programme,
        "activity": activity,
        "plan": plan,
        "grouped": queries.grouped(plan) if plan else None,
        "is_ahead": rules.lies_ahead(activity),
    }
    return render(request, "visits/desk_groups.html", context)


@login_required
def new_group(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    access.plan_of(activity)
    data = request.POST if request.method == "POST" else None
    form = GroupForm.of(None, data, departs_at=activity.starts_at)
    if form.is_valid():
        try:
            actions.add_group(activity=activity, group=form.plan(), by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The group is added."))
            return redirect("visits:desk-groups", programme_code, code)
    context = {"programme": activity.programme, "activity": activity, "form": form}
    return render(request, "visits/desk_group.html", context, status=422 if form.errors else 200)


@login_required
def edit_group(request: HttpRequest, programme_code: str, code: str, group_code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    group = access.group_of(access.plan_of(activity), group_code)
    form = GroupForm.of(group, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.change_group(group=group, to=form.plan(), by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("visits:desk-groups", programme_code, code)
    context = {"programme": activity.programme, "activity": activity, "group": group, "form": form}
    return render(request, "visits/desk_group.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove_group(request: HttpRequest, programme_code: str, code: str, group_code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    group = access.group_of(access.plan_of(activity), group_code)
    try:
        riders = actions.remove_group(group=group, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The group is removed."))
        if riders:
            said = ngettext(
                "%(count)d learner has no seat now.", "%(count)d learners have no seat now.", riders
            )
            messages.warning(request, said % {"count": riders})
    return redirect("visits:desk-groups", programme_code, code)


@login_required
def fill(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Shows how the groups would be filled; posting what was shown fills them."""
    activity = access.organised_visit(request, programme_code, code)
    plan = access.plan_of(activity)
    asked = request.POST if request.method == "POST" else request.GET
    form = FillForm(asked if asked else None, initial={"together": plan.together or Together.TEAM})
    found = None
    if form.is_valid():
        told = form.cleaned_data
        found = queries.seating(plan, told["together"], afresh=told["afresh"])
        if request.method == "POST":
            try:
                done = actions.fill_groups(
                    activity=activity, by=request.user, token=request.POST.get("token", ""), **told
                )
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
            else:
                said = ngettext("%(count)d seat is given.", "%(count)d seats are given.", done.given)
                messages.success(request, said % {"count": done.given})
                return redirect("visits:desk-groups", programme_code, code)
    context = {"programme": activity.programme, "activity": activity, "form": form, "found": found}
    return render(request, "visits/desk_groups_fill.html", context, status=422 if form.errors else 200)


@login_required
def seat(request: HttpRequest, programme_code: str, code: str, learner_code: str) -> HttpResponse:
    """Move one learner to another group."""
    activity = access.organised_visit(request, programme_code, code)
    plan = access.plan_of(activity)
    row = access.placed(plan, learner_code)
    form = SeatForm.of(queries.grouped(plan), row, request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen = form.cleaned_data["group"]
        try:
            actions.seat_learner(
                activity=activity,
                enrolment=row.enrolment,
                group=None if chosen == form.NONE else access.group_of(plan, chosen),
                by=request.user,
                over=form.cleaned_data["over"],
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("visits:desk-groups", programme_code, code)
    context = {"programme": activity.programme, "activity": activity, "row": row, "form": form}
    return render(request, "visits/desk_seat.html", context, status=422 if form.errors else 200)


@login_required
def sheet(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """One sheet of A4 a group, to tick at the door of the bus. No telephone stands on it."""
    activity = access.desk_visit(request, programme_code, code)
    plan = access.plan_of(activity)
    context = {
        "programme": activity.programme,
        "activity": activity,
        "grouped": queries.grouped(plan),
    }
    return render(request, "visits/groups_sheet.html", context)
