"""Marks from a table, and the calibration, on the desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingzao.core.errors import Refused
from yingzao.enrolment.enums import SourceState
from yingzao.judging import actions, bridge, queries, rules
from yingzao.judging.enums import RoundState
from yingzao.judging.forms import MarksFileForm
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
    """The newest run: figures, what each is made of, and what to be careful about."""
    round = access.figures_round(request, programme_code, code)
    run = queries.latest_calibration(round)
    return render(
        request,
        "judging/desk/calibration.html",
        {
            "programme": round.programme,
            "round": round,
            "run": run,
            "shown": queries.shown_calibration(run) if run else None,
            "may_run": rules.shows_marks_on_desk(round)
            and rules.may_prepare_judging(request.user, round.programme),
            "may_prepare": rules.may_prepare_judging(request.user, round.programme),
        },
    )


@require_POST
@login_required
def run(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    before = queries.latest_calibration(round)
    found = actions.run_calibration(round=round, by=request.user)
    if before and before.pk == found.pk:
        messages.info(request, _("The marks are the same as in the run that is stored: nothing changed."))
    else:
        messages.success(request, _("The figures were made and stored."))
    return redirect("judging:desk-calibration", programme_code, code)


@require_safe
@login_required
def calibration_export(
    request: HttpRequest, programme_code: str, code: str, calibration_code: str
) -> HttpResponse:
    """Inputs, their hash and the results of one run: what somebody needs who wants to recompute it."""
    round = access.figures_round(request, programme_code, code)
    found = access.calibration_in(round, calibration_code)
    if found.round_id != round.pk:
        raise Http404
    return HttpResponse(
        bridge.canonical(
            {"code": found.code, "sha256": found.sha256, "inputs": found.inputs, "results": found.results}
        ),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="calibration-{found.code}.json"'},
    )
