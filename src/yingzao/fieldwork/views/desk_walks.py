"""Walks on the desk: who walked where, the route with its points, and what is made of each."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yingzao.communities import queries as communities
from yingzao.communities.enums import NodeKind
from yingzao.communities.rules import may_keep_register
from yingzao.communities.views.desk_graph import address_of
from yingzao.core.errors import Refused
from yingzao.fieldwork import actions, phrases, queries
from yingzao.fieldwork.forms.field import form_of_point
from yingzao.fieldwork.views import access

WALKS_A_PAGE = 50


@login_required
@require_safe
def walk_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    rows = queries.walks_of(organisation)
    walked = communities.communities_of(organisation).filter(walks__isnull=False).distinct()
    asked_for = request.GET.get("community", "")
    shown = rows.filter(community__code=asked_for) if asked_for else rows
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "page": Paginator(shown, WALKS_A_PAGE).get_page(request.GET.get("page")),
        "communities": list(walked),
        "asked_for": asked_for,
        "here": "walks",
        "waiting": queries.waiting_count(organisation),
    }
    return render(request, "fieldwork/desk/walks.html", context)


@login_required
@require_safe
def walk(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.walk_to_read(request.user, programme_code, code)
    keeps = may_keep_register(request.user, found.organisation)
    route = queries.route_of(found)
    rows = [
        (
            number,
            point,
            [(one, address_of(programme_code, one.record)) for one in made],
            _to_make([one.kind for one in made]) if keeps else [],
        )
        for number, point, made in route.points
    ]
    context = {"programme_code": programme_code, "walk": found, "route": route, "rows": rows}
    return render(request, "fieldwork/desk/walk.html", context)


@login_required
@require_safe
def sheet(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The walk on A4."""
    found = access.walk_to_read(request.user, programme_code, code)
    context = {"programme_code": programme_code, "walk": found, "route": queries.route_of(found)}
    return render(request, "fieldwork/desk/walk_sheet.html", context)


@login_required
def make(request: HttpRequest, programme_code: str, code: str, point_code: str, kind: str) -> HttpResponse:
    """Make a need, a venue or a topic of a point; where that was done already, its record."""
    point = access.point_to_keep(request.user, programme_code, code, point_code)
    if kind not in actions.MADE_OF_POINTS:
        raise Http404
    standing = queries.made_of(point, kind)
    if standing is not None:
        messages.info(request, _("This was made of the point already."))
        return redirect(address_of(programme_code, standing))
    form = form_of_point(point, kind, phrases.say_walk(point.walk), request.POST or None)
    if form.is_valid():
        try:
            made = actions.make_of_point(point=point, what=kind, by=request.user, **form.said())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("It is entered, and tied to the point that it comes from."))
            return redirect(address_of(programme_code, made))
    context = {
        "programme_code": programme_code,
        "walk": point.walk,
        "point": point,
        "kind": NodeKind(kind),
        "form": form,
    }
    return render(request, "fieldwork/desk/make.html", context, status=422 if form.errors else 200)


def _to_make(made: list[NodeKind]) -> list[NodeKind]:
    return [kind for kind in actions.MADE_OF_POINTS if kind not in made]
