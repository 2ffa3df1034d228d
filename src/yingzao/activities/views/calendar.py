"""The learner's calendar: its page on the phone, and the feed that calendar programs read."""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yingzao.activities import actions
from yingzao.activities.feeds import CONTENT_TYPE, icalendar
from yingzao.activities.queries.calendar import calendar_entries
from yingzao.activities.views import access


@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """How the plan gets into the phone's own calendar, for each programme in which the person learns."""
    shown = []
    for enrolment, feed in access.my_feeds(request):
        address = (
            request.build_absolute_uri(reverse("activities:calendar-feed", args=[feed.token])) if feed else ""
        )
        shown.append(
            {
                "enrolment": enrolment,
                "address": address,
                "webcal": "webcal://" + address.partition("://")[2] if address else "",
            }
        )
    return render(request, "activities/my_calendar.html", {"calendars": shown})


@login_required
@require_POST
def renew(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, before = access.my_feed(request, code)
    actions.renew_feed(enrolment=enrolment, by=request.user)
    if before:
        messages.success(request, _("Here is the new address. The one before opens nothing any more."))
    return redirect("activities:learner-calendar")


@login_required
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, _feed = access.my_feed(request, code)
    actions.close_feed(enrolment=enrolment, by=request.user)
    messages.success(request, _("The address is closed. Calendars that read it get nothing any more."))
    return redirect("activities:learner-calendar")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """For whoever has the address; not there once the learner has left or taken another one."""
    enrolment = access.open_feed(token).enrolment
    programme = enrolment.programme
    site = f"{request.scheme}://{request.get_host()}"
    data = icalendar(programme, calendar_entries(enrolment), site=site)
    response = HttpResponse(data, content_type=CONTENT_TYPE)
    disposition = content_disposition_header("download" in request.GET, f"{programme.full_name}.ics")
    response["Content-Disposition"] = disposition or "inline"
    response["ETag"] = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, no_cache=True)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
