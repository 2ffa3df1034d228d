"""The phone of staff in the field: scan, tick, show the code, add walk-ins. It is kept on the phone, and works without a network."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.core.ui import offline
from yingzao.visits import actions, queries
from yingzao.visits.forms import WalkInForm
from yingzao.visits.views import access


@login_required
@offline.kept("page")
def phone(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    bundle = _bundle(request, activity)
    return render(
        request,
        "visits/phone.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "audience": "desk",
            "bundle": bundle,
            "ticket": actions.staff_ticket(request.user, activity, bundle.sum),
            "here": _here(activity),
            "has_stops": activity.parts.exists(),
            "form": WalkInForm(),
        },
    )


@login_required
@never_cache
def phone_now(request: HttpRequest, programme_code: str, code: str) -> JsonResponse:
    """Who is where by now, for a phone that has a network; and whether the list is still the one that the phone has."""
    activity = access.organised_visit(request, programme_code, code)
    return JsonResponse(_here(activity) | {"sum": _bundle(request, activity).sum})


def _bundle(request: HttpRequest, activity: Activity) -> actions.Bundle:
    address = request.build_absolute_uri(reverse("visits:learner-visit", args=[activity.code]))
    return actions.bundle_of(activity, address)


def _here(activity: Activity) -> dict[str, Any]:
    """`now` is taken before the others: what arrives meanwhile is not called taken back."""
    now = round(clock.now().timestamp() * 1000)
    return {"now": now, "here": queries.here_now(activity), "walkIns": queries.walk_in_counts(activity)}
