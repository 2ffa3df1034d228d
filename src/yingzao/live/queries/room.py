"""What goes on around a course: questions, code words and polls, materials."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT

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

SHOWN_OF_QUESTIONS = (
    "code", "activity_id", "enrolment_id", "text", "is_named", "state", "answer", "asked_at", "decided_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as one learner, or the desk, reads it."""

    row: Question
    likes: int
    is_liked: bool
    is_mine: bool


def questions_for(activity: Activity, enrolment: Enrolment | None = None) -> list[ShownQuestion]:
    """Open ones first, the most liked of them first; then answered ones. A learner reads hidden ones only where they are
    own ones; the desk (no enrolment) reads all. One query."""
    return _shown(_with_likes(activity, enrolment), enrolment)


def _with_likes(activity: Activity, enrolment: Enrolment | None) -> list[Question]:
    """All questions, hidden ones too, each with `n_likes` and `is_liked`: in one query, of the columns that are shown."""
    likes = QuestionLike.objects.filter(question=OuterRef("pk")).order_by()
    rows = Question.objects.filter(activity=activity).annotate(
        n_likes=Subquery(likes.values("question").annotate(n=Count("pk")).values("n")),
        is_liked=Exists(likes.filter(enrolment=enrolment)) if enrolment else Value(False),
    )
    return list(
        rows.select_related("enrolment__community")
        .only(
            *SHOWN_OF_QUESTIONS,
            "enrolment__name",
            "enrolment__community__name",
            "enrolment__community_as_given",
        )
        .order_by()
    )


def _shown(rows: list[Question], enrolment: Enrolment | None) -> list[ShownQuestion]:
    order = {QuestionState.OPEN: 0, QuestionState.ANSWERED: 1, QuestionState.HIDDEN: 2}
    own = enrolment.pk if enrolment is not None else None
    shown = [
        ShownQuestion(row, row.n_likes or 0, row.is_liked, own is not None and row.enrolment_id == own)  # type: ignore[attr-defined]
        for row in rows
        if enrolment is None or row.state != QuestionState.HIDDEN or row.enrolment_id == own
    ]
    return sorted(shown, key=lambda one: (order[QuestionState(one.row.state)], -one.likes, one.row.pk))


@dataclass(frozen=True, slots=True)
class RoomNow:
    """What a learner sees of a course as it goes on. `version` is what `room_version` gives at the same moment."""

    version: str
    questions: list[ShownQuestion]
    check: Check | None
    has_answered: bool


def room_now(activity: Activity, enrolment: Enrolment, now: dt.datetime) -> RoomNow:
    """Two queries, of which the version is told too."""
    rows = _with_likes(activity, enrolment)
    answers = Evidence.objects.filter(
        activity=activity, enrolment=enrolment, fact=FactKind.ANSWERED, withdrawn_at=None
    ).alias(answered=KT("detail__check"))
    check = (
        _open_checks(activity, now)
        .annotate(has_answered=Exists(answers.filter(answered=OuterRef("code"))))
        .last()
    )
    if check is not None:
        check.activity = activity
    version = _version(
        asked=len(rows),
        last=max((row.pk for row in rows), default=None),
        likes=sum(one.likes for one in _shown(rows, None)),
        decided=max((row.decided_at for row in rows if row.decided_at), default=None),
        check=check.pk if check else None,
    )
    return RoomNow(version, _shown(rows, enrolment), check, check is not None and check.has_answered)  # type: ignore[attr-defined]


def room_version(activity: Activity, now: dt.datetime) -> str:
    """Another text whenever what everybody sees of questions and checks may be another. Two queries."""
    rows = Question.objects.filter(activity=activity).aggregate(
        asked=Count("pk", distinct=True), decided=Max("decided_at"), last=Max("pk"), likes=Count("likes")
    )
    return _version(**rows, check=_open_checks(activity, now).values_list("pk", flat=True).last())


def _version(
    *, asked: int, last: int | None, likes: int, decided: dt.datetime | None, check: int | None
) -> str:
    told = (asked, last, likes, decided.timestamp() if decided else None, check)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def readable_question(activity: Activity, code: str, enrolment: Enrolment) -> Question | None:
    rows = Question.objects.filter(activity=activity, code=code).select_related("activity__programme")
    return rows.filter(~Q(state=QuestionState.HIDDEN) | Q(enrolment=enrolment)).first()


def open_check_of(activity: Activity, now: dt.datetime) -> Check | None:
    return _open_checks(activity, now).last()


def _open_checks(activity: Activity, now: dt.datetime) -> QuerySet[Check]:
    return Check.objects.filter(activity=activity, opened_at__lte=now, closes_at__gt=now)


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
