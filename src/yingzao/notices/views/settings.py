"""What a person chooses about messages, and the links in letters, which work without signing in."""

from __future__ import annotations

import datetime as dt

from django.conf import settings as instance
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from yingzao.core import ports
from yingzao.core.errors import Refused
from yingzao.notices import actions, phrases, queries
from yingzao.notices.enums import CHOSEN, Channel
from yingzao.notices.forms import AddressForm, WishesForm
from yingzao.notices.kind import find
from yingzao.notices.views import access
from yingzao.people.phrases import device_words


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def settings(request: HttpRequest) -> HttpResponse:
    person = request.user
    form = _wishes(request)
    if form.is_valid():
        given = form.cleaned_data
        own = given["quiet"] != "usual"
        hours = (given["begins"], given["ends"]) if given["quiet"] == "own" else None
        digest = dt.time.fromisoformat(given["digest_at"]) if given["digest_at"] else None
        for way, wanted in form.wanted.items():
            actions.choose(person=person, wanted=wanted, channel=way)
        actions.set_hours(person=person, own=own, hours=hours, digest_at=digest, language=given["language"])
        messages.success(request, _("Saved."))
        return redirect("notices:settings")
    return _page(request, form, AddressForm(initial={"email": person.email}))


@require_POST
@login_required
def address(request: HttpRequest) -> HttpResponse:
    """Enter an address, or forget it."""
    person = request.user
    if request.POST.get("forget"):
        actions.forget_address(person=person)
        messages.success(request, _("The address is forgotten. Messages stand here alone."))
        return redirect("notices:settings")
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            actions.ask_to_confirm(
                person=person, organisation=access.organisation_writing_to(person), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error("email", refusal.sentence)
        else:
            messages.success(request, _("A letter with a link is on its way. Open the link to confirm."))
            return redirect("notices:settings")
    request.method = "GET"  # the other form of the page was not sent
    return _page(request, _wishes(request), form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: mail programs open links by themselves."""
    if request.method != "POST":
        return render(request, "notices/confirm.html")
    confirmed = actions.confirm_address(token=token)
    status = 200 if confirmed else 410
    return render(request, "notices/confirm.html", {"done": True, "confirmed": confirmed}, status=status)


@csrf_exempt  # a mail program's own button posts without a page of ours (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End letters of one kind, or all, for whoever has one of them."""
    person, kind = access.stopped_by(token)
    done = request.method == "POST"
    if done:
        if request.POST.get("every"):
            kind = ""
        actions.stop(person=person, kind=kind)
    found = find(kind)
    return render(request, "notices/stop.html", {"done": done, "kind": found if kind else None})


def _wishes(request: HttpRequest) -> WishesForm:
    person = request.user
    ways = CHOSEN if queries.devices_of(person).exists() else (Channel.EMAIL,)
    return WishesForm.of(
        queries.quiet_hours_of(person),
        {way: queries.preferences_of(person, way) for way in ways},
        person.language or instance.LANGUAGE_CODE,
        queries.hours_of_organisation(access.organisation_writing_to(person)),
        request.POST if request.method == "POST" else None,
    )


def _page(request: HttpRequest, form: WishesForm, address: AddressForm) -> HttpResponse:
    wrong = form.errors or address.errors
    push = ports.port("push")
    no_push = bool(push.missing())
    session = request.session.session_key
    context = {
        "form": form,
        "address": address,
        "no_mail": bool(ports.port("mail").missing()),
        "no_push": no_push,
        "push_key": "" if no_push else push.public_key(),
        "devices": [
            {
                "device": device,
                "words": device_words(device.user_agent),
                "service": phrases.push_service(device.endpoint),
                "is_tied": device.session_key == session,
                "mark": phrases.endpoint_mark(device.endpoint),
            }
            for device in queries.devices_of(request.user)
        ],
    }
    return render(request, "notices/settings.html", context, status=422 if wrong else 200)
