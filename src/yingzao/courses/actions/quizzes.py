"""What a quiz asks: its settings, and what it takes from the bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.models import Activity, Part
from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.courses.actions.attempts import MOST_QUESTIONS
from yingzao.courses.actions.lessons import ask_of_lesson
from yingzao.courses.enums import LessonKind
from yingzao.courses.models import BankQuestion, Lesson, QuestionPool, QuestionVersion, Quiz, QuizItem
from yingzao.courses.queries import bank
from yingzao.courses.settling import Asked
from yingzao.people.models import Person
from yingzao.programmes.models import Programme

SETTINGS = ("attempts", "minutes", "shuffles_questions", "shuffles_options", "is_one_a_page", "shows")


@transaction.atomic
def set_quiz(*, part: Part, values: Mapping[str, Any], passing: str, by: Person) -> Quiz:
    """Keep the settings of a lesson's quiz, making it where there is none, and what passes it (a share as text).

    Attempts that are open keep the questions and the time that they began with.
    """
    told = {name: values[name] for name in SETTINGS if name in values}
    before = Quiz.objects.filter(part=part).values(*SETTINGS).first() or {}
    quiz, _created = Quiz.objects.update_or_create(
        part=part, defaults={"organisation_id": part.organisation_id, **told}
    )
    lesson, _made = Lesson.objects.get_or_create(
        part=part, defaults={"organisation_id": part.organisation_id}
    )
    if lesson.kind != LessonKind.QUIZ:
        lesson.kind = LessonKind.QUIZ
        lesson.save(update_fields=["kind"])
    _record(by, quiz, "courses.quiz.set", before, {name: getattr(quiz, name) for name in SETTINGS})
    optional = Asked.of(part.activity.rule, part.code).optional
    asked = {"kind": "quiz", "pass": passing} | ({"optional": True} if optional else {})
    ask_of_lesson(part=part, asked=asked, by=by)
    return quiz


@dataclass(frozen=True, slots=True)
class Line:
    """What a quiz takes: one question, or `count` of a pool."""

    question: BankQuestion | None = None
    pool: QuestionPool | None = None
    count: int = 1


@transaction.atomic
def set_items(*, quiz: Quiz, lines: Sequence[Line], by: Person) -> None:
    """Say what the quiz takes, in order. Raises Refused (`too_many`, `elsewhere`). Attempts that have begun keep theirs."""
    programme = quiz.part.activity.programme
    if sum(line.count for line in lines) > MOST_QUESTIONS:
        raise Refused(
            _("A quiz has at most %(count)d questions.") % {"count": MOST_QUESTIONS}, code="too_many"
        )
    for line in lines:
        pool = line.pool or (line.question.pool if line.question else None)
        if pool is None or pool.programme_id != programme.pk:
            raise Refused(_("These questions belong to another programme."), code="elsewhere")
    quiz.items.all().delete()
    QuizItem.objects.bulk_create(
        QuizItem(
            organisation_id=quiz.organisation_id,
            quiz=quiz,
            position=position,
            question=line.question,
            pool=None if line.question else line.pool,
            count=1 if line.question else line.count,
        )
        for position, line in enumerate(lines)
    )
    _record(by, quiz, "courses.quiz.filled", {}, {"items": len(lines)})


def lines_of(quiz: Quiz) -> list[Line]:
    """What the quiz takes now."""
    rows = QuizItem.objects.filter(quiz=quiz).select_related("question__pool", "pool")
    return [Line(row.question, row.pool, row.count) for row in rows.order_by("position", "pk")]


@transaction.atomic
def copy_quizzes(source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
    """Bring the quizzes of a course into its copy, with the pools and questions that they take. Of a question its version of
    now; a question that is there already is not written twice. Answers stay where they were given."""
    pools: dict[int, QuestionPool] = {}
    questions: dict[int, BankQuestion] = {}
    for quiz in Quiz.objects.filter(part__activity=source).select_related("part__activity__programme"):
        copy = Quiz.objects.create(
            organisation_id=target.organisation_id,
            part=parts[quiz.part_id],
            **{name: getattr(quiz, name) for name in SETTINGS},
        )
        for item in QuizItem.objects.filter(quiz=quiz).select_related("question__pool", "pool"):
            pool = item.pool or (item.question.pool if item.question else None)
            if pool is None:
                continue
            if pool.pk not in pools:
                pools[pool.pk] = _copy_pool(pool, target.programme, questions)
            QuizItem.objects.create(
                organisation_id=target.organisation_id,
                quiz=copy,
                position=item.position,
                question=questions[item.question.pk] if item.question else None,
                pool=pools[pool.pk] if item.pool else None,
                count=item.count,
            )


def _copy_pool(pool: QuestionPool, programme: Programme, questions: dict[int, BankQuestion]) -> QuestionPool:
    if pool.programme_id == programme.pk:
        questions.update({q.pk: q for q in BankQuestion.objects.filter(pool=pool)})
        return pool
    copy, _made = QuestionPool.objects.get_or_create(
        programme=programme, name=pool.name, defaults={"organisation_id": programme.organisation_id}
    )
    there = {
        version.digest: version.question
        for version in bank.current_versions(pool=copy).select_related("question")
    }
    for version in bank.current_versions(pool=pool).select_related("question", "picture"):
        known = there.get(version.digest)
        if known is None:
            known = BankQuestion.objects.create(
                organisation_id=programme.organisation_id,
                pool=copy,
                origin=version.question.origin,
                is_retired=version.question.is_retired,
            )
            kept = {
                field.name: getattr(version, field.name)
                for field in QuestionVersion._meta.concrete_fields
                if field.name not in ("id", "organisation", "question", "number")
            }
            QuestionVersion.objects.create(
                organisation_id=programme.organisation_id, question=known, number=1, **kept
            )
        questions[version.question_id] = known
    return copy


def _record(by: Person | None, quiz: Quiz, act: str, before: dict, after: dict) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=quiz.code,
        organisation_id=quiz.organisation_id,
        before=before,
        after=after,
    )
