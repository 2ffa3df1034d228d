"""Leaders on the desk: the list, one leader, the yearly question, and telephones taken out in clear."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.communities import actions, exports, queries
from yingzao.communities.forms import ClearContactsForm, LeaderFilter
from yingzao.communities.models import Leader
from yingzao.communities.rules import may_keep_register
from yingzao.communities.views import access
from yingzao.communities.views.desk import attached
from yingzao.communities.views.desk_graph import ties_of
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.people.models import Organisation

LEADERS_A_PAGE = 100
TO_ASK = "ask"


@login_required
def leader_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    known = queries.leaders_of(organisation)
    form = _filter(request, organisation)
    page = Paginator(_shown(request, organisation, form), LEADERS_A_PAGE).get_page(request.GET.get("page"))
    purposes = queries.purposes_by_leader(page.object_list)
    total = known.count()
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "total": total,
        "page": page,
        "leaders": [(leader, sorted(purposes[leader.code])) for leader in page.object_list],
        "form": form,
        "shows": [
            ("all", _("All"), total),
            (TO_ASK, _("To be asked again"), queries.leaders_to_ask(known).count()),
        ],
        "keeps": may_keep_register(request.user, organisation),
    }
    return render(request, "communities/leaders.html", context)


@login_required
def export(request: HttpRequest, programme_code: str) -> HttpResponse:
    """What the page shows, with masked telephones."""
    organisation = access.register_to_read(request.user, programme_code)
    leaders = list(_shown(request, organisation, _filter(request, organisation)))
    return attached(exports.leaders_workbook(leaders, in_clear=False), _("Leaders"))


@login_required
@never_cache
def export_in_clear(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Says how many telephones would be taken out and asks why; a post with the reason takes them out and is recorded."""
    organisation = access.register_to_keep(request.user, programme_code)
    leaders = list(_shown(request, organisation, _filter(request, organisation)))
    form = ClearContactsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_clear_contacts(
                organisation=organisation,
                by=request.user,
                reason=form.cleaned_data["reason"],
                leaders=leaders,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            name = f"{_('Leaders')} {_('with telephones')} {clock.today():%Y-%m-%d}"
            return attached(exports.leaders_workbook(leaders, in_clear=True), name)
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "form": form,
        "count": len(leaders),
        "telephones": sum(bool(leader.phone) for leader in leaders),
        "others": sum(bool(leader.reach) for leader in leaders),
    }
    return render(request, "communities/leaders_in_clear.html", context, status=422 if form.errors else 200)


@login_required
def leader(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _page(request, programme_code, access.leader_to_read(request.user, programme_code, code))


@login_required
@require_POST
@never_cache
def contact(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Telephone and other ways in clear. Reading them is an act of its own and is recorded."""
    found = access.leader_to_keep(request.user, programme_code, code)
    shown = actions.show_leader_contact(leader=found, by=request.user, reader="desk")
    return _page(request, programme_code, found, shown)


@login_required
@require_POST
def ask_again(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.leader_to_keep(request.user, programme_code, code)
    said = request.POST.get("agrees")
    if said == "yes":
        actions.ask_again(leader=found, agrees=True, by=request.user)
        messages.success(request, _("Written down: agrees as before."))
    elif said == "no":
        actions.ask_again(leader=found, agrees=False, by=request.user)
        messages.success(
            request, _("Written down: agrees no more. Telephone and other ways to reach them are gone.")
        )
    return redirect("communities:desk-leader", programme_code, code)


@login_required
@require_POST
def withdraw(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.leader_to_keep(request.user, programme_code, code)
    if actions.withdraw_consent(leader=found, purpose=request.POST.get("purpose", ""), by=request.user):
        messages.success(request, _("The withdrawal is written down."))
    return redirect("communities:desk-leader", programme_code, code)


def _page(
    request: HttpRequest, programme_code: str, found: Leader, clear: tuple[str, str] | None = None
) -> HttpResponse:
    keeps = may_keep_register(request.user, found.organisation)
    context = ties_of(programme_code, found, keeps=keeps and found.erased_at is None) | {
        "leader": found,
        "facts": queries.leader_facts(found),
        "clear": clear,
        "needs": found.needs.select_related("community", "merged_into"),
        "keeps": keeps,
    }
    return render(request, "communities/leader.html", context)


def _filter(request: HttpRequest, organisation: Organisation) -> LeaderFilter:
    named = queries.leaders_of(organisation).values("community")
    return LeaderFilter(request.GET, queries.communities_of(organisation).filter(pk__in=named))


def _shown(request: HttpRequest, organisation: Organisation, form: LeaderFilter) -> QuerySet[Leader]:
    asked = form.asked()
    return queries.narrow_leaders(
        queries.leaders_of(organisation),
        words=asked["q"],
        community=asked["community"],
        step=asked["step"],
        facet=asked["facet"],
        willingness=asked["willingness"],
        is_to_ask=request.GET.get("show") == TO_ASK,
    )
