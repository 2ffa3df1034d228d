"""The organiser's pages of a quiz: its settings, what it takes, who has passed, and what the questions say."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.courses import actions, exports
from yingzao.courses.enums import AttemptState
from yingzao.courses.forms.quizzes import DrawForm, FixedForm, QuizForm, quiz_initial
from yingzao.courses.models import AttemptItem, QuestionVersion, Quiz
from yingzao.courses.phrases import quizzes as phrases
from yingzao.courses.queries import bank, quizzes, results
from yingzao.courses.rules import items as figures
from yingzao.courses.rules import quizzes as rules
from yingzao.courses.settling import Asked
from yingzao.courses.views import access
from yingzao.programmes.rules import may_organise

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = ("done", "part", "todo", "miss")


@login_required
def quiz(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    """What the quiz asks and who has passed it. Attempts whose time is over are closed first."""
    activity, part = access.readable_part(request, programme_code, code, part_code)
    found = quizzes.quiz_of(part)
    words, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    rows: list[results.ResultRow] = []
    if found is not None:
        actions.close_overdue(attempts=results.open_attempts(found))
        rows = results.result_rows(found)
    shown = results.chosen_rows(rows, words=words, state=state if state in STATES else "")
    taken = quizzes.items_of(found) if found else []
    passing = Asked.of(activity.rule, part.code).passing
    asked = quizzes.asked_count(taken)
    return render(
        request,
        "courses/desk_quiz.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "part": part,
            "quiz": found,
            "facts": phrases.facts(found, questions=asked, passing=passing) if found and asked else [],
            "asked": asked,
            "lines": [(r, phrases.percent(r.best), phrases.why(r)) for r in shown],
            "passed": sum(r.passed for r in rows),
            "begun": sum(bool(r.attempts or r.open) for r in rows),
            "count": len(rows),
            "query": words,
            "states": [("", _("all"), None), *((key, _state_word(key), None) for key in STATES)],
            "organises": may_organise(request.user, activity.programme),
        },
    )


def _state_word(key: str) -> str:
    return {
        "done": _("passed"),
        "part": _("begun, not passed"),
        "todo": _("not begun"),
        "miss": _("no attempt left"),
    }[key]


@login_required
def settings(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    activity, part = access.organised_part(request, programme_code, code, part_code)
    found = quizzes.quiz_of(part)
    passing = Asked.of(activity.rule, part.code).passing
    form = QuizForm(request.POST or None, initial=quiz_initial(found, passing))
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        share = Fraction(told.pop("passing"), 100)
        actions.set_quiz(part=part, values=told, passing=str(float(share)), by=request.user)
        messages.success(request, _("Saved."))
        if found is None or not quizzes.items_of(found):
            return redirect("courses:desk-quiz-items", programme_code, code, part_code)
        return redirect("courses:desk-quiz", programme_code, code, part_code)
    return render(
        request,
        "courses/desk_quiz_settings.html",
        {"programme": activity.programme, "activity": activity, "part": part, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
def items(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    """What the quiz takes: lines of fixed questions and of pools, in order."""
    activity, part = access.organised_part(request, programme_code, code, part_code)
    found = quizzes.quiz_of(part)
    if found is None:
        return redirect("courses:desk-quiz-settings", programme_code, code, part_code)
    pools = bank.pools_of(activity.programme)
    pool = bank.pool_with_code(activity.programme, request.GET.get("pool", ""))
    draw, fixed = DrawForm(pools=pools), FixedForm(questions=bank.questions_in(activity.programme))
    lines = actions.lines_of(found)
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do == "draw":
            draw = DrawForm(request.POST, pools=pools)
            if draw.is_valid():
                lines.append(actions.Line(pool=draw.cleaned_data["pool"], count=draw.cleaned_data["count"]))
        elif do == "fixed":
            fixed = FixedForm(request.POST, questions=bank.questions_in(activity.programme))
            if fixed.is_valid():
                there = {line.question.pk for line in lines if line.question}
                chosen = [q for q in fixed.cleaned_data["questions"] if q.pk not in there]
                lines += [actions.Line(question=question) for question in chosen]
        else:
            lines = _changed(lines, do)
        if not draw.errors and not fixed.errors:
            try:
                actions.set_items(quiz=found, lines=lines, by=request.user)
            except Refused as refusal:
                messages.error(request, refusal.sentence)
            return redirect(request.get_full_path())
    taken = quizzes.items_of(found)
    versions = {
        v.question_id: v
        for v in bank.current_versions(questions=[i.question_id for i in taken if i.question_id])
    }
    return render(
        request,
        "courses/desk_quiz_items.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "part": part,
            "lines": [(item, versions.get(item.question_id or 0)) for item in taken],
            "asked": quizzes.asked_count(taken),
            "pools": pools,
            "pool": pool,
            "choices": bank.offered_versions(pool) if pool else [],
            "draw": draw,
            "fixed": fixed,
        },
        status=422 if draw.errors or fixed.errors else 200,
    )


def _changed(lines: Sequence[actions.Line], do: str) -> list[actions.Line]:
    """The lines after `remove-2`, `up-2` or `down-2`; places count from 0. Anything else changes nothing."""
    out = list(lines)
    what, _dash, number = do.partition("-")
    place = int(number) if number.isdecimal() and len(number) < 4 else len(out)
    if place >= len(out):
        return out
    if what == "remove":
        del out[place]
    other = {"up": place - 1, "down": place + 1}.get(what, -1)
    if 0 <= other < len(out):
        out[place], out[other] = out[other], out[place]
    return out


@login_required
def questions(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    """What the questions say of those who answered."""
    activity, part = access.readable_part(request, programme_code, code, part_code)
    found = quizzes.quiz_of(part)
    attempts = _answered(found) if found else []
    told = _figures(attempts)
    return render(
        request,
        "courses/desk_quiz_questions.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "part": part,
            "n": len(attempts),
            "alpha": phrases.figure(figures.alpha(attempts)),
            "lines": [
                (
                    version,
                    item,
                    phrases.figure(item.facility),
                    phrases.figure(item.discrimination),
                    phrases.options_chosen(version, item.chosen),
                )
                for version, item in told
            ],
            "least": figures,
            "organises": may_organise(request.user, activity.programme),
        },
    )


def _answered(quiz: Quiz) -> list[list[figures.Answered]]:
    first = results.first_attempts(quiz)
    versions = results.versions_named([item.version_id for given in first for item in given])
    return [[_one(item, versions[item.version_id]) for item in given] for given in first]


def _one(item: AttemptItem, version: QuestionVersion) -> figures.Answered:
    return figures.Answered(
        item.version_id, Fraction(item.mark or 0), Fraction(version.points), tuple(item.said)
    )


def _figures(attempts: Sequence[Sequence[figures.Answered]]) -> list[tuple[QuestionVersion, figures.Item]]:
    found = figures.items_of(attempts)
    versions = results.versions_named(list(found))
    return [(versions[key], item) for key, item in found.items()]


@login_required
def export(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    _activity, part = access.readable_part(request, programme_code, code, part_code)
    found = quizzes.quiz_of(part)
    if found is None:
        return redirect("courses:desk-quiz", programme_code, code, part_code)
    data = exports.results_workbook(found, results.result_rows(found), _figures(_answered(found)))
    headers = {"Content-Disposition": f'attachment; filename="quiz-{part.code}.xlsx"'}
    return HttpResponse(data, content_type=XLSX, headers=headers)


@login_required
def attempt(
    request: HttpRequest, programme_code: str, code: str, part_code: str, attempt_code: str
) -> HttpResponse:
    """One learner's attempt, with what was right; while it is open, with what has arrived so far."""
    found = access.readable_attempt(request, programme_code, code, part_code, attempt_code)
    is_done = found.state == AttemptState.HANDED_IN
    return render(
        request,
        "courses/desk_attempt.html",
        {
            "programme": found.quiz.part.activity.programme,
            "activity": found.quiz.part.activity,
            "part": found.quiz.part,
            "attempt": found,
            "is_done": is_done,
            "score": phrases.percent(rules.best_of([found])),
            "paper": quizzes.paper_of(found, marks=is_done, key=True),
        },
    )
