"""Trial marking on the desk: which pieces, then the trial's own round page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yingzao.core.errors import Refused
from yingzao.judging import actions, queries
from yingzao.judging.forms import ShortlistForm
from yingzao.judging.views import access


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def begin(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    round = access.organised_round(request, programme_code, code)
    form = ShortlistForm(request.POST if request.method == "POST" else None, round=round)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            trial = actions.begin_trial(
                round=round, learners=list(form.cleaned_data["learners"]), by=request.user
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(
                request, _("Trial marking is open: every judge finds the pieces under To judge.")
            )
            return redirect("judging:desk-round", programme_code, trial.code)
    return render(
        request,
        "judging/desk/trial.html",
        {
            "programme": round.programme,
            "round": round,
            "candidates": queries.who_handed_in(round),
            "chosen": {learner.pk for learner in form.cleaned_data["learners"]} if refusal else set(),
            "refusal": refusal,
        },
        status=422 if refusal else 200,
    )
