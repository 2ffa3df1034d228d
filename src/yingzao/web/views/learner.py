"""The learner's phone: what to do now, all duties, one duty down to its evidence, how the score is made."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from yingzao.activities.queries import surveys
from yingzao.activities.rules import asking
from yingzao.core import clock
from yingzao.core.ui import offline
from yingzao.fieldwork.queries import surveys_read_by
from yingzao.honours.bridge.figures import composition_of
from yingzao.judging.queries import released_marks
from yingzao.notices.queries import unread_count
from yingzao.practice.actions import field_ticket
from yingzao.practice.queries import field_of, found_by
from yingzao.web import queries, warnings
from yingzao.web.views import access


@login_required
@offline.kept("page")
def today(request: HttpRequest) -> HttpResponse:
    enrolment = access.my_enrolment(request)
    now = clock.now()
    duties = queries.duties_of(enrolment, now)
    pressing = queries.to_do(duties, now)
    first = pressing[0] if pressing and pressing[0].begun else None
    return render(
        request,
        "web/today.html",
        {
            "enrolment": enrolment,
            "first": first,
            "next": pressing[1:5] if first else pressing[:4],
            "count": len(duties),
            "progress": queries.progress_of(enrolment),
            "warning": warnings.warning_of(enrolment, duties),
            "ahead": queries.ahead_of(pressing, now),
            "surveys": surveys.waiting_for(enrolment, now),
        },
    )


@login_required
@offline.kept("page")
def duties(request: HttpRequest) -> HttpResponse:
    enrolment = access.my_enrolment(request)
    now = clock.now()
    duties = queries.duties_of(enrolment, now)
    return render(
        request,
        "web/duties.html",
        {
            "enrolment": enrolment,
            "duties": duties,
            "has_voluntary": not all(shown.activity.is_required for shown in duties),
            "progress": queries.progress_of(enrolment),
            "ahead": queries.ahead_of(queries.to_do(duties, now), now),
        },
    )


@login_required
@offline.kept("detail")
def duty(request: HttpRequest, code: str) -> HttpResponse:
    enrolment = access.my_enrolment(request)
    activity = access.activity_of(enrolment.programme, code)
    trace = queries.trace(enrolment, activity, clock.now())
    if trace is None:
        raise Http404
    return render(
        request,
        "web/duty.html",
        {
            "enrolment": enrolment,
            "trace": trace,
            "asking": asking(enrolment, activity, trace.shown.duty, clock.now()),
        },
    )


@login_required
def score(request: HttpRequest) -> HttpResponse:
    """How the score is made, as far as it stands: duties live, marks once they are released."""
    enrolment = access.my_enrolment(request)
    now = clock.now()
    return render(
        request,
        "web/score.html",
        {
            "enrolment": enrolment,
            "progress": queries.progress_of(enrolment),
            "hours": queries.hours_of(enrolment),
            "composition": composition_of(enrolment, now),
            "released": released_marks(enrolment),
        },
    )


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Everything that is the learner's own: score, certificates, messages, account, other programmes."""
    enrolment = access.my_enrolment(request)
    return render(
        request,
        "web/mine.html",
        {
            "enrolment": enrolment,
            "others": [e for e in access.my_enrolments(request) if e.pk != enrolment.pk],
            "unread": unread_count(request.user),
        },
    )


AHEAD = (
    "practice:learner-leader-new",
    "practice:learner-need-new",
    "practice:learner-walks",
    "practice:learner-interviews",
    "practice:learner-proposals",
    "practice:learner-map",
)


@login_required
@offline.kept("page")
def community(request: HttpRequest) -> HttpResponse:
    """The learner's own community: who and what was found there, and what is still to do. Forms to record more are kept ahead."""
    enrolment = access.my_enrolment(request)
    return render(
        request,
        "web/community.html",
        {
            "enrolment": enrolment,
            "tasks": queries.practice_of(enrolment),
            "found": found_by(enrolment),
            "field": field_of(enrolment),
            "has_surveys": surveys_read_by(request.user).exists(),
            "ticket": field_ticket(enrolment),
            "ahead": [reverse(name) for name in AHEAD],
        },
    )
