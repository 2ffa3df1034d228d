"""The learner's requests on the phone: ask, see what came of it, take it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import actions, queries, rules, settling
from yingzao.activities.enums import RequestKind, RequestState
from yingzao.activities.forms import AskForm
from yingzao.activities.views import access
from yingzao.core import clock
from yingzao.core.errors import Refused


@login_required
def request_list(request: HttpRequest) -> HttpResponse:
    return render(request, "activities/my_requests.html", {"requests": access.my_requests(request)})


@login_required
def request_new(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Ask. Whoever comes here again while it waits is shown what was asked."""
    enrolment, activity = access.my_session(request, code)
    if kind not in RequestKind:
        raise Http404
    form = AskForm(kind, activity, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.make_request(
                enrolment=enrolment, activity=activity, kind=kind, by=request.user, **form.values()
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Sent. The organiser answers it; the answer stands here."))
            return redirect("activities:learner-request", asked.code)
    mine = queries.my_duty(enrolment, activity)
    asking = rules.asking(enrolment, activity, mine.duty, clock.now())
    waiting = [r for r in asking.asked if r.kind == kind and r.state == RequestState.WAITING]
    if waiting and request.method == "GET":
        return redirect("activities:learner-request", waiting[0].code)
    return render(
        request,
        "activities/ask.html",
        {
            "activity": activity,
            "mine": mine,
            "kind": RequestKind(kind),
            "form": form,
            "offered": kind in asking.kinds,
            "make_up": settling.make_up_of(activity.rule) if kind == RequestKind.MAKE_UP else None,
        },
        status=422 if form.errors else 200,
    )


@login_required
def request_page(request: HttpRequest, code: str) -> HttpResponse:
    asked = access.my_request(request, code)
    return render(
        request,
        "activities/my_request.html",
        {"asked": asked, "may_take_back": asked.state == RequestState.WAITING},
    )


@login_required
@require_POST
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    asked = access.my_request(request, code)
    actions.take_back_request(request=asked, by=request.user)
    messages.success(request, _("The request is taken back."))
    return redirect("activities:learner-request", code)
