"""What anybody may read of a programme."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yingzao.core import clock
from yingzao.core.ui.shared import for_everyone
from yingzao.programmes.queries import public_programmes
from yingzao.web import queries
from yingzao.web.views import access


@for_everyone
def programmes(request: HttpRequest) -> HttpResponse:
    return render(request, "web/welcome.html", {"programmes": public_programmes()})


@for_everyone
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.public_programme(slug)
    on = clock.parse_day(request.GET.get("on"))
    return render(
        request,
        "web/programme.html",
        {
            "programme": found,
            "overview": queries.overview(found, clock.end_of(on) if on else None),
            "stories": queries.public_stories(found),
            "notices": queries.public_notices(found),
            "visits": queries.visited_places(found),
            "stages": found.stages.all(),
        },
    )
