"""A quiz, what it takes from the bank, and a learner's attempts at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import pgettext

from yingzao.activities.models import Activity, Part
from yingzao.core.models import StoredFile
from yingzao.courses.enums import LessonKind, QuestionKind
from yingzao.courses.models import Attempt, AttemptItem, QuestionVersion, Quiz, QuizItem
from yingzao.enrolment.models import Enrolment


def quiz_of(part: Part) -> Quiz | None:
    return Quiz.objects.filter(part=part).select_related("part__activity__programme").first()


def quizzes_to_answer(activity: Activity) -> QuerySet[Quiz]:
    """The quizzes of a course's lessons, as learners may open them."""
    return Quiz.objects.filter(part__activity=activity, part__lesson__kind=LessonKind.QUIZ).select_related(
        "part__activity__programme"
    )


def items_of(quiz: Quiz) -> list[QuizItem]:
    """In order; each with `there`, how many questions can be drawn by it now."""
    return list(
        QuizItem.objects.filter(quiz=quiz)
        .select_related("question__pool", "pool")
        .annotate(there=Count("pool__questions", filter=Q(pool__questions__is_retired=False)))
        .order_by("position", "pk")
    )


def asked_count(items: Sequence[QuizItem]) -> int:
    """How many questions an attempt has; at most, where pools share questions with fixed ones."""
    counts = [1 if item.question_id else min(item.count, item.there) for item in items]  # type: ignore[attr-defined]  # annotated by items_of
    return int(sum(counts))


def attempts_of(quiz: Quiz, enrolment: Enrolment) -> list[Attempt]:
    return list(Attempt.objects.filter(quiz=quiz, enrolment=enrolment).order_by("number"))


def attempts_to_see(quiz: Quiz) -> QuerySet[Attempt]:
    return Attempt.objects.filter(quiz=quiz).select_related("enrolment__community", "quiz__part__activity")


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as it is shown. `is_right` and `feedback` are None and empty unless they may be shown."""

    id: str
    text: str
    is_said: bool = False
    place: int = 0  # of an ordering: where it was put, from 1
    is_right: bool | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One question of an attempt as its learner may see it: nothing of key or feedback unless `key` was asked for."""

    place: int
    kind: str
    html: str
    picture: StoredFile | None
    points: Decimal
    choices: tuple[Choice, ...] = ()
    text: str = ""
    is_answered: bool = False
    mark: Fraction | None = None
    right: tuple[str, ...] = ()
    feedback: str = ""
    ids: tuple[str, ...] = field(default=())

    @property
    def number(self) -> int:
        return self.place + 1

    @property
    def reached(self) -> Fraction | None:
        return None if self.mark is None else self.mark * Fraction(self.points)

    @property
    def reached_shown(self) -> str:
        """To two places."""
        return "" if self.reached is None else f"{float(self.reached):.2f}".rstrip("0").rstrip(".")


def paper_of(attempt: Attempt, *, marks: bool = False, key: bool = False) -> list[PaperItem]:
    """The questions of an attempt, in their order, with what was answered. `marks` adds how much each brought, `key` what
    was right and the feedback. Two queries, however many there are."""
    rows = AttemptItem.objects.filter(attempt=attempt).select_related("version__picture", "marked_by")
    return [_paper_item(row, marks=marks, key=key) for row in rows.order_by("place")]


def _paper_item(row: AttemptItem, *, marks: bool, key: bool) -> PaperItem:
    version = row.version
    right = (row.marked_by or version).key
    shown = _in_order(version, row)
    return PaperItem(
        place=row.place,
        kind=version.kind,
        html=version.html,
        picture=version.picture,
        points=version.points,
        choices=tuple(
            Choice(
                id=option["id"],
                text=option_text(version.kind, option),
                is_said=option["id"] in row.said,
                place=row.said.index(option["id"]) + 1 if option["id"] in row.said else 0,
                is_right=option["id"] in right.get("right", ()) if key else None,
                feedback=option.get("feedback", "") if key and option["id"] in row.said else "",
            )
            for option in shown
        ),
        text=row.said[0] if row.said and not version.options else "",
        is_answered=bool(row.said),
        mark=Fraction(row.mark) if marks and row.mark else None,
        right=right_words(version, right) if key else (),
        feedback=version.feedback if key else "",
        ids=tuple(option["id"] for option in shown),
    )


def _in_order(version: QuestionVersion, row: AttemptItem) -> list[dict[str, Any]]:
    """The options as they are shown; of an ordering as the learner has put them."""
    by_id = {option["id"]: option for option in version.options}
    order = row.said if version.kind == QuestionKind.ORDERING and row.said else row.order
    return [by_id[one] for one in order if one in by_id] or list(version.options)


def option_text(kind: str, option: dict[str, Any]) -> str:
    if kind == QuestionKind.TRUE_FALSE:
        return pgettext("answer", "True") if option["id"] == "t" else pgettext("answer", "False")
    return str(option["text"])


def right_words(version: QuestionVersion, key: dict[str, Any]) -> tuple[str, ...]:
    """What was right, in words; of an ordering in order."""
    if version.kind == QuestionKind.SHORT:
        return tuple(key.get("accepted", ()))
    if version.kind == QuestionKind.NUMBER:
        tolerance = str(key.get("tolerance") or "0")
        within = "" if not Decimal(tolerance) else f" ± {tolerance}"
        return (f"{key.get('value', '')}{within}",)
    by_id = {option["id"]: option for option in version.options}
    return tuple(option_text(version.kind, by_id[one]) for one in key.get("right", ()) if one in by_id)


def answered_count(attempt: Attempt) -> int:
    return AttemptItem.objects.filter(attempt=attempt).exclude(said=[]).count()


def versions_to_draw(quiz: Quiz) -> tuple[list[QuizItem], dict[int, QuestionVersion], dict[int, list[int]]]:
    """(items in order, question → its version of now, pool → its questions). Retired questions are in none."""
    items = list(QuizItem.objects.filter(quiz=quiz).order_by("position", "pk"))
    fixed = [item.question_id for item in items if item.question_id]
    pools = [item.pool_id for item in items if item.pool_id]
    rows = (
        QuestionVersion.objects.filter(
            Q(question__in=fixed) | Q(question__pool__in=pools),
            number=F("question__number"),
            question__is_retired=False,
        )
        .select_related("question")
        .order_by("question")
    )
    versions = {row.question_id: row for row in rows}
    by_pool: dict[int, list[int]] = {}
    for row in versions.values():
        by_pool.setdefault(row.question.pool_id, []).append(row.question_id)
    return items, versions, by_pool
