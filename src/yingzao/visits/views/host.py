"""The host community: who is expected and who has arrived."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yingzao.visits import queries
from yingzao.visits.views import access


@login_required
def stops(request: HttpRequest) -> HttpResponse:
    return render(request, "visits/host_list.html", {"stops": queries.stops_hosted_by(request.user)})


@login_required
def stop(request: HttpRequest, part_code: str) -> HttpResponse:
    """Numbers and communities; hosts see no telephone numbers and masked names."""
    found = access.hosted_stop(request, part_code)
    arrivals = queries.arrivals(found)
    return render(
        request,
        "visits/host_stop.html",
        {
            "stop": found,
            "arrivals": arrivals,
            "count": queries.headcount(arrivals),
            "walk_ins": sum(w.waits for w in queries.walk_ins(found)),
        },
    )
