"""The community graph on the desk: one record, its ties and photos, the walk from one to the next, and what is missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.communities import actions, exports, queries
from yingzao.communities.enums import Gap, GroupKind, NodeKind, PhotoMoment
from yingzao.communities.forms import FORMS, GraphFileForm, GroupStepForm, NodePhotosForm, TieForm
from yingzao.communities.rules import may_keep_register
from yingzao.communities.signals import origins_asked
from yingzao.communities.views import access
from yingzao.communities.views.desk import attached
from yingzao.core.errors import Refused

NODES_A_PAGE = 100


@login_required
def new(request: HttpRequest, programme_code: str, code: str, kind: str) -> HttpResponse:
    """Enter a record, tied to the one that `?from=kind:code` names."""
    community = access.community_to_keep(request.user, programme_code, code)
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST or None)
    origin = access.any_node(community, request.GET.get("from", ""))
    if form.is_valid():
        try:
            node = actions.add_node(
                what=kind, key=form.cleaned_data["key"], community=community, by=request.user, **form.said()
            )
            if origin is not None:
                actions.tie(one=node, other=origin, by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("It is entered."))
            return redirect("communities:desk-node", programme_code, code, kind, node.code)
    context = {
        "programme_code": programme_code,
        "community": community,
        "kind": NodeKind(kind),
        "form": form,
        "origin": origin,
        "origin_title": queries.title_of(origin) if origin else "",
    }
    return render(request, "communities/node_form.html", context, status=422 if form.errors else 200)


@login_required
def node(request: HttpRequest, programme_code: str, code: str, kind: str, node_code: str) -> HttpResponse:
    found = access.node_to_read(request.user, programme_code, code, kind, node_code)
    return _page(request, programme_code, found)


def ties_of(programme_code: str, found: Any, *, keeps: bool) -> dict[str, Any]:
    """What `_ties.html` shows of a record of any kind: its neighbours, and for keepers how to tie it to more."""
    kind = queries.kind_of(found)
    told: dict[str, Any] = {
        "programme_code": programme_code,
        "community": found.community,
        "here": f"{kind}:{found.code}",
        "neighbours": [(n, address_of(programme_code, n.node)) for n in queries.neighbours(found)],
        "keeps": keeps,
        "to_enter": [NodeKind(k) for k in queries.OWN_KINDS if k != kind],
        "origins": _origins(programme_code, kind, found),
    }
    if keeps:
        told["tie_form"] = TieForm(queries.to_tie(found))
    return told


def _origins(programme_code: str, kind: str, found: Any) -> list[tuple[str, str]]:
    """Where the record comes from, as rooms above tell: words with their address."""
    answers = origins_asked.send(sender=None, kind=kind, record=found, programme_code=programme_code)
    return [pair for _receiver, told in answers for pair in told]


def _page(request: HttpRequest, programme_code: str, found: Any, **forms: Any) -> HttpResponse:
    """One record's page; `forms` are those that were wrong."""
    keeps = may_keep_register(request.user, found.organisation)
    kind = queries.kind_of(found)
    context = ties_of(programme_code, found, keeps=keeps) | {
        "kind": NodeKind(kind),
        "node": found,
        "drawing": queries.drawing(found.community, found),
    }
    if kind in (NodeKind.VENUE, NodeKind.ACTION):
        order = {moment: place for place, moment in enumerate(PhotoMoment.values)}
        context["photos"] = sorted(found.photos.select_related("file"), key=lambda p: order[p.moment])
        if keeps and "photos_form" not in forms:
            context["photos_form"] = NodePhotosForm()
    if kind == NodeKind.GROUP:
        context["steps"] = list(found.steps.all())
        if keeps and "step_form" not in forms:
            context["step_form"] = GroupStepForm(found)
    return render(request, "communities/node.html", context | forms, status=422 if forms else 200)


@login_required
def edit(request: HttpRequest, programme_code: str, code: str, kind: str, node_code: str) -> HttpResponse:
    found = access.node_to_keep(request.user, programme_code, code, kind, node_code)
    form = FORMS[kind].of(found, request.POST or None)
    if form.is_valid():
        try:
            actions.edit_node(node=found, by=request.user, **form.said())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("communities:desk-node", programme_code, code, kind, node_code)
    context = {
        "programme_code": programme_code,
        "community": found.community,
        "kind": NodeKind(kind),
        "form": form,
        "node": found,
    }
    return render(request, "communities/node_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def put_aside(
    request: HttpRequest, programme_code: str, code: str, kind: str, node_code: str
) -> HttpResponse:
    """Off all lists, or with `back` onto them again."""
    found = access.node_to_keep(request.user, programme_code, code, kind, node_code)
    aside = request.POST.get("back") is None
    actions.put_node_aside(node=found, by=request.user, aside=aside)
    messages.success(request, _("It is put aside.") if aside else _("It stands on the lists again."))
    return redirect("communities:desk-node", programme_code, code, kind, node_code)


@login_required
@require_POST
def step(request: HttpRequest, programme_code: str, code: str, node_code: str) -> HttpResponse:
    found = access.node_to_keep(request.user, programme_code, code, NodeKind.GROUP, node_code)
    form = GroupStepForm(found, request.POST)
    if form.is_valid():
        try:
            actions.take_group_step(group=found, by=request.user, **form.said())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("communities:desk-node", programme_code, code, NodeKind.GROUP, node_code)
    return _page(request, programme_code, found, step_form=form)


@login_required
@require_POST
def tie(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Tie the record that `one` names (`kind:code`) to the one that is chosen."""
    community = access.community_to_keep(request.user, programme_code, code)
    one = access.any_node(community, request.POST.get("one", ""))
    other = access.any_node(community, request.POST.get("other", ""))
    if one is None:
        raise Http404
    if other is None:
        messages.error(request, _("Choose what it belongs to."))
    else:
        try:
            actions.tie(one=one, other=other, by=request.user)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("They are tied."))
    return redirect(address_of(programme_code, one))


@login_required
@require_POST
def untie(request: HttpRequest, programme_code: str, code: str, key: int) -> HttpResponse:
    found = access.tie_to_keep(request.user, programme_code, code, key)
    one, other = queries.ends(found)
    actions.untie(tie=found, by=request.user)
    messages.success(request, _("They are tied no more."))
    back = access.any_node(found.community, request.POST.get("back", "")) or one
    return redirect(address_of(programme_code, back if back in (one, other) else one))


def address_of(programme_code: str, node: Any) -> str:
    """The desk's page of a record of any kind."""
    kind = queries.kind_of(node)
    if kind == NodeKind.LEADER:
        return reverse("communities:desk-leader", args=[programme_code, node.code])
    if kind == NodeKind.NEED:
        return reverse("communities:desk-need", args=[programme_code, node.code])
    return reverse("communities:desk-node", args=[programme_code, node.community.code, kind, node.code])


@login_required
@require_POST
def add_photos(
    request: HttpRequest, programme_code: str, code: str, kind: str, node_code: str
) -> HttpResponse:
    found = access.node_to_keep(request.user, programme_code, code, kind, node_code)
    if kind not in (NodeKind.VENUE, NodeKind.ACTION):
        raise Http404
    form = NodePhotosForm(request.POST, request.FILES)
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.add_node_photos(
                node=found,
                by=request.user,
                uploads=told["photos"],
                moment=told["moment"],
                taken_on=told["taken_on"],
                caption=told["caption"],
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The photos are kept."))
            return redirect("communities:desk-node", programme_code, code, kind, node_code)
    return _page(request, programme_code, found, photos_form=form)


@login_required
@require_POST
def remove_photo(request: HttpRequest, programme_code: str, code: str, key: int) -> HttpResponse:
    photo = access.photo_to_keep(request.user, programme_code, code, key)
    of = photo.venue or photo.action
    actions.remove_node_photo(photo=photo, by=request.user)
    messages.success(request, _("The photo is removed."))
    return redirect(address_of(programme_code, of))


# The whole of it


@login_required
def walk(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The graph around the record that `?at=kind:code` names; a press on a neighbour makes it the middle."""
    community = access.community_to_read(request.user, programme_code, code)
    centre = access.any_node(community, request.GET.get("at", ""))
    context = {
        "programme_code": programme_code,
        "community": community,
        "centre": centre,
        "centre_kind": NodeKind(queries.kind_of(centre)) if centre else None,
        "centre_title": queries.title_of(centre) if centre else "",
        "centre_url": address_of(programme_code, centre) if centre else "",
        "neighbours": [(n, "") for n in queries.neighbours(centre)] if centre else [],
        "drawing": queries.drawing(community, centre),
        "legend": list(NodeKind),
    }
    return render(request, "communities/walk.html", context)


@login_required
def timeline(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    community = access.community_to_read(request.user, programme_code, code)
    context = {
        "programme_code": programme_code,
        "community": community,
        "moments": queries.timeline(community),
    }
    return render(request, "communities/timeline.html", context)


@login_required
def node_list(request: HttpRequest, programme_code: str, kind: str) -> HttpResponse:
    """All records of a kind in the register."""
    organisation = access.register_to_read(request.user, programme_code)
    if kind not in queries.OWN_KINDS:
        raise Http404
    known = queries.nodes(organisation, kind)
    asked = request.GET
    found = queries.narrow_nodes(
        known, words=asked.get("q", ""), facet=asked.get("facet", ""), community=asked.get("community", "")
    )
    if kind == NodeKind.GROUP and asked.get("kind") in GroupKind.values:
        found = found.filter(kind=asked["kind"])
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "kind": NodeKind(kind),
        "keeps": may_keep_register(request.user, organisation),
        "kinds": [NodeKind(k) for k in queries.OWN_KINDS],
        "group_kinds": [("", _("Every kind"), None), *((v, w, None) for v, w in GroupKind.choices)],
        "total": known.count(),
        "page": Paginator(found, NODES_A_PAGE).get_page(asked.get("page")),
    }
    return render(request, "communities/nodes.html", context)


@login_required
def export(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The graph of the whole register as a workbook, a sheet a kind and one for the ties."""
    organisation = access.register_to_read(request.user, programme_code)
    return attached(exports.graph_workbook(organisation), _("Community graph"))


@login_required
def gap_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    """What is missing, of the whole register or of the community that `?community=` names."""
    organisation = access.register_to_read(request.user, programme_code)
    community = queries.communities_of(organisation).filter(code=request.GET.get("community", "")).first()
    gaps = queries.gaps(organisation, community)
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "community": community,
        "gaps": [
            (Gap(gap), rows.count(), list(rows.order_by("community__pinyin", "pinyin", "pk")[:50]))
            for gap, rows in gaps.items()
        ],
    }
    return render(request, "communities/gaps.html", context)


@login_required
def import_graph(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Take over a table; wrong rows are told one by one, and nothing is taken then."""
    organisation = access.register_to_keep(request.user, programme_code)
    form = GraphFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            done = actions.import_graph(
                organisation=organisation, by=request.user, data=file.read(), name=file.name
            )
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
        else:
            told = _("%(made)d entered, %(known)d as they were, %(ties)d ties made.")
            counts = {"made": done.made, "known": done.known, "ties": done.ties}
            messages.success(request, told % counts)
            return redirect("communities:desk-nodes", programme_code, NodeKind.TOPIC)
    context = {"programme_code": programme_code, "form": form}
    return render(request, "communities/graph_import.html", context, status=422 if form.errors else 200)
