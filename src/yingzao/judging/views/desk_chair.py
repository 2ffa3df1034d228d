"""The chair's pages: gaps and spread, a third judge, talk about an entry, sheets from paper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingzao.core.errors import Refused
from yingzao.judging import actions, queries, rules
from yingzao.judging.forms import PaperForm, ScanForm, TalkForm
from yingzao.judging.views import access


@require_safe
@login_required
def spread(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Where judges differ, and who leans. Not for who judges in the round before it is closed."""
    round = access.chaired_round(request, programme_code, code)
    return render(
        request,
        "judging/desk/spread.html",
        {
            "programme": round.programme,
            "round": round,
            "spread": queries.spread(round),
            "may_prepare": rules.may_prepare_judging(request.user, round.programme),
        },
    )


@require_POST
@login_required
def third(request: HttpRequest, programme_code: str, code: str, learner_code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    learner = access.learner_in(request, round, learner_code)
    made = actions.call_third(round=round, enrolment=learner, by=request.user)
    messages.success(
        request,
        _("%(judge)s was asked to judge %(learner)s as well.")
        % {"judge": made.judge.name, "learner": learner.name},
    )
    return redirect("judging:desk-spread", programme_code, code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def talk(request: HttpRequest, programme_code: str, code: str, learner_code: str) -> HttpResponse:
    round = access.chaired_round(request, programme_code, code)
    learner = access.learner_in(request, round, learner_code)
    if request.method == "POST":
        access.organised_round(request, programme_code, code)
    form = TalkForm(request.POST or None)
    if form.is_valid():
        actions.say_as_chair(round=round, enrolment=learner, text=form.cleaned_data["text"], by=request.user)
        return redirect("judging:desk-talk", programme_code, code, learner_code)
    row = next((r for r in queries.spread(round).entries if r.enrolment == learner), None)
    return render(
        request,
        "judging/desk/talk.html",
        {
            "programme": round.programme,
            "round": round,
            "learner": learner,
            "row": row,
            "lines": queries.talk_about(round, row.entry) if row else [],
            "form": form,
            "may_prepare": rules.may_prepare_judging(request.user, round.programme),
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def paper(request: HttpRequest, programme_code: str, code: str, assignment_code: str) -> HttpResponse:
    """Type in one judge's sheet from paper."""
    round = access.organised_round(request, programme_code, code)
    assignment = access.assignment_in(request, round, assignment_code)
    form = PaperForm(request.POST or None, request.FILES or None, criteria=queries.criteria_of(assignment))
    if form.is_valid():
        try:
            actions.enter_paper(
                assignment=assignment,
                points=form.points(),
                comment=form.cleaned_data["comment"],
                by=request.user,
                scan=form.cleaned_data["scan"],
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Entered as %(judge)s's sheet.") % {"judge": assignment.judge.name})
            return redirect("judging:desk-entry", programme_code, code, assignment.entry.enrolment.code)
    return render(
        request,
        "judging/desk/paper.html",
        {"programme": round.programme, "round": round, "assignment": assignment, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def scan(request: HttpRequest, programme_code: str, code: str, assignment_code: str) -> HttpResponse:
    """Keep the scan of a sheet that was entered from paper."""
    round = access.organised_round(request, programme_code, code)
    assignment = access.assignment_in(request, round, assignment_code)
    form = ScanForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            actions.keep_scan(assignment=assignment, scan=form.cleaned_data["scan"], by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The scan is kept with the sheet."))
            return redirect("judging:desk-entry", programme_code, code, assignment.entry.enrolment.code)
    return render(
        request,
        "judging/desk/scan.html",
        {"programme": round.programme, "round": round, "assignment": assignment, "form": form},
        status=422 if form.is_bound else 200,
    )
