"""Declared ties of a programme's judges (申报回避), on the desk and on the judge's own page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yingzao.core.errors import Refused
from yingzao.judging import actions, queries, rules
from yingzao.judging.forms import DeclareForm, OwnTieForm
from yingzao.judging.views import access


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ties(request: HttpRequest, programme_code: str) -> HttpResponse:
    """What was declared, and the form to declare for a judge. Supervisors read it."""
    programme = access.read_programme(request, programme_code)
    may_prepare = rules.may_prepare_judging(request.user, programme)
    if request.method == "POST":
        programme = access.organised_programme(request, programme_code)
    form = DeclareForm(request.POST or None, programme=programme)
    if form.is_valid():
        try:
            actions.declare_tie(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Declared. It holds from now on, in every round of the programme."))
            return redirect("judging:desk-ties", programme_code)
    return render(
        request,
        "judging/desk/ties.html",
        {
            "programme": programme,
            "ties": queries.declared_ties(programme),
            "form": form,
            "may_prepare": may_prepare,
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
@login_required
def withdraw(request: HttpRequest, programme_code: str, tie_code: str) -> HttpResponse:
    programme = access.organised_programme(request, programme_code)
    actions.withdraw_tie(tie=access.tie_in(programme, tie_code), by=request.user)
    messages.success(request, _("Taken back. Marks that it had set aside count again."))
    return redirect("judging:desk-ties", programme_code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """A judge declares a tie to a community before anything is drawn. Of entries: on the sheet itself."""
    roles = queries.judge_roles(request.user)
    form = OwnTieForm(request.POST or None, roles=roles)
    if form.is_valid():
        try:
            actions.declare_tie(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Declared. Entries from there do not come to you."))
            return redirect("judging:jury-ties")
    return render(
        request,
        "judging/jury/ties.html",
        {"audience": "jury", "form": form, "roles": roles, "ties": queries.own_ties(request.user)},
        status=422 if form.is_bound else 200,
    )
