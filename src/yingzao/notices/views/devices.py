"""Notices on devices: switching them on in this browser, and what becomes of each."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.notices import actions
from yingzao.notices.views import access


@require_POST
@login_required
def add_device(request: HttpRequest) -> HttpResponse:
    """What the browser told of its subscription, by the script of the settings page."""
    try:
        actions.add_device(
            person=request.user,
            endpoint=request.POST.get("endpoint", ""),
            key=request.POST.get("key", ""),
            secret=request.POST.get("secret", ""),
            user_agent=request.headers.get("User-Agent", ""),
            session_key=request.session.session_key or "",
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        if not request.POST.get("quietly"):
            messages.success(request, _("Notices come to this device now. Send a test to see one."))
    return redirect("notices:settings")


@require_POST
@login_required
def device(request: HttpRequest, code: str) -> HttpResponse:
    """Remove one, or send a test there."""
    found = access.device_of(request.user, code)
    if request.POST.get("act") == "remove":
        actions.remove_device(device=found)
        messages.success(request, _("The device is removed. Nothing more comes there."))
        return redirect("notices:settings")
    try:
        actions.test_device(device=found, organisation=access.organisation_writing_to(request.user))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request, _("A test is on its way. It takes a few seconds, or until the device is on.")
        )
    return redirect("notices:settings")
