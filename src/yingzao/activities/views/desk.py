"""Planning at the desk: the list, one activity, the plan sheet, record sheets."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.activities import actions, queries
from yingzao.activities import kind as kinds
from yingzao.activities.enums import KindKey
from yingzao.activities.forms import ActivityForm, SheetForm
from yingzao.activities.models import Activity
from yingzao.activities.readers import read_plan
from yingzao.activities.views import access
from yingzao.core import media
from yingzao.core.errors import Refused
from yingzao.core.ports import port
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import SourcePurpose
from yingzao.programmes.rules import may_organise


@login_required
def activity_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.readable_programme(request, programme_code)
    groups = [
        (
            KindKey(key).label,
            [(a, kinds.get(a.kind).ask(a.rule, a), kinds.get(a.kind).desk_url(a)) for a in members],
        )
        for key, members in groupby(queries.planned_activities(programme), lambda a: a.kind)
    ]
    return render(
        request,
        "activities/list.html",
        {
            "programme": programme,
            "groups": groups,
            "now": timezone.now(),
            "organises": may_organise(request.user, programme),
            "kinds": [(k, KindKey(k).label) for k in kinds.registered()],
        },
    )


@login_required
def activity_add(request: HttpRequest, programme_code: str, kind: str) -> HttpResponse:
    programme = access.organised_programme(request, programme_code)
    if kind not in kinds.registered():
        raise Http404
    return _edit(request, programme, kind, None)


@login_required
def activity_edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_activity(request, programme_code, code)
    return _edit(request, activity.programme, activity.kind, activity)


def _edit(request: HttpRequest, programme, kind: str, activity: Activity | None) -> HttpResponse:
    form = ActivityForm(kind, programme, request.POST or None, activity=activity)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_activity(
                programme=programme,
                by=request.user,
                kind=kind,
                values=form.values(),
                parts=form.part_times(),
                extras=form.extras(),
                activity=activity,
                targets=form.targets(),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("“%(name)s” is planned.") % {"name": saved.title})
            return redirect("activities:desk-list", programme.code)
    return render(
        request,
        "activities/edit.html",
        {"programme": programme, "form": form, "activity": activity, "kind_label": KindKey(kind).label},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def activity_cancel(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_activity(request, programme_code, code)
    actions.cancel_activity(activity=activity, by=request.user)
    messages.success(request, _("“%(name)s” is cancelled and counts for nobody.") % {"name": activity.title})
    return redirect("activities:desk-list", programme_code)


@login_required
@require_POST
def activity_restore(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_activity(request, programme_code, code)
    actions.restore_activity(activity=activity, by=request.user)
    messages.success(request, _("“%(name)s” is planned again.") % {"name": activity.title})
    return redirect("activities:desk-list", programme_code)


@login_required
def plan_upload(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Take a plan sheet and show what it would do; nothing is planned yet."""
    programme = access.organised_programme(request, programme_code)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        data = upload.read()
        try:
            read_plan(port("tables").read(data, upload.name))
            source, _new = enrolment.keep_source(
                programme=programme, by=request.user, data=data, name=upload.name, purpose=SourcePurpose.PLAN
            )
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("activities:desk-plan-preview", programme.code, source.code)
    return render(
        request,
        "activities/plan_upload.html",
        {"programme": programme, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
def plan_preview(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """What the plan sheet would do, row by row; planned on confirmation."""
    programme = access.organised_programme(request, programme_code)
    source = access.plan_file(programme, code)
    plan = read_plan(port("tables").read(media.read_bytes(source.file), source.name))
    if request.method == "POST":
        done = actions.import_plan(programme=programme, plan=plan, by=request.user)
        actions.confirm_source(
            source, by=request.user, meta={"created": done.created, "changed": done.changed}
        )
        messages.success(
            request,
            _("%(created)d activities added, %(changed)d changed, %(unchanged)d as they were.")
            % {"created": done.created, "changed": done.changed, "unchanged": done.unchanged},
        )
        return redirect("activities:desk-list", programme.code)
    known = {(a.kind, a.title) for a in programme.activities.all()}
    return render(
        request,
        "activities/plan_preview.html",
        {
            "programme": programme,
            "source": source,
            "plan": plan,
            "rows": [(p, KindKey(p.kind).label, (p.kind, p.title) in known) for p in plan.activities],
        },
    )


@login_required
def records(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Bring in a record sheet: who did what, when."""
    programme = access.organised_programme(request, programme_code)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            source, is_new = actions.import_records(
                programme=programme, by=request.user, data=upload.read(), name=upload.name
            )
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
        else:
            if is_new:
                messages.success(
                    request,
                    ngettext(
                        "%(count)d record entered the ledger.",
                        "%(count)d records entered the ledger.",
                        source.meta["facts"],
                    )
                    % {"count": source.meta["facts"]},
                )
            else:
                messages.info(request, _("This file was brought in before; nothing was changed."))
            return redirect("activities:desk-records", programme.code)
    return render(
        request,
        "activities/records.html",
        {
            "programme": programme,
            "form": form,
            "files": queries.record_counts(access.record_files(programme)),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def records_take_back(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme = access.organised_programme(request, programme_code)
    actions.take_back_records(source_file=access.record_file(programme, code), by=request.user)
    messages.success(request, _("The record sheet was taken back; what it had recorded counts no more."))
    return redirect("activities:desk-records", programme.code)
