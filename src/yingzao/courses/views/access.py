"""The only way that a page of this room gets a row of bank or quiz, or a list of completions."""

from __future__ import annotations

from django.http import HttpRequest

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity, Part
from yingzao.activities.views.access import (
    my_activity,
    organised_activity,
    organised_programme,
    readable_activity,
    readable_programme,
)
from yingzao.core.scoping import only
from yingzao.courses.models import Attempt, BankQuestion, QuestionFile, QuestionPool, Quiz
from yingzao.courses.queries import bank, outside, quizzes
from yingzao.enrolment.enums import SourceState
from yingzao.enrolment.models import Enrolment, SourceFile

__all__ = [
    "completion_list",
    "desk_course",
    "my_attempt",
    "my_quiz",
    "open_list",
    "organised_course",
    "organised_file",
    "organised_part",
    "organised_pool",
    "organised_programme",
    "organised_question",
    "readable_attempt",
    "readable_part",
    "readable_pool",
    "readable_programme",
]


def readable_pool(request: HttpRequest, programme_code: str, code: str) -> QuestionPool:
    return only(
        bank.pools_of(readable_programme(request, programme_code)).select_related("programme"), code=code
    )


def organised_pool(request: HttpRequest, programme_code: str, code: str) -> QuestionPool:
    return only(
        bank.pools_of(organised_programme(request, programme_code)).select_related("programme"), code=code
    )


def organised_question(request: HttpRequest, programme_code: str, code: str) -> BankQuestion:
    return only(bank.questions_in(organised_programme(request, programme_code)), code=code)


def organised_file(request: HttpRequest, programme_code: str, code: str) -> QuestionFile:
    rows = bank.files_of(organised_programme(request, programme_code)).select_related("programme")
    return only(rows, code=code)


def readable_part(
    request: HttpRequest, programme_code: str, code: str, part_code: str
) -> tuple[Activity, Part]:
    activity = readable_activity(request, KindKey.COURSE, programme_code, code)
    return activity, only(activity.parts.select_related("activity__programme"), code=part_code)


def organised_part(
    request: HttpRequest, programme_code: str, code: str, part_code: str
) -> tuple[Activity, Part]:
    activity = organised_activity(request, programme_code, code, kind=KindKey.COURSE)
    return activity, only(activity.parts.select_related("activity__programme"), code=part_code)


def readable_attempt(
    request: HttpRequest, programme_code: str, code: str, part_code: str, attempt_code: str
) -> Attempt:
    _activity, part = readable_part(request, programme_code, code, part_code)
    quiz = quizzes.quiz_of(part)
    return only(quizzes.attempts_to_see(quiz) if quiz else Attempt.objects.none(), code=attempt_code)


def my_quiz(request: HttpRequest, code: str, part_code: str) -> tuple[Enrolment, Quiz]:
    """A quiz of a course that is for the person as a learner."""
    enrolment, activity = my_activity(request, KindKey.COURSE, code)
    return enrolment, only(quizzes.quizzes_to_answer(activity), part__code=part_code)


def my_attempt(
    request: HttpRequest, code: str, part_code: str, attempt_code: str
) -> tuple[Enrolment, Attempt]:
    enrolment, quiz = my_quiz(request, code, part_code)
    return enrolment, only(quizzes.attempts_to_see(quiz).filter(enrolment=enrolment), code=attempt_code)


# Completions from another platform


def desk_course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return readable_activity(request, KindKey.COURSE, programme_code, code)


def organised_course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return organised_activity(request, programme_code, code, kind=KindKey.COURSE)


def completion_list(activity: Activity, code: str) -> SourceFile:
    return only(outside.counted_lists(activity).select_related("programme__organisation"), code=code)


def open_list(activity: Activity, code: str) -> SourceFile:
    """A kept list that nobody has taken yet."""
    return only(
        outside.lists_of(activity).filter(state=SourceState.READ).select_related("programme__organisation"),
        code=code,
    )
