"""Needs on the desk: the list, one need and how it stands, its terms, and needs that came on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.communities import actions, exports, phrases, queries
from yingzao.communities.forms import NeedEntryForm, NeedFilter, NeedStateForm, TermsForm
from yingzao.communities.models import Need
from yingzao.communities.rules import ANSWER_WITHIN, may_keep_register
from yingzao.communities.views import access
from yingzao.communities.views.desk import attached
from yingzao.communities.views.desk_graph import ties_of
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui.forms import Form
from yingzao.people.models import Organisation

NEEDS_A_PAGE = 50


@login_required
def need_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    known = queries.with_due_day(queries.heads_of(organisation))
    form = _filter(request, organisation)
    page: Any = Paginator(_shown(request, known, form), NEEDS_A_PAGE).get_page(request.GET.get("page"))
    shown: list[Any] = list(page.object_list)
    voices = queries.voice_counts(shown)
    today = clock.today()
    total = known.order_by().count()
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "total": total,
        "page": page,
        "needs": [
            (need, voices[need.pk], None if need.has_ended else phrases.say_due(need.due_on, today))
            for need in shown
        ],
        "form": form,
        "shows": [
            ("all", _("All"), total),
            ("due", _("Waiting for an answer"), _count(known, "due")),
            ("overdue", _("Overdue"), _count(known, "overdue")),
        ],
        "to_tell": queries.voices_to_tell(organisation).order_by().count(),
        "to_decide": queries.likenesses_to_decide(organisation).order_by().count(),
        "keeps": may_keep_register(request.user, organisation),
    }
    return render(request, "communities/needs.html", context)


def _count(known: QuerySet[Need], show: str) -> int:
    return queries.narrow_needs(known, show=show).order_by().count()


@login_required
def export(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    known = queries.with_due_day(queries.heads_of(organisation))
    needs = list(_shown(request, known, _filter(request, organisation)))
    return attached(exports.needs_workbook(needs), _("Needs"))


@login_required
def new(request: HttpRequest, programme_code: str) -> HttpResponse:
    """A need that came on paper, at a meeting, by telephone."""
    organisation = access.register_to_keep(request.user, programme_code)
    communities = queries.communities_of(organisation)
    form = NeedEntryForm(
        communities,
        request.POST or None,
        request.FILES or None,
        initial={"community": request.GET.get("community", "")},
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.add_need(by=request.user, **form.values()))
        if made is not None:
            messages.success(request, _("The need is entered."))
            return redirect("communities:desk-need", programme_code, made.code)
    context = {"programme_code": programme_code, "form": form, "has_communities": communities.exists()}
    return render(request, "communities/need_new.html", context, status=422 if form.errors else 200)


@login_required
def need(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.need_to_read(request.user, programme_code, code)
    form = NeedStateForm(request.POST or None, initial=_stands(found))
    if request.method == "POST":
        found = access.need_to_keep(request.user, programme_code, code)
        if form.is_valid():
            done = attempt(
                form, lambda: actions.set_need_state(need=found, by=request.user, **form.cleaned_data)
            )
            if done is not None:
                messages.success(request, _("Saved."))
                return redirect("communities:desk-need", programme_code, code)
            found = access.need_to_read(request.user, programme_code, code)
    return need_page(request, programme_code, found, form=form)


@login_required
@require_POST
def terms(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The day by which an answer is due, and what it would take."""
    found = access.need_to_keep(request.user, programme_code, code)
    form = TermsForm(request.POST)
    if form.is_valid():
        done = attempt(form, lambda: actions.set_need_terms(need=found, by=request.user, **form.cleaned_data))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("communities:desk-need", programme_code, code)
    return need_page(
        request, programme_code, access.need_to_read(request.user, programme_code, code), terms=form
    )


def need_page(
    request: HttpRequest,
    programme_code: str,
    found: Any,
    *,
    form: Form | None = None,
    terms: Form | None = None,
) -> HttpResponse:
    head = found.head
    voices = (
        queries.voices_of(found)
        if found.merged_into_id is None
        else found.voices.select_related("need", "leader", "entered_by")
    )
    keeps = may_keep_register(request.user, found.organisation)
    alike = queries.likenesses_to_decide(found.organisation).filter(pk__in=queries.likenesses_with(found))
    context: dict[str, Any] = ties_of(programme_code, found, keeps=keeps) | {
        "need": found,
        "head": head,
        "voices": queries.voice_rows(voices, head),
        "due": None if found.has_ended else phrases.say_due(getattr(found, "due_on", found.answer_due_on)),
        "photos": queries.photos_of_head(found),
        "steps": found.steps.select_related("by").order_by("-on", "-pk"),
        "merges": queries.merges_of(found),
        "alike": list(alike[:5]),
        "form": form or NeedStateForm(initial=_stands(found)),
        "terms": terms
        or TermsForm(initial={"due_on": found.answer_due_on, "feasibility": found.feasibility}),
        "days": ANSWER_WITHIN,
        "keeps": keeps,
    }
    has_errors = bool((form and form.errors) or (terms and terms.errors))
    return render(request, "communities/need.html", context, status=422 if has_errors else 200)


def attempt(form: Form, act: Any) -> Any:
    """What the act gives; None where it was refused, which then stands in the form."""
    try:
        return act()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    return None


def _stands(need: Need) -> dict[str, Any]:
    return {"state": need.state, "note": need.state_note, "answer": need.answer, "on": clock.today()}


def _filter(request: HttpRequest, organisation: Organisation) -> NeedFilter:
    named = queries.needs_of(organisation).order_by().values("community")
    return NeedFilter(request.GET, queries.communities_of(organisation).filter(pk__in=named))


def _shown(request: HttpRequest, known: QuerySet[Need], form: NeedFilter) -> QuerySet[Need]:
    asked = form.asked()
    return queries.narrow_needs(
        known,
        words=asked["q"],
        community=asked["community"],
        facet=asked["facet"],
        source=asked["source"],
        urgency=asked["urgency"],
        state=asked["state"],
        show=request.GET.get("show", ""),
    )
