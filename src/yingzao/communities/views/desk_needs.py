"""Needs on the desk: the list, one need, and what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingzao.communities import actions, exports, queries
from yingzao.communities.forms import NeedFilter, NeedStateForm
from yingzao.communities.models import Need
from yingzao.communities.rules import may_keep_register
from yingzao.communities.views import access
from yingzao.communities.views.desk import attached
from yingzao.core.errors import Refused
from yingzao.people.models import Organisation

NEEDS_A_PAGE = 100


@login_required
def need_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    form = _filter(request, organisation)
    page = Paginator(_shown(organisation, form), NEEDS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "total": queries.needs_of(organisation).count(),
        "page": page,
        "form": form,
    }
    return render(request, "communities/needs.html", context)


@login_required
def export(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    needs = _shown(organisation, _filter(request, organisation))
    return attached(exports.needs_workbook(needs), _("Needs"))


@login_required
def need(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.need_to_read(request.user, programme_code, code)
    form = NeedStateForm(request.POST or None, initial={"state": found.state, "note": found.state_note})
    if request.method == "POST":
        found = access.need_to_keep(request.user, programme_code, code)
        if form.is_valid():
            try:
                actions.set_need_state(need=found, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            else:
                messages.success(request, _("Saved."))
                return redirect("communities:desk-need", programme_code, code)
    context = {
        "programme_code": programme_code,
        "need": found,
        "photos": found.photos.select_related("file"),
        "form": form,
        "keeps": may_keep_register(request.user, found.organisation),
    }
    return render(request, "communities/need.html", context, status=422 if form.errors else 200)


def _filter(request: HttpRequest, organisation: Organisation) -> NeedFilter:
    named = queries.needs_of(organisation).values("community")
    return NeedFilter(request.GET, queries.communities_of(organisation).filter(pk__in=named))


def _shown(organisation: Organisation, form: NeedFilter) -> QuerySet[Need]:
    asked = form.asked()
    return queries.narrow_needs(
        queries.needs_of(organisation),
        words=asked["q"],
        community=asked["community"],
        facet=asked["facet"],
        source=asked["source"],
        urgency=asked["urgency"],
        state=asked["state"],
    )
