"""A quiz on the phone: what to know beforehand, the questions, and what came of it."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui import offline
from yingzao.courses import actions, queries
from yingzao.courses.enums import AttemptState
from yingzao.courses.forms.quizzes import said_in
from yingzao.courses.models import Attempt
from yingzao.courses.phrases import quizzes as phrases
from yingzao.courses.queries import quizzes
from yingzao.courses.rules import quizzes as rules
from yingzao.courses.settling import Asked
from yingzao.courses.views import access

LARGEST_DELIVERY = 300_000  # bytes: as many answers as one delivery may hold, of the longest kind


@login_required
@offline.kept("detail")
def quiz(request: HttpRequest, code: str, part_code: str) -> HttpResponse:
    """The questions while an attempt is open, else what to know beforehand and the attempts so far."""
    enrolment, found = access.my_quiz(request, code, part_code)
    activity = found.part.activity
    now = clock.now()
    attempts = quizzes.attempts_of(found, enrolment)
    if overdue := [a.pk for a in attempts if rules.is_overdue(a, now)]:
        actions.close_overdue(attempts=overdue, now=now)
        attempts = quizzes.attempts_of(found, enrolment)
    begun = next((a for a in attempts if a.state == AttemptState.OPEN), None)
    context = {"activity": activity, "quiz": found, "part": found.part, "account": request.user.code}
    if begun is not None:
        paper = quizzes.paper_of(begun)
        context |= {
            "attempt": begun,
            "paper": paper,
            "ticket": actions.ticket_for(begun),
            "now_ms": int(now.timestamp() * 1000),
            "ends_ms": int(begun.ends_at.timestamp() * 1000) if begun.ends_at else 0,
            "answered": sum(item.is_answered for item in paper),
        }
        return render(request, "courses/quiz_paper.html", context)
    outline = queries.outline_of(activity, enrolment, now)
    _before, row, after = queries.lesson_at(outline, found.part.code)
    passing = Asked.of(activity.rule, found.part.code).passing
    best = rules.best_of(attempts)
    asked = quizzes.asked_count(quizzes.items_of(found))
    context |= {
        "row": row,
        "after": after,
        "facts": phrases.facts(found, questions=asked, passing=passing),
        "is_empty": not asked,
        "attempts": [(a, phrases.percent(rules.best_of([a]))) for a in reversed(attempts)],
        "best": phrases.percent(best),
        "has_passed": best is not None and best >= passing,
        "has_tried": bool(attempts),
        "is_used_up": rules.left(found, attempts) == 0,
        "left": rules.left(found, attempts),
        "shows_key": rules.shows_key(found, attempts, passing=passing),
    }
    return render(request, "courses/quiz.html", context)


@login_required
@require_POST
def begin(request: HttpRequest, code: str, part_code: str) -> HttpResponse:
    enrolment, found = access.my_quiz(request, code, part_code)
    try:
        actions.begin_attempt(quiz=found, enrolment=enrolment, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("courses:learner-quiz", code, part_code)


@csrf_exempt  # proves itself by the signed ticket in its body; no cookie is read
@require_POST
def send(request: HttpRequest) -> JsonResponse:
    """Keep answers of an attempt, and hand it in where that is asked. 403: the ticket is none of ours, or too old."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        body = json.loads(request.body) if 0 < length <= LARGEST_DELIVERY else None
    except (ValueError, RecursionError):
        body = None
    now = clock.now()
    answers = actions.read_answers(body, now) if isinstance(body, dict) else None
    if answers is None or not isinstance(body, dict):
        return JsonResponse({"error": "unreadable"}, status=400)
    attempt = actions.read_ticket(str(body.get("ticket", "")))
    if attempt is None:
        return JsonResponse({"error": "ticket"}, status=403)
    took = actions.send(actions.Sent(attempt, answers, body.get("hand_in") is True, now))
    if took.attempt is None:
        return JsonResponse({"error": "gone"}, status=403)
    told = {"saved": took.saved, "state": took.attempt.state, "late": took.late}
    if took.attempt.state == AttemptState.HANDED_IN:
        told["url"] = _address(took.attempt)
    return JsonResponse(told)


def _address(attempt: Attempt) -> str:
    part = attempt.quiz.part
    return reverse("courses:learner-attempt", args=[part.activity.code, part.code, attempt.code])


@login_required
@require_POST
def hand_in(request: HttpRequest, code: str, part_code: str) -> HttpResponse:
    """From a browser without scripts: the whole form at once. What is handed in already stays as it is."""
    _enrolment, attempt = access.my_attempt(request, code, part_code, request.POST.get("attempt", "")[:16])
    answers = said_in(quizzes.paper_of(attempt), request.POST) if attempt.state == AttemptState.OPEN else {}
    actions.hand_in(attempt=attempt, answers=answers)
    return redirect("courses:learner-attempt", code, part_code, attempt.code)


@login_required
def attempt(request: HttpRequest, code: str, part_code: str, attempt_code: str) -> HttpResponse:
    """What came of one attempt; the key and the feedback only when they may be shown. Never kept on the phone."""
    enrolment, found = access.my_attempt(request, code, part_code, attempt_code)
    if found.state == AttemptState.OPEN:
        return redirect("courses:learner-quiz", code, part_code)
    activity = found.quiz.part.activity
    attempts = quizzes.attempts_of(found.quiz, enrolment)
    passing = Asked.of(activity.rule, part_code).passing
    shows_key = rules.shows_key(found.quiz, attempts, passing=passing)
    score = rules.best_of([found])
    outline = queries.outline_of(activity, enrolment)
    _before, _row, after = queries.lesson_at(outline, part_code)
    return render(
        request,
        "courses/quiz_result.html",
        {
            "activity": activity,
            "part": found.quiz.part,
            "quiz": found.quiz,
            "attempt": found,
            "score": phrases.percent(score),
            "has_passed": score is not None and score >= passing,
            "needed": phrases.percent(passing),
            "shows_key": shows_key,
            "paper": quizzes.paper_of(found, marks=True, key=True) if shows_key else [],
            "left": rules.left(found.quiz, attempts),
            "is_used_up": rules.left(found.quiz, attempts) == 0,
            "after": after,
            "account": request.user.code,
        },
    )
