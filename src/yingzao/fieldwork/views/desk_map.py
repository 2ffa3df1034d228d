"""The resource map of a community on the desk: drawn, listed, printed, taken away."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yingzao.communities import queries as communities
from yingzao.communities.enums import NodeKind
from yingzao.communities.models import Community
from yingzao.communities.views.desk import attached
from yingzao.core import clock
from yingzao.fieldwork import phrases, queries
from yingzao.fieldwork.enums import PointKind
from yingzao.fieldwork.exports.places import places_csv, places_workbook
from yingzao.fieldwork.forms.field import MapFilter
from yingzao.fieldwork.queries import VENUE, ResourceMap
from yingzao.fieldwork.views import access


@login_required
@require_safe
def choose(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Which community's map."""
    organisation = access.register_to_read(request.user, programme_code)
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "rows": queries.communities_with_places(communities.communities_of(organisation)),
        "here": "map",
        "waiting": queries.waiting_count(organisation),
    }
    return render(request, "fieldwork/desk/map_choose.html", context)


@login_required
@require_safe
def resource_map(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    community = access.community_to_read(request.user, programme_code, code)
    form = map_filter(request)
    shown = queries.resource_map(community, **form.asked())
    context = map_context(community, shown) | {
        "programme_code": programme_code,
        "form": form,
    }
    return render(request, "fieldwork/desk/map.html", context)


@login_required
@require_safe
def sheet(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The map on A4, narrowed as the page was."""
    community = access.community_to_read(request.user, programme_code, code)
    shown = queries.resource_map(community, **map_filter(request).asked())
    context = map_context(community, shown) | {"programme_code": programme_code, "today": clock.today()}
    return render(request, "fieldwork/desk/map_sheet.html", context)


@login_required
@require_safe
def export_xlsx(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    community = access.community_to_read(request.user, programme_code, code)
    shown = queries.resource_map(community, **map_filter(request).asked())
    return attached(places_workbook(community, shown), f"{community.name} {_('Resource map')}")


@login_required
@require_safe
def export_csv(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    community = access.community_to_read(request.user, programme_code, code)
    shown = queries.resource_map(community, **map_filter(request).asked())
    response = HttpResponse(places_csv(shown), content_type="text/csv; charset=utf-8")
    name = f"{community.name} {_('Resource map')}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def map_filter(request: HttpRequest) -> MapFilter:
    kinds = [
        (VENUE, str(NodeKind.VENUE.label)),
        *((k.value, str(k.label)) for k in (PointKind.RESOURCE, PointKind.PROBLEM)),
    ]
    return MapFilter(request.GET, kinds)


def map_context(community: Community, shown: ResourceMap) -> dict[str, object]:
    return {"community": community, "map": shown, "empty": phrases.say_empty(shown.empty)}
