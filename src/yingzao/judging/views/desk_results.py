"""Marks from a table, and the calibration, on the desk."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingzao.core.errors import Refused
from yingzao.core.ui.forms import Form
from yingzao.enrolment.enums import SourceState
from yingzao.judging import actions, bridge, phrases, queries, rules
from yingzao.judging.enums import RoundState
from yingzao.judging.forms import AcceptForm, CalibrationForm, MarksFileForm
from yingzao.judging.models import Calibration, Round
from yingzao.judging.views import access

SHOWN_PROBLEMS = 100


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def marks_file(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Take a marks table. It is only kept and read here; the next page shows what it would write."""
    round = access.organised_round(request, programme_code, code)
    form = MarksFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            source = actions.read_marks(round=round, data=upload.read(), name=upload.name, by=request.user)
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("judging:desk-marks-preview", programme_code, code, source.code)
    return render(
        request,
        "judging/desk/marks_file.html",
        {"programme": round.programme, "round": round, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def marks_preview(request: HttpRequest, programme_code: str, code: str, source_code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    source = access.marks_file_in(round, source_code)
    if request.method == "POST":
        plan = actions.confirm_marks(round=round, source=source, by=request.user)
        messages.success(
            request,
            ngettext("%(count)d sheet was taken in.", "%(count)d sheets were taken in.", len(plan.sheets))
            % {"count": len(plan.sheets)},
        )
        return redirect("judging:desk-round", programme_code, code)
    plan = actions.preview_marks(round=round, source=source)
    return render(
        request,
        "judging/desk/marks_preview.html",
        {
            "programme": round.programme,
            "round": round,
            "source": source,
            "plan": plan,
            "problems": plan.problems[:SHOWN_PROBLEMS],
            "confirmed": source.state == SourceState.CONFIRMED,
            "opens_round": round.state == RoundState.DRAFT,
        },
    )


@require_safe
@login_required
def calibration(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The newest run, or `?run=` an earlier one: both orders, what moved and why, and what to be careful about."""
    round = access.figures_round(request, programme_code, code)
    asked = request.GET.get("run")
    found = access.calibration_in(round, asked) if asked else queries.newest_run(round)
    return _calibration_page(request, round, found)


def _calibration_page(
    request: HttpRequest, round: Round, found: Calibration | None, **forms: Form
) -> HttpResponse:
    """`forms` are those that were wrong."""
    shown = queries.shown_calibration(found) if found else None
    runs = list(queries.runs_of(round))
    prepares = rules.may_prepare_judging(request.user, round.programme)
    hindrance = rules.why_not_adjusted(found.results) if found else ""
    context = {
        "programme": round.programme,
        "round": round,
        "run": found,
        "runs": runs,
        "accepted": queries.accepted_of(runs),
        "shown": shown,
        "changes": phrases.changes(shown) if shown else [],
        "notes": [phrases.calibration_note(note) for note in shown.notes] if shown else [],
        "refusal": phrases.calibration_note(shown.refused) if shown and shown.refused else "",
        "scale_reason": phrases.scale_reason(shown.fit["scale_reason"]) if shown and shown.fit else "",
        "hindrance": hindrance,
        "may_prepare": prepares,
        "may_run": prepares and rules.shows_marks_on_desk(round),
        "may_accept": rules.may_accept_figures(request.user, round.programme),
        "run_form": CalibrationForm(initial=_options_of(round, found)),
        "accept_form": AcceptForm(hindrance=hindrance),
    }
    return render(request, "judging/desk/calibration.html", context | forms, status=422 if forms else 200)


def _options_of(round: Round, found: Calibration | None) -> dict[str, Any]:
    """Those of the run that is shown; else the engine's, and a tenth of the learners as places."""
    if found and "options" in found.inputs:
        return found.inputs["options"]
    return asdict(bridge.Options(top=max(1, len(queries.candidates(round)) // 10)))


@require_POST
@login_required
def run(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    rules.require_impartial(request.user, round)
    before = queries.newest_run(round)
    form = CalibrationForm(_options_of(round, before) | request.POST.dict())
    if not form.is_valid():
        return _calibration_page(request, round, before, run_form=form)
    found = actions.run_calibration(round=round, by=request.user, options=bridge.Options(**form.options()))
    if before and before.pk == found.pk:
        messages.info(request, _("The marks are the same as in the run that is stored: nothing changed."))
    else:
        messages.success(
            request, _("The figures were made and stored. They are a proposal until somebody accepts them.")
        )
    return redirect("judging:desk-calibration", programme_code, code)


@require_POST
@login_required
def accept(request: HttpRequest, programme_code: str, code: str, calibration_code: str) -> HttpResponse:
    round = access.figures_round(request, programme_code, code)
    if not rules.may_accept_figures(request.user, round.programme):
        raise Http404
    found = access.calibration_in(round, calibration_code)
    form = AcceptForm(request.POST, hindrance=rules.why_not_adjusted(found.results))
    if form.is_valid():
        try:
            actions.accept_calibration(run=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("These figures count now: selections take them from here."))
            return redirect("judging:desk-calibration", programme_code, code)
    return _calibration_page(request, round, found, accept_form=form)


@require_safe
@login_required
def calibration_export(
    request: HttpRequest, programme_code: str, code: str, calibration_code: str
) -> HttpResponse:
    """Inputs, their hash and the results of one run: what somebody needs who wants to recompute it."""
    round = access.figures_round(request, programme_code, code)
    found = access.calibration_in(round, calibration_code)
    return HttpResponse(
        bridge.canonical(
            {"code": found.code, "sha256": found.sha256, "inputs": found.inputs, "results": found.results}
        ),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="calibration-{found.code}.json"'},
    )
