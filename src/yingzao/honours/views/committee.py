"""The supervising committee: reads a frozen list down to its evidence, and decides."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.honours import actions
from yingzao.honours.bridge.lists import outcome_now
from yingzao.honours.enums import SelectionState
from yingzao.honours.forms import CommentForm, TieForm, tell
from yingzao.honours.models import Selection
from yingzao.honours.views import access
from yingzao.honours.views.desk import frozen_context


def _page(
    request: HttpRequest, found: Selection, *, comment: CommentForm | None = None, tie: TieForm | None = None
) -> HttpResponse:
    context = frozen_context(request, found)
    if context["has_tie"] and tie is None:
        tie = TieForm(tied=_tied(found, context["lines"]))
    wrong = any(form is not None and form.is_bound and form.errors for form in (comment, tie))
    context |= {
        "where": "committee",
        "comment_form": comment or CommentForm(),
        "tie_form": tie,
        "froze_it_oneself": found.state == SelectionState.SUBMITTED and found.frozen_by_id == request.user.pk,
    }
    return render(request, "honours/selection.html", context, status=422 if wrong else 200)


def _tied(found: Selection, lines: list) -> list[tuple[str, str]]:
    """Of the tie to be decided next; a list by groups may have one in each."""
    ties = outcome_now(found).ties
    asked = ties[0].tied if ties else frozenset()
    return [
        (line.code, f"{line.name} {line.community} · {line.total}") for line in lines if line.code in asked
    ]


@login_required
def selection(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _page(request, access.selection_to_decide(request.user, programme_code, code))


@login_required
@require_POST
def decide(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Approve or return, by the button that was pressed."""
    found = access.selection_to_decide(request.user, programme_code, code)
    form = CommentForm(request.POST)
    if form.is_valid():
        act = (
            actions.return_selection
            if request.POST.get("decision") == "return"
            else actions.approve_selection
        )
        try:
            act(selection=found, by=request.user, comment=form.cleaned_data["comment"])
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Your decision is recorded."))
            return redirect("honours:committee-selection", programme_code, code)
    return _page(request, found, comment=form)


@login_required
@require_POST
def decide_tie(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.selection_to_decide(request.user, programme_code, code)
    tied = [(place.enrolment_code, "") for place in found.places.filter(state="tied")]
    form = TieForm(request.POST, tied=tied)
    if form.is_valid():
        try:
            actions.decide_tie(selection=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("The tie is decided; the places follow from it."))
            return redirect("honours:committee-selection", programme_code, code)
    return _page(request, found, tie=form)
