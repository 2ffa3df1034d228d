"""What the office files: Word documents made from the figures as they stand, and an activity's folder."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yingzao.activities.enums import SESSIONS
from yingzao.activities.queries import activities_of
from yingzao.core import clock
from yingzao.core.ports import DocumentOut
from yingzao.honours.actions import note_names_read
from yingzao.honours.queries import rows
from yingzao.honours.views import access as honours
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise
from yingzao.web import actions, exports, papers, queries
from yingzao.web.forms import NewsForm
from yingzao.web.views import access


def _download(programme: Programme, document: DocumentOut) -> HttpResponse:
    return exports.as_download(papers.written(document), _file_name(programme, document.title), papers.DOCX)


def _file_name(programme: Programme, title: str) -> str:
    """The programme and the title; a title that begins with the programme says it once."""
    return f"{title}.docx" if title.startswith(programme.name) else f"{programme.full_name} {title}.docx"


@login_required
def index(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.desk_programme(request, programme_code)
    today = clock.today()
    organises = may_organise(request.user, programme)
    return render(
        request,
        "web/papers.html",
        {
            "programme": programme,
            "selections": [s for s in rows.selections_of(programme) if s.frozen_at],
            "notices": rows.notices_of(programme),
            "objections": rows.objections_of(programme).count(),
            "sessions": activities_of(programme).filter(kind__in=SESSIONS).order_by("starts_at", "pk"),
            "activities": queries.with_folders(programme) if organises else (),
            "organises": organises,
            "form": NewsForm(initial={"start": today.replace(day=1), "end": today}),
        },
    )


@login_required
def report(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.desk_programme(request, programme_code)
    return _download(programme, papers.report(programme, clock.now()))


@login_required
def minutes(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    selection = honours.selection_to_read(request.user, programme_code, code)
    if selection.frozen_at is None:
        raise Http404
    return _download(selection.programme, papers.minutes(selection))


@login_required
def notice(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """With full names only where a basis was recorded; reading them is an act, as on the printed sheet."""
    found = honours.notice_to_read(request.user, programme_code, code)
    if found.basis:
        note_names_read(notice=found, by=request.user)
    address = request.build_absolute_uri(reverse("honours:public-notice", args=[found.code]))
    return _download(found.programme, papers.notice(found, address))


@login_required
def objections(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.desk_programme(request, programme_code)
    found = rows.objections_of(programme).prefetch_related("handling__by")
    return _download(
        programme,
        papers.handling(programme, found, clock.today(), contacts=may_organise(request.user, programme)),
    )


@login_required
def sign_in(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme = access.desk_programme(request, programme_code)
    activity = access.activity_of(programme, code)
    if activity.kind not in SESSIONS:
        raise Http404
    return _download(programme, papers.sign_in(activity, list(activity.parts.all())))


@login_required
def news(request: HttpRequest, programme_code: str) -> HttpResponse:
    """简报 of a time; without one, of this month."""
    programme = access.desk_programme(request, programme_code)
    today = clock.today()
    form = NewsForm(request.GET or None)
    start: dt.date = today.replace(day=1)
    end: dt.date = today
    if form.is_bound:
        if not form.is_valid():
            return render(request, "web/papers_news.html", {"programme": programme, "form": form}, status=422)
        start, end = form.cleaned_data["start"], form.cleaned_data["end"]
    return _download(programme, papers.brief(programme, start, end))


@login_required
@require_POST
def make_folder(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """一活动一册: have the folder put together."""
    programme = access.organised_programme(request, programme_code)
    activity = access.activity_of(programme, code)
    actions.ask_folder(activity=activity, by=request.user)
    return redirect(reverse("web:desk-papers", args=[programme.code]) + "#folders")


@login_required
@require_safe
def folder(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """One line of the page: how far it is."""
    programme = access.organised_programme(request, programme_code)
    activity = access.activity_of(programme, code)
    (line,) = queries.with_folders(programme, activity.pk)
    return render(request, "web/_folder.html", {"programme": programme, "line": line})
