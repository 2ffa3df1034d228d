"""The learner's page of a live course: when, where to enter, what counts, questions to the teacher, code words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yingzao.activities import queries as activities
from yingzao.activities.models import Activity
from yingzao.activities.rules import asking
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.live import actions, queries, rules
from yingzao.live.forms import QuestionForm
from yingzao.live.views import access


@login_required
def session(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, activity = access.my_course(request, code)
    return _page(request, enrolment, activity, QuestionForm())


def _page(
    request: HttpRequest,
    enrolment: Enrolment,
    activity: Activity,
    form: QuestionForm,
    *,
    wrong_word: str = "",
) -> HttpResponse:
    now = clock.now()
    session = queries.session_with_parts(activity)  # first: what is asked is said from the parts
    mine = activities.my_duty(enrolment, activity)
    over = activity.ends_at is not None and activity.ends_at < now
    context = _room(enrolment, activity) | {
        "session": session,
        "materials": queries.materials_of(activity),
        "mine": mine,
        "asking": asking(enrolment, activity, mine.duty, now),
        "may_enter": rules.may_enter(activity.starts_at, activity.ends_at, now),
        "is_ahead": activity.starts_at is not None and now < activity.starts_at,
        "over": over,
        "recordings": activities.videos_to_watch(activity) if over else (),
        "form": form,
        "wrong_word": wrong_word,
    }
    return render(request, "live/session.html", context, status=422 if form.errors or wrong_word else 200)


def _room(enrolment: Enrolment, activity: Activity) -> dict[str, Any]:
    room = queries.room_now(activity, enrolment, clock.now())
    return {
        "activity": activity,
        "version": room.version,
        "questions": room.questions,
        "check": room.check,
        "has_answered": room.has_answered,
    }


@login_required
@require_safe
def room(request: HttpRequest, code: str) -> HttpResponse:
    """What changes while the course goes on: looked at anew every some seconds, and mostly as it was."""
    enrolment, activity = access.my_course(request, code)
    if request.GET.get("v") == queries.room_version(activity, clock.now()):
        return HttpResponse(status=204)
    return render(request, "live/_room.html", _room(enrolment, activity))


@login_required
@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, activity = access.my_course(request, code)
    form = QuestionForm(request.POST)
    if form.is_valid():
        try:
            actions.ask_teacher(enrolment=enrolment, activity=activity, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text" if refusal.field == "text" else None, refusal.sentence)
        else:
            messages.success(request, _("Your question stands on the list."))
            return redirect("live:learner-session", code)
    return _page(request, enrolment, activity, form)


@login_required
@require_POST
def like(request: HttpRequest, code: str, question: str) -> HttpResponse:
    enrolment, found = access.my_question(request, code, question)
    actions.like(question=found, enrolment=enrolment, wants=request.POST.get("like") != "0")
    if request.headers.get("HX-Request"):
        return render(request, "live/_room.html", _room(enrolment, found.activity))
    return redirect("live:learner-session", code)


@login_required
@require_POST
def take_back(request: HttpRequest, code: str, question: str) -> HttpResponse:
    try:
        actions.take_question_back(question=access.my_own_question(request, code, question), by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Your question is taken back."))
    return redirect("live:learner-session", code)


@login_required
@require_POST
def check(request: HttpRequest, code: str, check: str) -> HttpResponse:
    """Say the code word, or answer the poll."""
    enrolment, found = access.my_check(request, code, check)
    try:
        is_first = actions.answer_check(
            check=found, enrolment=enrolment, said=request.POST.get("said", "")[:40], by=request.user
        )
    except Refused as refusal:
        return _page(request, enrolment, found.activity, QuestionForm(), wrong_word=refusal.sentence)
    if is_first:
        messages.success(request, _("Your answer is recorded."))
    else:
        messages.info(request, _("You have answered already; your first answer stands."))
    return redirect("live:learner-session", code)
