"""The table of cards on the desk: needs sorted into themes, and what comes of it on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.communities import actions, bridge, phrases, queries
from yingzao.communities.forms import ThemeForm
from yingzao.communities.models import Community
from yingzao.communities.rules import may_keep_register
from yingzao.communities.views import access
from yingzao.communities.views.desk_needs import attempt
from yingzao.core import clock
from yingzao.core.errors import Refused

LOOSE = "loose"


@login_required
def choose(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Which community's cards. With only one there is nothing to choose."""
    organisation = access.register_to_read(request.user, programme_code)
    communities = list(queries.communities_with_cards(organisation))
    if len(communities) == 1:
        return redirect("communities:desk-need-table", programme_code, communities[0].code)
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "communities": communities,
    }
    return render(request, "communities/need_themes_choose.html", context)


@login_required
def table(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The cards. A post moves those that were chosen, to a theme or among the loose ones, or makes a new theme of them."""
    community = access.community_to_read(request.user, programme_code, code)
    if request.method != "POST":
        return _table(request, programme_code, community)
    community = access.community_to_keep(request.user, programme_code, code)
    try:
        said = _move(request, community)
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        return _table(request, programme_code, community, status=422)
    messages.success(request, said)
    return redirect("communities:desk-need-table", programme_code, code)


def _move(request: HttpRequest, community: Community) -> str:
    chosen = list(queries.cards_of(community).filter(code__in=request.POST.getlist("need")))
    if "make" in request.POST:
        title = request.POST.get("title", "")
        actions.make_theme(community=community, title=title, needs=chosen, by=request.user)
        return _("The theme is made.")
    to = request.POST.get("here") or request.POST.get("to", "")
    if not to:
        raise Refused(_("Choose where they go."), code="nowhere")
    theme = None if to == LOOSE else access.theme_of(community, to)
    moved = actions.move_cards(community=community, needs=chosen, theme=theme, by=request.user)
    return ngettext("%(count)d card moved.", "%(count)d cards moved.", moved) % {"count": moved}


@login_required
def theme(request: HttpRequest, programme_code: str, code: str, theme_code: str) -> HttpResponse:
    """Its name and dots."""
    community = access.community_to_keep(request.user, programme_code, code)
    found = access.theme_of(community, theme_code)
    form = ThemeForm(
        request.POST or None,
        initial={"title": found.title, "dots": found.dots, "dots_on": found.dots_on},
    )
    if request.method == "POST" and form.is_valid():
        told = {**form.cleaned_data, "dots": form.cleaned_data["dots"] or 0}
        done = attempt(form, lambda: actions.change_theme(theme=found, by=request.user, **told))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("communities:desk-need-table", programme_code, code)
    context = {"programme_code": programme_code, "community": community, "theme": found, "form": form}
    return render(request, "communities/need_theme.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def arrange(request: HttpRequest, programme_code: str, code: str, theme_code: str) -> HttpResponse:
    """Move a pile on the table, or take it apart."""
    community = access.community_to_keep(request.user, programme_code, code)
    found = access.theme_of(community, theme_code)
    steps = {"earlier": -1, "later": 1}.get(request.POST.get("act", ""))
    if steps is not None:
        actions.shift_theme(theme=found, steps=steps, by=request.user)
    elif request.POST.get("act") == "dissolve":
        actions.dissolve_theme(theme=found, by=request.user)
        messages.success(request, _("The theme is taken apart. Its cards lie loose again."))
    return redirect("communities:desk-need-table", programme_code, code)


@login_required
def sheet(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The order on A4, with where it comes from."""
    community = access.community_to_read(request.user, programme_code, code)
    found = queries.card_table(community)
    context = {
        "programme_code": programme_code,
        "community": community,
        "piles": [(pile, phrases.say_weight(pile.weight), _said(pile.cards)) for pile in found.by_weight],
        "loose": _said(found.loose),
        "today": clock.today(),
    }
    return render(request, "communities/need_sheet.html", context)


def _table(
    request: HttpRequest, programme_code: str, community: Community, status: int = 200
) -> HttpResponse:
    found = queries.card_table(community)
    loose = [card.need for card in found.loose]
    proposes = "propose" in request.GET
    context: dict[str, Any] = {
        "programme_code": programme_code,
        "community": community,
        "count": found.count,
        "piles": [(pile, phrases.say_weight(pile.weight), _said(pile.cards)) for pile in found.piles],
        "loose": _said(found.loose),
        "proposed": [
            (pile, pile.word or pile.needs[0].title) for pile in (bridge.piles_of(loose) if proposes else ())
        ],
        "proposes": proposes,
        "chosen": set(request.POST.getlist("need")),
        "typed": request.POST.get("title", ""),
        "keeps": may_keep_register(request.user, community.organisation),
    }
    return render(request, "communities/need_table.html", context, status=status)


def _said(cards: Any) -> list[tuple[Any, str]]:
    return [(card.need, phrases.say_weight(card.weight)) for card in cards]
