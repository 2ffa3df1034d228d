"""Rounds on the desk: prepared, drawn, watched, closed, released. Supervisors read the same pages."""

import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingzao.core.errors import Refused
from yingzao.judging import actions, bridge, queries, rules
from yingzao.judging.actions.rounds import SEEDS
from yingzao.judging.enums import UNDER_WAY, AssignmentState, RoundState
from yingzao.judging.forms import AssignForm, LimitsForm, ReasonForm, RoundForm, SeedForm, ShortlistForm
from yingzao.judging.models import Round
from yingzao.judging.views import access

PREPARED = (RoundState.DRAFT, RoundState.OPEN)


@require_safe
@login_required
def rounds(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.read_programme(request, programme_code)
    return render(
        request,
        "judging/desk/rounds.html",
        {
            "programme": programme,
            "rounds": queries.rounds_of(programme),
            "has_rubric": queries.rubrics_of(programme.organisation).exists(),
            "may_prepare": rules.may_prepare_judging(request.user, programme),
        },
    )


@require_safe
@login_required
def round_page(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    round = access.read_round(request, programme_code, code)
    hidden = queries.withheld_from(request.user, round)
    progress = queries.progress(round, without=hidden)
    return render(
        request,
        "judging/desk/round.html",
        {
            "hidden": len(hidden),
            "trials": queries.trials_of(round, request.user) if round.trial_of_id is None else [],
            "set_aside": [a for a in queries.stood_aside_from(round) if a.entry.enrolment_id not in hidden],
            "programme": round.programme,
            "round": round,
            "progress": progress,
            "participants": len(queries.candidates(round)),
            "calibration": queries.accepted_calibration(round),
            "prepared": round.state in PREPARED,
            "may_prepare": rules.may_prepare_judging(request.user, round.programme),
            "behind": len(queries.judges_with_sheets_missing(round)) if round.state == RoundState.OPEN else 0,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.organised_programme(request, programme_code)
    form = RoundForm(request.POST or None, programme=programme)
    if form.is_valid():
        try:
            made = actions.create_round(
                programme=programme, by=request.user, seed=secrets.randbelow(SEEDS), **form.values()
            )
        except Refused as refusal:
            _put(form, refusal)
        else:
            return redirect("judging:desk-round", programme.code, made.code)
    return render(
        request,
        "judging/desk/round_edit.html",
        {"programme": programme, "form": form, "round": None},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    form = RoundForm(request.POST or None, programme=round.programme, round=round)
    if form.is_valid():
        try:
            actions.change_round(round=round, by=request.user, **form.values())
        except Refused as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("The round was changed."))
            return redirect("judging:desk-round", programme_code, code)
    return render(
        request,
        "judging/desk/round_edit.html",
        {"programme": round.programme, "form": form, "round": round},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def shortlist(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Who takes part: everybody who handed in, or those who are ticked."""
    round = access.organised_round(request, programme_code, code)
    form = ShortlistForm(request.POST or None, round=round)
    if request.method == "POST" and form.is_valid():
        chosen = [] if "all" in request.POST else list(form.cleaned_data["learners"])
        actions.set_shortlist(round=round, enrolments=chosen, by=request.user)
        return redirect("judging:desk-round", programme_code, code)
    return render(
        request,
        "judging/desk/shortlist.html",
        {
            "programme": round.programme,
            "round": round,
            "candidates": queries.who_handed_in(round),
            "chosen": set(round.shortlist.values_list("pk", flat=True)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draw(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The dry run of a draw, by its seed; posting the seed keeps exactly what was shown."""
    round = access.organised_round(request, programme_code, code)
    form = SeedForm(request.POST or request.GET or None)
    seed = form.cleaned_data["seed"] if form.is_valid() else round.seed
    if request.method == "POST" and form.is_valid():
        plan = actions.confirm_draw(round=round, seed=seed, by=request.user)
        messages.success(
            request,
            ngettext("%(count)d sheet assigned.", "%(count)d sheets assigned.", len(plan.pairs))
            % {"count": len(plan.pairs)},
        )
        return redirect("judging:desk-round", programme_code, code)
    return render(
        request,
        "judging/desk/draw.html",
        {
            "programme": round.programme,
            "round": round,
            "plan": bridge.plan_draw(round, seed=seed),
            "other_seed": secrets.randbelow(SEEDS),
            "limits": LimitsForm(round=round),
        },
    )


@require_POST
@login_required
def limits(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The most entries of each judge; the draw is shown again with them."""
    round = access.organised_round(request, programme_code, code)
    form = LimitsForm(request.POST, round=round)
    if not form.is_valid():
        return render(
            request,
            "judging/desk/draw.html",
            {
                "programme": round.programme,
                "round": round,
                "plan": bridge.plan_draw(round),
                "other_seed": secrets.randbelow(SEEDS),
                "limits": form,
            },
            status=422,
        )
    actions.set_limits(round=round, limits=form.limits(), by=request.user)
    return redirect("judging:desk-draw", programme_code, code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def drop_out(request: HttpRequest, programme_code: str, code: str, judge_code: str) -> HttpResponse:
    """What happens when a judge drops out, before it does; posting carries exactly that out."""
    round = access.organised_round(request, programme_code, code)
    judge = access.panel_judge(round, judge_code)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        seed = SeedForm(request.POST)
        actions.drop_out(
            round=round,
            judge=judge,
            reason=form.cleaned_data["reason"],
            seed=seed.cleaned_data["seed"] if seed.is_valid() else round.seed,
            by=request.user,
        )
        messages.success(request, _("%(judge)s is off the panel.") % {"judge": judge.name})
        return redirect("judging:desk-round", programme_code, code)
    theirs = [a for a in queries.assignments_in(round) if a.judge_id == judge.pk]
    return render(
        request,
        "judging/desk/drop_out.html",
        {
            "programme": round.programme,
            "round": round,
            "judge": judge,
            "plan": bridge.plan_draw(round, without=[judge]),
            "stay": sum(a.state == AssignmentState.SUBMITTED for a in theirs),
            "begun": sum(a.state == AssignmentState.SAVED for a in theirs),
            "go": sum(a.state in UNDER_WAY for a in theirs),
            "form": form,
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
@login_required
def lock(request: HttpRequest, programme_code: str, code: str, assignment_code: str) -> HttpResponse:
    """Keep a pair in every further draw, or let it go again."""
    round = access.organised_round(request, programme_code, code)
    assignment = access.assignment_in(request, round, assignment_code)
    actions.set_lock(assignment=assignment, locked=not assignment.by_hand, by=request.user)
    return redirect("judging:desk-entry", programme_code, code, assignment.entry.enrolment.code)


@require_POST
@login_required
def remind(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    told = actions.remind_judges(round=round, by=request.user)
    if told:
        messages.success(
            request,
            ngettext("%(count)d judge was reminded.", "%(count)d judges were reminded.", told)
            % {"count": told},
        )
    else:
        messages.info(
            request, _("Nobody new to remind: who has sheets missing was reminded today, or has no account.")
        )
    return redirect("judging:desk-round", programme_code, code)


@require_safe
@login_required
def entry(request: HttpRequest, programme_code: str, code: str, learner_code: str) -> HttpResponse:
    """One entry of the round: who judges it, how far, and what can be changed by hand."""
    round = access.read_round(request, programme_code, code)
    learner = access.learner_in(request, round, learner_code)
    return _entry_page(request, round, learner)


def _entry_page(request: HttpRequest, round: Round, learner, *, form=None, status: int = 200) -> HttpResponse:
    shows_marks = rules.shows_marks_on_desk(round)
    asked = queries.assignments_in(round).filter(entry__enrolment=learner)
    assignments = list(asked.prefetch_related("marks__criterion") if shows_marks else asked)
    taken = {assignment.judge_id for assignment in assignments}
    panel = queries.panel_judges(round)
    conflicts = queries.Conflicts(panel)
    free = [j for j in panel if j.pk not in taken and conflicts.between(j, learner) is None]
    return render(
        request,
        "judging/desk/entry.html",
        {
            "programme": round.programme,
            "round": round,
            "learner": learner,
            "assignments": assignments,
            "shows_marks": shows_marks,
            "prepared": round.state in PREPARED,
            "form": form or AssignForm(judges=free),
            "free": free,
            "reasons": bridge.explain_entry(round, learner) if assignments else [],
            "may_prepare": rules.may_prepare_judging(request.user, round.programme),
        },
        status=status,
    )


@require_POST
@login_required
def assign(request: HttpRequest, programme_code: str, code: str, learner_code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    learner = access.learner_in(request, round, learner_code)
    form = AssignForm(request.POST, judges=queries.panel_judges(round))
    if not form.is_valid():
        return _entry_page(request, round, learner, form=form, status=422)
    actions.assign_by_hand(round=round, enrolment=learner, judge=form.cleaned_data["judge"], by=request.user)
    return redirect("judging:desk-entry", programme_code, code, learner_code)


@require_POST
@login_required
def take_off(request: HttpRequest, programme_code: str, code: str, assignment_code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    assignment = access.assignment_in(request, round, assignment_code)
    learner_code = assignment.entry.enrolment.code
    actions.take_off(assignment=assignment, by=request.user)
    return redirect("judging:desk-entry", programme_code, code, learner_code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reopen(request: HttpRequest, programme_code: str, code: str, assignment_code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    assignment = access.assignment_in(request, round, assignment_code)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        actions.reopen_sheet(assignment=assignment, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The judge can change the sheet again."))
        return redirect("judging:desk-entry", programme_code, code, assignment.entry.enrolment.code)
    return render(
        request,
        "judging/desk/reopen.html",
        {"programme": round.programme, "round": round, "assignment": assignment, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_POST
@login_required
def open_(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    actions.open_round(round=round, by=request.user)
    messages.success(request, _("The round is open. Judges find their entries under To judge."))
    return redirect("judging:desk-round", programme_code, code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def close(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Closing asks why when sheets are missing, and says which."""
    round = access.organised_round(request, programme_code, code)
    progress = queries.progress(round, without=queries.withheld_from(request.user, round))
    form = ReasonForm(request.POST or None)
    form.fields["reason"].required = bool(progress.missing)
    if request.method == "POST" and form.is_valid():
        actions.close_round(round=round, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The round is closed. Next: the calibration."))
        return redirect("judging:desk-calibration", programme_code, code)
    return render(
        request,
        "judging/desk/close.html",
        {
            "programme": round.programme,
            "round": round,
            "progress": progress,
            "unfinished": sorted(
                (s for row in progress.entries for s in row.sheets if s.state in UNDER_WAY),
                key=lambda sheet: sheet.judge.pk,
            ),
            "form": form,
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
@login_required
def release(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    actions.release_round(round=round, by=request.user)
    messages.success(request, _("Learners see their own marks and comments now."))
    return redirect("judging:desk-round", programme_code, code)


def _put(form, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
