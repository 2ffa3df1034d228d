"""The host on the phone: who is expected and who has arrived; what the host says of it; what visitors said."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.programmes.models import StaffRole
from yingzao.visits import actions, queries, rules
from yingzao.visits.forms import AftermathForm, ReadyForm
from yingzao.visits.models import Stop
from yingzao.visits.views import access


@login_required
def stops(request: HttpRequest) -> HttpResponse:
    """What lies ahead first; what is over below it, the newest first."""
    hosted, now = list(queries.stops_hosted_by(request.user)), clock.now()
    replies = queries.replies_of(request.user, hosted)
    rows = [(s, rules.awaited_of_host(s, replies.get(s.pk), now), replies.get(s.pk)) for s in hosted]
    ahead = [row for row in rows if not rules.is_over(row[0], now)]
    over = [row for row in reversed(rows) if rules.is_over(row[0], now)]
    return render(request, "visits/host_list.html", {"ahead": ahead, "over": over})


@login_required
def stop(request: HttpRequest, part_code: str) -> HttpResponse:
    return _page(request, *access.hosting(request, part_code))


@login_required
@require_POST
def ready(request: HttpRequest, part_code: str) -> HttpResponse:
    """Before the visit: all is well, or something changes."""
    found, host = access.hosting(request, part_code)
    form = ReadyForm.of(queries.reply_of(found, host), request.POST)
    if form.is_valid():
        try:
            actions.say_ready(stop=found, host=host, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Thank you, the organisers can read it."))
            return redirect("visits:host-stop", part_code)
    return _page(request, found, host, ready_form=form)


@login_required
@require_POST
def after(request: HttpRequest, part_code: str) -> HttpResponse:
    """After the visit: how many came, and how it was."""
    found, host = access.hosting(request, part_code)
    form = AftermathForm.of(queries.reply_of(found, host), request.POST)
    if form.is_valid():
        try:
            actions.say_after(stop=found, host=host, said=form.aftermath())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Thank you, the organisers can read it."))
            return redirect("visits:host-stop", part_code)
    return _page(request, found, host, after_form=form)


def _page(
    request: HttpRequest,
    stop: Stop,
    host: StaffRole,
    ready_form: ReadyForm | None = None,
    after_form: AftermathForm | None = None,
) -> HttpResponse:
    """Numbers and communities; hosts see no telephone numbers of learners, and masked names."""
    now, reply, arrivals = clock.now(), queries.reply_of(stop, host), queries.arrivals(stop)
    count = queries.headcount(arrivals, queries.walk_ins(stop))
    if after_form is None:
        after_form = AftermathForm.of(reply)
        if count.there and (reply is None or reply.said_at is None):
            after_form.initial["came"] = count.there
    context = {
        "stop": stop,
        "arrivals": arrivals,
        "count": count,
        "contacts": queries.contacts_of(stop.part.activity),
        "reply": reply,
        "is_outdated": reply is not None and rules.is_outdated(stop, reply),
        "can_say_ready": rules.may_say_ready(stop, now),
        "can_say_after": rules.may_say_after(stop, now),
        "ready_form": ready_form or ReadyForm.of(reply),
        "after_form": after_form,
        "heard": queries.heard_of(stop),
    }
    is_wrong = any(form is not None and form.errors for form in (ready_form, after_form))
    return render(request, "visits/host_stop.html", context, status=422 if is_wrong else 200)
