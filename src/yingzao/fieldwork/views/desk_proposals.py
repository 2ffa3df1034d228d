"""What learners propose for the graph, decided one by one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yingzao.communities.bridge import titles_alike
from yingzao.communities.rules import may_keep_register
from yingzao.communities.views.desk_graph import address_of
from yingzao.core.errors import Refused
from yingzao.fieldwork import actions, phrases, queries
from yingzao.fieldwork.enums import ProposalState
from yingzao.fieldwork.forms.field import DeclineForm, accepting_form
from yingzao.fieldwork.models import Proposal
from yingzao.fieldwork.views import access

PROPOSALS_A_PAGE = 50


@login_required
@require_safe
def proposal_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    known = queries.proposals_of(organisation)
    waiting = known.filter(state=ProposalState.WAITING)
    show = "all" if request.GET.get("show") == "all" else ""
    page = Paginator(known if show else waiting, PROPOSALS_A_PAGE).get_page(request.GET.get("page"))
    count = waiting.order_by().count()
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "page": page,
        "rows": [(one, address_of(programme_code, one.node) if one.node else "") for one in page.object_list],
        "shows": [("", _("To decide"), count), ("all", _("All"), known.order_by().count())],
        "keeps": may_keep_register(request.user, organisation),
        "here": "proposals",
        "waiting": count,
    }
    return render(request, "fieldwork/desk/proposals.html", context)


@login_required
def proposal(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Take it into the graph, say that it is known, or say why not; what is like it stands beside it."""
    found = access.proposal_to_keep(request.user, programme_code, code)
    do = request.POST.get("do", "")
    accepting = accepting_form(found, phrases.say_proposal(found), request.POST if do == "accept" else None)
    declining = DeclineForm(request.POST if do == "decline" else None)
    form = declining if do == "decline" else accepting
    if request.method == "POST" and (do == "merge" or (do and form.is_valid())):
        try:
            said = _act(request, do, found, form)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence) if (
                do != "merge"
            ) else messages.error(request, refusal.sentence)
        else:
            messages.success(request, said)
            return redirect("fieldwork:desk-proposals", programme_code)
    rows = list(queries.nodes_like(found))
    context = {
        "programme_code": programme_code,
        "proposal": found,
        "node_url": address_of(programme_code, found.node) if found.node else "",
        "accepting": accepting,
        "declining": declining,
        "alike": [(node, address_of(programme_code, node)) for node in titles_alike(found.title, rows)],
        "others": rows,
    }
    return render(request, "fieldwork/desk/proposal.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, do: str, found: Proposal, form) -> str:
    if do == "accept":
        actions.accept_proposal(proposal=found, by=request.user, **form.said())
        return _("It stands in the graph now.")
    if do == "decline":
        actions.decline_proposal(proposal=found, by=request.user, reason=form.cleaned_data["reason"])
        return _("Written down. The learner reads why.")
    actions.merge_proposal(proposal=found, by=request.user, code=request.POST.get("code", ""))
    return _("Written down: it is the record that stands already.")
