"""The organiser's desk: overview, board, one learner, one duty down to its source. Supervisors read the same."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.activities import queries as activities
from yingzao.core import clock
from yingzao.programmes.enums import StageState
from yingzao.programmes.rules import may_organise, state_at
from yingzao.visits.queries import record_of
from yingzao.web import actions, exports, queries, steps
from yingzao.web.views import access
from yingzao.web.views.messages import preview_of_reminder

ROWS_A_PAGE = 100


@login_required
def overview(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.desk_programme(request, programme_code)
    on = clock.parse_day(request.GET.get("on"))
    organises = may_organise(request.user, programme)
    moment = clock.end_of(on) if on else None
    return render(
        request,
        "web/overview.html",
        {
            "programme": programme,
            "overview": queries.overview(programme, moment),
            "on": on,
            "stages": [(stage, StageState(state_at(stage, moment))) for stage in programme.stages.all()],
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
    organises = may_organise(request.user, programme)
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
            "teams": [
                ("", _("All teams"), None),
                *((t.code, t.name, None) for t in programme.teams.order_by("pk")),
            ],
            "organises": organises,
            "reminder": queries.to_remind(drawn, request.GET.get("show", ""))
            if organises and not on
            else None,
        },
    )


@login_required
@require_POST
def remind(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Remind those who are behind or at risk, as the board stands now; first what that would be."""
    programme = access.organised_programme(request, programme_code)
    wanted = queries.to_remind(queries.board(programme), request.POST.get("show", ""))
    if wanted.person_ids and "confirmed" not in request.POST:
        back = reverse("web:desk-board", args=[programme.code])
        return preview_of_reminder(request, programme, list(wanted.person_ids), back)
    sent = actions.remind(programme=programme, person_ids=wanted.person_ids, by=request.user)
    if sent:
        messages.success(
            request,
            ngettext("%(count)d learner is reminded.", "%(count)d learners are reminded.", sent)
            % {"count": sent},
        )
    else:
        messages.info(request, _("They have all been reminded today; nothing was sent again."))
    return redirect("web:desk-board", programme.code)


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
            "hours": queries.hours_of(enrolment),
            "organises": (organises := may_organise(request.user, enrolment.programme)),
            "visits": record_of(enrolment) if organises else (),
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
def ledger_export(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The ledger as it is searched, withdrawn facts too, as .xlsx."""
    programme = access.desk_programme(request, programme_code)
    rows = queries.activity_log(programme, search=request.GET.get("q", "").strip())
    return exports.as_download(
        exports.ledger_workbook(programme, rows),
        f"{programme.full_name} {_('Evidence ledger')} {clock.today()}.xlsx",
    )


@login_required
def evidence(request: HttpRequest, programme_code: str, key: UUID) -> HttpResponse:
    """One piece of evidence: the end of every thread."""
    programme = access.desk_programme(request, programme_code)
    row = access.evidence_of(programme, key)
    cells = queries.shown_cells(row.source_row) if row.source_row else []
    return render(request, "web/evidence.html", {"programme": programme, "row": row, "cells": cells})
