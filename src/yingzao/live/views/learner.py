"""The learner's page of a live course: when, where to enter, what counts."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yingzao.activities import queries as activities
from yingzao.core import clock
from yingzao.live import queries, rules
from yingzao.live.views import access


@login_required
def session(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, activity = access.my_course(request, code)
    return render(
        request,
        "live/session.html",
        {
            "activity": activity,
            "session": queries.session_of(activity),
            "mine": activities.my_duty(enrolment, activity),
            "may_enter": rules.may_enter(activity.starts_at, activity.ends_at, clock.now()),
            "over": activity.ends_at is not None and activity.ends_at < clock.now(),
        },
    )
