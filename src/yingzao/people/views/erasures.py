"""Requests to be forgotten, for the organisers who decide about them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.people import actions, queries
from yingzao.people.enums import ErasureState
from yingzao.people.forms import CarryOutForm, RefuseForm
from yingzao.people.views import access

REQUESTS_A_PAGE = 50


@require_safe
@login_required
@never_cache
def erasures(request: HttpRequest) -> HttpResponse:
    if not queries.organisations_of(request.user).exists():
        raise Http404
    found = queries.erasures_to_decide(request.user)
    waiting = found.filter(state=ErasureState.WAITING)
    is_all = request.GET.get("show") == "all"
    rows = found.order_by("-asked_at", "-pk") if is_all else waiting
    context = {
        "page": Paginator(rows, REQUESTS_A_PAGE).get_page(request.GET.get("page")),
        "filters": [("", _("Waiting"), waiting.count()), ("all", _("All"), found.count())],
        "today": clock.today(),
        "organisations": queries.organisations_of(request.user),
    }
    return render(request, "people/erasures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def erasure(request: HttpRequest, code: str) -> HttpResponse:
    """One request; a POST carries it out."""
    found = access.erasure_to_decide(request.user, code)
    form = CarryOutForm(request.POST or None)
    if form.is_valid():
        try:
            actions.carry_out_erasure(request=found, by=request.user, checked=form.cleaned_data["checked"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Carried out. Names, telephones and words are gone."))
            return redirect("people:desk-erasures")
    return _page(request, found, form, RefuseForm())


@require_POST
@login_required
def refuse(request: HttpRequest, code: str) -> HttpResponse:
    found = access.erasure_to_decide(request.user, code)
    form = RefuseForm(request.POST)
    if form.is_valid():
        try:
            actions.refuse_erasure(request=found, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Refused. The person reads why."))
            return redirect("people:desk-erasures")
    return _page(request, found, CarryOutForm(), form)


def _page(request: HttpRequest, found, form: CarryOutForm, refusing: RefuseForm) -> HttpResponse:
    context = {"asked": found, "form": form, "refusing": refusing, "today": clock.today()}
    return render(
        request, "people/erasure.html", context, status=422 if form.errors or refusing.errors else 200
    )
