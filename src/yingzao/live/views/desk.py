"""The organiser's page of a live course: link, attendance reports, who heard how much."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import kind as kinds
from yingzao.activities import queries as activities
from yingzao.core.errors import Refused
from yingzao.live import actions, queries
from yingzao.live.forms import ReportForm, SessionForm
from yingzao.live.views import access
from yingzao.programmes.rules import may_organise


@login_required
def session(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _page(request, access.desk_course(request, programme_code, code), ReportForm())


def _page(request: HttpRequest, activity, form: ReportForm) -> HttpResponse:
    programme = activity.programme
    kind = kinds.get(activity.kind)
    rows = activities.desk_rows(activity)
    return render(
        request,
        "live/desk_session.html",
        {
            "programme": programme,
            "activity": activity,
            "session": queries.session_of(activity),
            "ask": kind.ask(activity.rule, activity),
            "reports": queries.report_counts(activity),
            "rows": rows,
            "done": sum(r.duty.state in ("done", "late") for r in rows),
            "form": form,
            "organises": may_organise(request.user, programme),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def report_import(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_course(request, programme_code, code)
    form = ReportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, activity, form)
    upload = form.cleaned_data["file"]
    try:
        source, is_new = actions.import_attendance(
            activity=activity, by=request.user, data=upload.read(), name=upload.name
        )
    except Refused as refusal:
        form.add_error("file", refusal.sentence)
        return _page(request, activity, form)
    if is_new:
        messages.success(
            request,
            _("%(rows)d rows were read; %(facts)d were credited at once.")
            % {"rows": source.meta["rows"], "facts": source.meta["facts"]},
        )
    else:
        messages.info(request, _("This file was brought in before; nothing was changed."))
    return redirect("live:desk-session", programme_code, code)


@login_required
@require_POST
def report_take_back(request: HttpRequest, programme_code: str, code: str, file_code: str) -> HttpResponse:
    activity = access.organised_course(request, programme_code, code)
    actions.take_back_report(
        source_file=access.report(activity, file_code), activity=activity, by=request.user
    )
    messages.success(request, _("The report was taken back; what it had credited counts no more."))
    return redirect("live:desk-session", programme_code, code)


@login_required
def session_edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_course(request, programme_code, code)
    session = queries.session_of(activity)
    initial = (
        {"teacher": session.teacher, "join_url": session.join_url, "meeting_id": session.meeting_id}
        if session
        else {}
    )
    form = SessionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.set_session(activity=activity, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("live:desk-session", programme_code, code)
    return render(
        request,
        "live/session_edit.html",
        {"programme": activity.programme, "activity": activity, "form": form},
        status=422 if form.errors else 200,
    )
