"""The organiser plans what a task asks for."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.practice import actions, phrases, queries
from yingzao.practice.enums import PartKind
from yingzao.practice.forms import GuidanceForm, PartForm
from yingzao.practice.readers import task_templates
from yingzao.practice.settling.parts import asked_parts
from yingzao.practice.views import access


@login_required
def guidance(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_task(request, programme_code, code)
    form = GuidanceForm.of(queries.task_of(activity), request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_task(activity=activity, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("practice:desk-task", programme_code, code)
    return render(
        request,
        "practice/guidance.html",
        {"programme": activity.programme, "activity": activity, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
def parts(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The parts in their order, or the templates where there are none."""
    activity = access.organised_task(request, programme_code, code)
    asked = asked_parts(activity.rule)
    context = {
        "programme": activity.programme,
        "activity": activity,
        "parts": [(one, phrases.ask_under_its_name(one), PartKind(one.kind).label) for one in asked],
        "kinds": PartKind.choices,
        "templates": () if asked else task_templates(),
    }
    return render(request, "practice/parts.html", context)


@login_required
@require_POST
def template(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_task(request, programme_code, code)
    try:
        actions.use_template(activity=activity, key=request.POST.get("template", ""), by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request, _("The parts of the template are there. Change what is different with you.")
        )
    return redirect("practice:desk-parts", programme_code, code)


@login_required
def new(request: HttpRequest, programme_code: str, code: str, kind: str) -> HttpResponse:
    activity = access.organised_task(request, programme_code, code)
    if kind not in PartKind.values:
        raise Http404
    form = PartForm(request.POST or None, kind=kind, initial={"title": PartKind(kind).label})
    if form.is_valid():
        try:
            actions.add_part(activity=activity, plan=form.plan(), by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The part is added."))
            return redirect("practice:desk-parts", programme_code, code)
    context = {
        "programme": activity.programme,
        "activity": activity,
        "form": form,
        "kind": PartKind(kind).label,
    }
    return render(request, "practice/part.html", context, status=422 if form.errors else 200)


@login_required
def part(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    activity, found, asked = access.organised_part(request, programme_code, code, part_code)
    form = PartForm.of(asked, getattr(found, "task_part", None), request.POST or None)
    if form.is_valid():
        try:
            actions.change_part(part=found, plan=form.plan(), by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("practice:desk-parts", programme_code, code)
    context = {
        "programme": activity.programme,
        "activity": activity,
        "form": form,
        "part": found,
        "kind": PartKind(asked.kind).label,
    }
    return render(request, "practice/part.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def move(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    _activity, found, _asked = access.organised_part(request, programme_code, code, part_code)
    actions.move_part(part=found, earlier=request.POST.get("to") == "earlier", by=request.user)
    return redirect("practice:desk-parts", programme_code, code)


@login_required
@require_POST
def remove(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    _activity, found, _asked = access.organised_part(request, programme_code, code, part_code)
    try:
        actions.remove_part(part=found, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The part is removed."))
    return redirect("practice:desk-parts", programme_code, code)
