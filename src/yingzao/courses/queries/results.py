"""How learners did in a quiz, and what the questions say: for the desk. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Q

from yingzao.activities import queries as activities
from yingzao.courses.enums import AttemptState
from yingzao.courses.models import Attempt, AttemptItem, QuestionVersion, Quiz
from yingzao.courses.settling import Asked
from yingzao.enrolment.models import Enrolment


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One learner. `open` is an attempt that is begun and not handed in, with how much of it is answered."""

    learner: Enrolment
    attempts: tuple[Attempt, ...]
    open: Attempt | None
    answered: int
    asked: int
    passing: Fraction
    most: int

    @property
    def best(self) -> Fraction | None:
        return max((Fraction(a.score) for a in self.attempts), default=None)

    @property
    def best_attempt(self) -> Attempt | None:
        return max(self.attempts, key=lambda a: Fraction(a.score), default=None)

    @property
    def passed(self) -> bool:
        return self.best is not None and self.best >= self.passing

    @property
    def state(self) -> str:
        if self.passed:
            return "done"
        if not self.attempts and self.open is None:
            return "todo"
        return "miss" if self.is_used_up else "part"

    @property
    def is_used_up(self) -> bool:
        return bool(self.most) and self.open is None and len(self.attempts) >= self.most

    @property
    def last_at(self) -> dt.datetime | None:
        moments = [a.handed_in_at for a in self.attempts if a.handed_in_at]
        return max([*moments, *([self.open.begun_at] if self.open else [])], default=None)


def open_attempts(quiz: Quiz) -> list[int]:
    return list(Attempt.objects.filter(quiz=quiz, state=AttemptState.OPEN).values_list("pk", flat=True))


def result_rows(quiz: Quiz) -> list[ResultRow]:
    """Every learner for whom the course is, and whoever has answered and is there no more, by number."""
    activity = quiz.part.activity
    passing = Asked.of(activity.rule, quiz.part.code).passing
    attempts: dict[int, list[Attempt]] = {}
    rows = (
        Attempt.objects.filter(quiz=quiz)
        .select_related("enrolment__community", "enrolment__team")
        .annotate(there=Count("items"), said=Count("items", filter=~Q(items__said=[])))
        .order_by("number")
    )
    others: dict[int, Enrolment] = {}
    for attempt in rows:
        attempts.setdefault(attempt.enrolment_id, []).append(attempt)
        others[attempt.enrolment_id] = attempt.enrolment
    learners = list(activities.asked_learners(activity).select_related("community", "team"))
    known = {learner.pk for learner in learners}
    learners += [e for pk, e in others.items() if pk not in known]
    return [_row(quiz, learner, attempts.get(learner.pk, ()), passing) for learner in learners]


def chosen_rows(rows: Sequence[ResultRow], *, words: str = "", state: str = "") -> list[ResultRow]:
    """Those whose name or community holds the words, and that are where `state` says."""
    return [
        row
        for row in rows
        if (not words or words in row.learner.name or words in row.learner.community_name)
        and (not state or row.state == state)
    ]


def _row(quiz: Quiz, learner: Enrolment, attempts: Sequence[Attempt], passing: Fraction) -> ResultRow:
    begun = next((a for a in attempts if a.state == AttemptState.OPEN), None)
    return ResultRow(
        learner,
        tuple(a for a in attempts if a.state == AttemptState.HANDED_IN),
        begun,
        begun.said if begun else 0,  # type: ignore[attr-defined]  # annotated above
        begun.there if begun else 0,  # type: ignore[attr-defined]
        passing,
        quiz.attempts,
    )


def first_attempts(quiz: Quiz) -> list[list[AttemptItem]]:
    """The answers of each learner's first attempt that was handed in, with their versions."""
    first: dict[int, int] = {}
    done = Attempt.objects.filter(quiz=quiz, state=AttemptState.HANDED_IN).order_by("number")
    for pk, enrolment in done.values_list("pk", "enrolment"):
        first.setdefault(enrolment, pk)
    items: dict[int, list[AttemptItem]] = {}
    rows = AttemptItem.objects.filter(attempt__in=list(first.values())).order_by("attempt", "place")
    for item in rows:
        items.setdefault(item.attempt_id, []).append(item)
    return list(items.values())


def versions_named(keys: Sequence[int]) -> Mapping[int, QuestionVersion]:
    rows = QuestionVersion.objects.filter(pk__in=keys).select_related("question__pool__programme")
    return {row.pk: row for row in rows}
