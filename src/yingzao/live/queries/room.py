"""What goes on around a course: questions, code words and polls, materials."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from yingzao.activities.enums import FactKind
from yingzao.activities.models import Activity, Evidence
from yingzao.activities.queries import activities_for_person
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.live.enums import QuestionState
from yingzao.live.models import Check, Material, Question, QuestionLike
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.queries import desk_programmes


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as one learner, or the desk, reads it."""

    row: Question
    likes: int
    is_liked: bool
    is_mine: bool


def questions_for(activity: Activity, enrolment: Enrolment | None = None) -> list[ShownQuestion]:
    """Open ones first, the most liked of them first; then answered ones. A learner reads hidden ones only where they are
    own ones; the desk (no enrolment) reads all. Two queries."""
    rows = Question.objects.filter(activity=activity).select_related("enrolment__community")
    if enrolment is not None:
        rows = rows.filter(~Q(state=QuestionState.HIDDEN) | Q(enrolment=enrolment))
    likes = dict(
        QuestionLike.objects.filter(question__activity=activity)
        .values_list("question")
        .annotate(n=Count("pk"))
        .order_by()
    )
    mine = set()
    if enrolment is not None:
        mine = set(
            QuestionLike.objects.filter(question__activity=activity, enrolment=enrolment).values_list(
                "question", flat=True
            )
        )
    order = {QuestionState.OPEN: 0, QuestionState.ANSWERED: 1, QuestionState.HIDDEN: 2}
    shown = [
        ShownQuestion(
            row,
            likes.get(row.pk, 0),
            row.pk in mine,
            enrolment is not None and row.enrolment_id == enrolment.pk,
        )
        for row in rows
    ]
    return sorted(shown, key=lambda one: (order[QuestionState(one.row.state)], -one.likes, one.row.pk))


def room_version(activity: Activity, now: dt.datetime) -> str:
    """Another text whenever what everybody sees of questions and checks may be another. Two queries."""
    rows = Question.objects.filter(activity=activity).aggregate(
        asked=Count("pk", distinct=True), decided=Max("decided_at"), last=Max("pk"), likes=Count("likes")
    )
    check = Check.objects.filter(activity=activity, opened_at__lte=now, closes_at__gt=now)
    told = [
        rows["asked"],
        rows["last"],
        rows["likes"],
        rows["decided"],
        check.values_list("pk", flat=True).last(),
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def readable_question(activity: Activity, code: str, enrolment: Enrolment) -> Question | None:
    rows = Question.objects.filter(activity=activity, code=code).select_related("activity__programme")
    return rows.filter(~Q(state=QuestionState.HIDDEN) | Q(enrolment=enrolment)).first()


def open_check_of(activity: Activity, now: dt.datetime) -> Check | None:
    return (
        Check.objects.filter(activity=activity, opened_at__lte=now, closes_at__gt=now)
        .select_related("activity__programme")
        .last()
    )


def has_answered(check: Check, enrolment: Enrolment) -> bool:
    """Whether the learner has answered it; from the evidence."""
    return Evidence.objects.filter(
        activity=check.activity_id,
        enrolment=enrolment,
        fact=FactKind.ANSWERED,
        detail__check=check.code,
        withdrawn_at=None,
    ).exists()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How many answered a code word or poll, and for a poll how many chose what."""

    check: Check
    is_open: bool
    answered: int
    chosen: tuple[tuple[str, int, int], ...]  # option, how many, percent of those who answered


def check_results(activity: Activity, now: dt.datetime) -> list[CheckResult]:
    """The newest first. Two queries."""
    counted: dict[str, Counter] = defaultdict(Counter)
    facts = Evidence.objects.filter(activity=activity, fact=FactKind.ANSWERED, withdrawn_at=None)
    for detail in facts.values_list("detail", flat=True):
        if code := detail.get("check"):
            counted[code][detail.get("choice")] += 1
    results = []
    for check in Check.objects.filter(activity=activity).order_by("-opened_at", "-pk"):
        counts = counted[check.code]
        answered = sum(counts.values())
        chosen = tuple(
            (option, counts[number], counts[number] * 100 // answered if answered else 0)
            for number, option in enumerate(check.options)
        )
        results.append(CheckResult(check, check.closes_at > now, answered, chosen))
    return results


def materials_of(activity: Activity) -> QuerySet[Material]:
    return Material.objects.filter(activity=activity).select_related("file")


def may_read_file(person: Visitor, stored: StoredFile) -> bool:
    """The resolver for materials: those for whom the course is, and the programme's desk."""
    if not is_signed_in(person):
        return False
    kept = Material.objects.filter(file=stored)
    if kept.filter(activity__in=activities_for_person(person)).exists():
        return True
    return kept.filter(activity__programme__in=desk_programmes(person)).exists()
