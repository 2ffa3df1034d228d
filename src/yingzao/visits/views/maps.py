"""A page with a map on it: the stops in their order, and the one host that may be asked for the ground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yingzao.visits import rules
from yingzao.visits.models import Stop


def page(
    request: HttpRequest, template: str, context: dict[str, Any], stops: Sequence[Stop], status: int = 200
) -> HttpResponse:
    """Nothing is loaded from outside unless whoever runs this named tiles, and then from that host alone."""
    route, tiles = rules.route_of(stops), rules.map_tiles()
    response = render(request, template, context | {"route": route, "tiles": tiles}, status=status)
    if route.located and tiles is not None:
        response._csp_update = {"img-src": [tiles.origin]}  # type: ignore[attr-defined]
    return response
