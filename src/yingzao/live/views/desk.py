"""The organiser's page of a live course: link, attendance reports, who heard how much."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.activities import kind as kinds
from yingzao.activities import queries as activities
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phones_in
from yingzao.enrolment.enums import SourceState
from yingzao.enrolment.models import SourceFile
from yingzao.live import actions, bridge, exports, phrases, queries
from yingzao.live.forms import PaperForm, ReportForm, SessionForm
from yingzao.live.views import access
from yingzao.programmes.rules import may_organise


@login_required
def session(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _page(request, access.desk_course(request, programme_code, code), ReportForm())


def _page(request: HttpRequest, activity, form: ReportForm) -> HttpResponse:
    programme = activity.programme
    kind = kinds.get(activity.kind)
    rows = activities.desk_rows(activity)
    maybe = queries.names_that_may_be(activity)
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
            "maybe": [(row.learner, maybe[row.learner.code]) for row in rows if row.learner.code in maybe],
            "previews": bridge.previews(activity, rows),
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
    if source.state == SourceState.READ:
        return redirect("live:desk-columns", programme_code, code, source.code)
    if is_new:
        _say_read(request, source)
    else:
        messages.info(request, _("This file was brought in before; nothing was changed."))
    return redirect("live:desk-session", programme_code, code)


def _say_read(request: HttpRequest, source: SourceFile) -> None:
    told = _("%(rows)d rows were read; %(facts)d were credited at once.")
    messages.success(request, told % {"rows": source.meta["rows"], "facts": source.meta["facts"]})


@login_required
def columns(request: HttpRequest, programme_code: str, code: str, file_code: str) -> HttpResponse:
    """A table that no reader knows: its first rows, and which column is what. Nothing is credited before it is confirmed."""
    activity = access.organised_course(request, programme_code, code)
    source = access.open_report(activity, file_code)
    data = request.POST if request.method == "POST" else request.GET
    chosen, refusal = _chosen(data), ""
    if request.method == "POST" and data.get("confirm"):
        try:
            actions.take_columns(source_file=source, activity=activity, by=request.user, chosen=chosen)
        except Refused as refused:
            refusal = refused.sentence
        else:
            source.refresh_from_db()
            _say_read(request, source)
            return redirect("live:desk-session", programme_code, code)
    try:
        found = actions.look_at_columns(source, activity, chosen)
    except Refused as refused:
        refusal = refused.sentence
        found = actions.look_at_columns(source, activity, {k: v for k, v in chosen.items() if k != "columns"})
    return render(
        request,
        "live/columns.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "source": source,
            "found": found,
            "columns": _columns(found),
            "rows": zip(found.preview.numbers, _cells(found), _readings(found), strict=False),
            "choices": phrases.column_choices(),
            "refusal": refusal,
        },
        status=422 if refusal else 200,
    )


def _chosen(data: QueryDict) -> dict[str, Any]:
    """What the page says of the table: sheet, header row, and `c0=name` for each column."""
    chosen: dict[str, Any] = {}
    if data.get("sheet"):
        chosen["sheet"] = data["sheet"]
    if (row := data.get("header_row", "")[:9]).isdecimal():
        chosen["header_row"] = min(int(row), 200_000)
    picked = {n[1:]: v for n, v in data.items() if n[:1] == "c" and n[1:].isdecimal() and len(n) < 5}
    if picked and data.get("again") != "header":
        chosen["columns"] = picked
    return chosen


def _columns(found: actions.Columns) -> list[dict[str, Any]]:
    layout = found.layout
    return [
        {
            "index": index,
            "header": header,
            "field": layout.mapping.get(index, ""),
            "discarded": index in layout.discarded,
        }
        for index, header in enumerate(layout.headers)
    ]


def _cells(found: actions.Columns) -> list[list[str]]:
    return [[mask_phones_in(cell) for cell in row] for row in found.preview.cells]


def _readings(found: actions.Columns) -> list[str]:
    """How each of the first rows reads under these columns; nothing yet while a column lacks."""
    rows = found.preview.rows
    return [phrases.reading_of(row) for row in rows] or [""] * len(found.preview.numbers)


@login_required
def paper(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Type in who signed a paper sheet."""
    activity = access.organised_course(request, programme_code, code)
    learners = activities.learners_of(activity.programme).select_related("community", "team")
    form = PaperForm(learners, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            written = actions.type_in_sheet(
                activity=activity,
                by=request.user,
                signed=[actions.Signed(*line) for line in form.lines],
                key=form.cleaned_data["key"],
                note=form.cleaned_data["note"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            told = ngettext("%(count)d signature is recorded.", "%(count)d signatures are recorded.", written)
            messages.success(request, told % {"count": written})
            return redirect("live:desk-session", programme_code, code)
    return render(
        request,
        "live/paper.html",
        {"programme": activity.programme, "activity": activity, "form": form, "lines": form.rows()},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def share(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Ask for another share, chosen from the preview."""
    activity = access.organised_course(request, programme_code, code)
    percent = request.POST.get("percent", "")[:9]
    actions.set_share(activity=activity, by=request.user, percent=int(percent) if percent.isdecimal() else 0)
    messages.success(
        request,
        _("%(percent)s %% must be heard from now on; everybody was settled anew.") % {"percent": percent},
    )
    return redirect("live:desk-session", programme_code, code)


@login_required
def export(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The attendance with every raw row and every decision, as .xlsx."""
    activity = access.desk_course(request, programme_code, code)
    workbook = exports.attendance_workbook(
        activity,
        activities.desk_rows(activity),
        queries.raw_rows(activity),
        queries.decisions_about(activity),
    )
    response = HttpResponse(workbook, content_type=exports.XLSX)
    name = quote(f"{activity.title} {_('Attendance')}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["Cache-Control"] = "private, no-store"
    return response


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
    initial = {name: getattr(session, name) for name in actions.SESSION_FIELDS} if session else {}
    form = SessionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.set_session(activity=activity, by=request.user, values=form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("live:desk-session", programme_code, code)
    return render(
        request,
        "live/session_edit.html",
        {"programme": activity.programme, "activity": activity, "form": form},
        status=422 if form.errors else 200,
    )
