"""The organiser's desk: overview, board, one learner, one duty down to its source. Supervisors read the same."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.core import clock
from yingzao.programmes.rules import may_organise
from yingzao.web import exports, queries, steps
from yingzao.web.views import access

ROWS_A_PAGE = 100


@login_required
def overview(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.desk_programme(request, programme_code)
    on = clock.parse_day(request.GET.get("on"))
    organises = may_organise(request.user, programme)
    return render(
        request,
        "web/overview.html",
        {
            "programme": programme,
            "overview": queries.overview(programme, clock.end_of(on) if on else None),
            "on": on,
            "stages": programme.stages.all(),
            "organises": organises,
            "steps": steps.of(programme) if organises else (),
        },
    )


@login_required
def board(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.desk_programme(request, programme_code)
    on = clock.parse_day(request.GET.get("on"))
    moment = clock.end_of(on) if on else None
    standing = activities.standing_of(programme, moment)
    drawn = queries.board(
        programme,
        moment=moment,
        search=request.GET.get("q", ""),
        show=request.GET.get("show", ""),
        team=request.GET.get("team", ""),
        standing=standing,
    )
    page = Paginator(drawn.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "web/board.html",
        {
            "programme": programme,
            "board": drawn,
            "page": page,
            "lines": queries.cells_of(programme, drawn, page, moment),
            "on": on,
            "overview": queries.overview(programme, moment, standing=standing),
            "choices": [
                ("", _("All"), drawn.counts["all"]),
                ("behind", _("Behind"), drawn.counts["behind"]),
                ("risk", _("At risk"), drawn.counts["risk"]),
            ],
            "organises": may_organise(request.user, programme),
        },
    )


@login_required
def board_export(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The board as it is filtered, as .xlsx."""
    programme = access.desk_programme(request, programme_code)
    on = clock.parse_day(request.GET.get("on"))
    moment = clock.end_of(on) if on else None
    drawn = queries.board(
        programme,
        moment=moment,
        search=request.GET.get("q", ""),
        show=request.GET.get("show", ""),
        team=request.GET.get("team", ""),
    )
    return exports.as_download(
        exports.board_workbook(
            programme, drawn, queries.cells_of(programme, drawn, drawn.rows, moment), on or clock.today()
        ),
        f"{programme.full_name} {_('Board')} {on or clock.today()}.xlsx",
    )


@login_required
def learner(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """One learner's record: every duty with what it stands on."""
    enrolment = access.desk_learner(request, programme_code, code)
    return render(
        request,
        "web/learner.html",
        {
            "programme": enrolment.programme,
            "enrolment": enrolment,
            "duties": queries.duties_of(enrolment, clock.now()),
            "progress": queries.progress_of(enrolment),
        },
    )


@login_required
def duty(request: HttpRequest, programme_code: str, code: str, activity_code: str) -> HttpResponse:
    """One duty down to its source: rule, figures, evidence, file and row, and who decided whom the row means."""
    enrolment = access.desk_learner(request, programme_code, code)
    activity = access.activity_of(enrolment.programme, activity_code)
    trace = queries.trace(enrolment, activity, clock.now())
    if trace is None:
        raise Http404
    return render(
        request, "web/trace.html", {"programme": enrolment.programme, "enrolment": enrolment, "trace": trace}
    )


@login_required
def ledger(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The whole ledger of the programme."""
    programme = access.desk_programme(request, programme_code)
    rows = queries.activity_log(programme, search=request.GET.get("q", "").strip())
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "web/ledger.html", {"programme": programme, "page": page})


@login_required
def evidence(request: HttpRequest, programme_code: str, key: UUID) -> HttpResponse:
    """One piece of evidence: the end of every thread."""
    programme = access.desk_programme(request, programme_code)
    row = access.evidence_of(programme, key)
    return render(request, "web/evidence.html", {"programme": programme, "row": row})
