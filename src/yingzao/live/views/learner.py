"""The learner's page of a live course: when, where to enter, what counts."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yingzao.activities import queries as activities
from yingzao.activities.rules import asking
from yingzao.core import clock
from yingzao.live import queries, rules
from yingzao.live.views import access


@login_required
def session(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, activity = access.my_course(request, code)
    mine = activities.my_duty(enrolment, activity)
    return render(
        request,
        "live/session.html",
        {
            "activity": activity,
            "session": queries.session_of(activity),
            "mine": mine,
            "asking": asking(enrolment, activity, mine.duty, clock.now()),
            "may_enter": rules.may_enter(activity.starts_at, activity.ends_at, clock.now()),
            "over": activity.ends_at is not None and activity.ends_at < clock.now(),
        },
    )
