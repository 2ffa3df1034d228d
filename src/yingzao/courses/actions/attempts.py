"""Answering a quiz: begun once, saved answer by answer, handed in once.

What phones send goes through one writer a process (`core.writer`): many deliveries are one transaction. Saving touches the
answers alone; handing in marks the attempt and records one fact of it.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import EvidenceSource, FactKind
from yingzao.activities.queries import activities_for_learner
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.core.writer import Writer
from yingzao.courses import queries
from yingzao.courses.enums import AttemptState, LessonKind, QuestionKind
from yingzao.courses.models import Attempt, AttemptItem, Quiz
from yingzao.courses.queries import quizzes
from yingzao.courses.rules import drawing, marking
from yingzao.courses.rules.quizzes import GRACE, is_overdue, require_attempt_left
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage

SALT = "courses.attempt"
TICKET_DAYS = 30
MOST_ANSWERS = 500  # in one delivery
MOST_QUESTIONS = 300  # of one attempt


@transaction.atomic
def begin_attempt(
    *, quiz: Quiz, enrolment: Enrolment, by: Person, seed: int | None = None, now: dt.datetime | None = None
) -> Attempt:
    """Draw the questions and start the clock; the attempt that is open already, where one is.

    Raises Refused (`stage…`, `shut`, `not_a_quiz`, `no_attempts`, `no_questions`).
    """
    now = now or clock.now()
    activity = quiz.part.activity
    locking.take_turn(f"courses.quiz:{quiz.pk}:{enrolment.pk}")
    made = quizzes.attempts_of(quiz, enrolment)
    for attempt in made:
        if attempt.state != AttemptState.OPEN:
            continue
        if not is_overdue(attempt, now):
            return attempt
        close_overdue(attempts=[attempt.pk], now=now)
    require_stage(activity.programme, Act.LEARN)
    _before, row, _after = queries.lesson_at(queries.outline_of(activity, enrolment, now), quiz.part.code)
    if row is None or row.kind != LessonKind.QUIZ:
        raise Refused(_("This lesson is no quiz."), code="not_a_quiz")
    if row.shut:
        raise Refused(_("This lesson opens once “%(title)s” is finished.") % {"title": row.shut}, code="shut")
    require_attempt_left(quiz, made)
    attempt = Attempt.objects.create(
        organisation_id=quiz.organisation_id,
        quiz=quiz,
        enrolment=enrolment,
        number=max((a.number for a in made), default=0) + 1,
        seed=secrets.randbits(48) if seed is None else seed,
        begun_at=now,
        ends_at=now + dt.timedelta(minutes=quiz.minutes) if quiz.minutes else None,
    )
    AttemptItem.objects.bulk_create(_drawn(quiz, attempt))
    audit.record(
        actor=by,
        act="courses.attempt.begun",
        subject=attempt.code,
        organisation_id=attempt.organisation_id,
        after={"quiz": quiz.code, "number": attempt.number, "seed": attempt.seed},
    )
    return attempt


def _drawn(quiz: Quiz, attempt: Attempt) -> list[AttemptItem]:
    items, versions, by_pool = quizzes.versions_to_draw(quiz)
    wanted = [
        drawing.Wanted(question=item.question_id)
        if item.question_id
        else drawing.Wanted(pool=tuple(by_pool.get(item.pool_id or 0, ())), count=item.count)
        for item in items
        if not item.question_id or item.question_id in versions
    ]
    drawn = drawing.draw(wanted, seed=attempt.seed, shuffles=quiz.shuffles_questions)[:MOST_QUESTIONS]
    if not drawn:
        raise Refused(_("The quiz has no questions yet."), code="no_questions")
    return [
        AttemptItem(
            organisation_id=attempt.organisation_id,
            attempt=attempt,
            place=place,
            version=versions[question],
            order=_order(versions[question], attempt.seed, place, shuffles=quiz.shuffles_options),
        )
        for place, question in enumerate(drawn)
    ]


def _order(version: Any, seed: int, place: int, *, shuffles: bool) -> list[str]:
    ids = [option["id"] for option in version.options]
    if version.kind == QuestionKind.ORDERING:
        return drawing.shuffled_apart(ids, seed=seed, place=place)
    if not shuffles or version.kind == QuestionKind.TRUE_FALSE:
        return ids
    return drawing.shuffled(ids, seed=seed, place=place)


# What phones send


def ticket_for(attempt: Attempt) -> str:
    """What proves that an answer belongs to this attempt: the page holds it, so that a session that ended loses nothing."""
    return signing.dumps(attempt.pk, salt=SALT)


def read_ticket(token: str) -> int | None:
    """The attempt's key; None for what we did not sign, and once it is too old."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=TICKET_DAYS * 86_400)
    except signing.BadSignature:
        return None
    return pk if type(pk) is int else None


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery: place → (what was said, when by the server's clock in milliseconds since 1970)."""

    attempt: int
    answers: Mapping[int, tuple[Any, int]]
    hands_in: bool
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Took:
    """`saved` are the places that the phone may forget, newer answers and what is none among them. `late`: nothing was
    taken, because the time was up."""

    attempt: Attempt | None
    saved: tuple[int, ...] = ()
    late: bool = False


def read_answers(body: Mapping[str, Any], now: dt.datetime) -> dict[int, tuple[Any, int]] | None:
    """The answers of a delivery, `[[place, said, at_ms], …]` with the phone's `clock`, put right by ours; None for what is
    none."""
    answers, clock_ms = body.get("answers"), body.get("clock")
    if not isinstance(answers, list) or len(answers) > MOST_ANSWERS or not _is_whole(clock_ms):
        return None
    now_ms = int(now.timestamp() * 1000)
    out = {}
    for one in answers:
        if not isinstance(one, list) or len(one) != 3 or not _is_whole(one[0]) or not _is_whole(one[2]):
            return None
        out[one[0]] = (one[1], min(one[2] + now_ms - clock_ms, now_ms))
    return out


def _is_whole(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53


def send(sent: Sent) -> Took:
    """Keep answers, and hand the attempt in where that is asked. The same again gives the same answer."""
    return _phones.write(sent)


def hand_in(*, attempt: Attempt, answers: Mapping[int, Any], now: dt.datetime | None = None) -> Attempt:
    """Hand in an attempt with the answers that a form sends along; once, however often it is pressed."""
    now = now or clock.now()
    at = int(now.timestamp() * 1000)
    took = send(Sent(attempt.pk, {place: (said, at) for place, said in answers.items()}, True, now))
    return took.attempt or attempt


def _take(batch: Sequence[Sent]) -> list[Took]:
    """All deliveries of a batch in one transaction. Whoever hands in takes turns with whoever records evidence."""
    closing = {sent.attempt for sent in batch if sent.hands_in}
    closing |= set(
        Attempt.objects.filter(
            pk__in=[s.attempt for s in batch],
            state=AttemptState.OPEN,
            ends_at__lt=min(s.now for s in batch) - GRACE,
        ).values_list("pk", flat=True)
    )
    _take_turns(closing)
    attempts = {
        a.pk: a
        for a in Attempt.objects.select_for_update(of=("self",))
        .filter(pk__in={s.attempt for s in batch})
        .order_by("pk")
        .select_related("quiz__part__activity__programme", "enrolment__programme", "enrolment__person")
    }
    items: dict[int, dict[int, AttemptItem]] = {}
    is_open = [pk for pk, a in attempts.items() if a.state == AttemptState.OPEN]
    for item in AttemptItem.objects.filter(attempt__in=is_open).select_related("version"):
        items.setdefault(item.attempt_id, {})[item.place] = item
    changed: dict[tuple[int, int], AttemptItem] = {}
    took: list[Took] = []
    ending: dict[int, tuple[dt.datetime, bool]] = {}
    for sent in batch:
        attempt = attempts.get(sent.attempt)
        if attempt is None:
            took.append(Took(None))
        elif attempt.state != AttemptState.OPEN or sent.attempt in ending:
            took.append(Took(attempt, tuple(sent.answers)))
        elif is_overdue(attempt, sent.now):
            ending[attempt.pk] = (sent.now, True)
            took.append(Took(attempt, tuple(sent.answers), late=True))
        else:
            for item in _said(items.get(attempt.pk, {}), sent.answers):
                changed[attempt.pk, item.place] = item
            if sent.hands_in:
                ending[attempt.pk] = (sent.now, False)
            took.append(Took(attempt, tuple(sent.answers)))
    for pk, (now, is_timed_out) in ending.items():
        _close(attempts[pk], list(items.get(pk, {}).values()), now=now, is_timed_out=is_timed_out)
        changed |= {(pk, item.place): item for item in items.get(pk, {}).values()}
    _keep(list(changed.values()))
    return took


def _said(items: Mapping[int, AttemptItem], answers: Mapping[int, tuple[Any, int]]) -> list[AttemptItem]:
    """The items that these answers change: what is older than what is kept changes nothing, nor what is no answer."""
    out = []
    for place, (said, at_ms) in answers.items():
        item = items.get(place)
        if item is None or at_ms < item.said_ms:
            continue
        read = marking.readable(item.version.kind, [o["id"] for o in item.version.options], said)
        if read is None:
            continue
        item.said, item.said_ms = read, at_ms
        out.append(item)
    return out


def _keep(items: Sequence[AttemptItem]) -> None:
    AttemptItem.objects.bulk_create(
        (
            AttemptItem(
                organisation_id=i.organisation_id,
                attempt_id=i.attempt_id,
                place=i.place,
                version_id=i.version_id,
                order=i.order,
                said=i.said,
                said_ms=i.said_ms,
                mark=i.mark,
                marked_by_id=i.marked_by_id,
            )
            for i in items
        ),
        update_conflicts=True,
        unique_fields=["attempt", "place"],
        update_fields=["said", "said_ms", "mark", "marked_by"],
    )


_phones: Writer[Sent, Took] = Writer("courses.attempts", _take)


# The end of an attempt


def _take_turns(attempts: set[int]) -> None:
    """With whoever records evidence of the same programmes, before any row is held."""
    codes = Attempt.objects.filter(pk__in=attempts, state=AttemptState.OPEN).values_list(
        "enrolment__programme__code", flat=True
    )
    for code in sorted(set(codes)) if attempts else ():
        locking.take_turn(f"evidence:{code}")


def _close(attempt: Attempt, items: Sequence[AttemptItem], *, now: dt.datetime, is_timed_out: bool) -> None:
    """Mark and end it; the fact is recorded where the learner is still there and the course is still the learner's."""
    for item in items:
        share = marking.mark(
            kind=item.version.kind,
            key=item.version.key,
            is_partial=item.version.is_partial,
            said=item.said,
        )
        item.mark, item.marked_by_id = marking.exact(share), item.version_id
    attempt.state = AttemptState.HANDED_IN
    attempt.handed_in_at = attempt.ends_at if is_timed_out and attempt.ends_at else now
    attempt.is_timed_out = is_timed_out
    score(attempt, items)
    fact = fact_of(attempt)
    is_theirs = (
        attempt.enrolment.state == EnrolmentState.ACTIVE
        and activities_for_learner(attempt.enrolment).filter(pk=fact.activity.pk).exists()
    )
    if is_theirs:
        attempt.evidence = fact.key
        activities.record_evidence([fact], by=attempt.enrolment.person, now=now)
    attempt.save()
    audit.record(
        actor=attempt.enrolment.person if not is_timed_out else None,
        act="courses.attempt.handed_in",
        subject=attempt.code,
        organisation_id=attempt.organisation_id,
        after={"score": attempt.score, "timed_out": is_timed_out},
    )


def score(attempt: Attempt, items: Sequence[AttemptItem]) -> None:
    """Points and score from the marks of the items; the points are those of the version that was given."""
    reached, of = marking.total((Fraction(i.mark), Fraction(i.version.points)) for i in items)
    attempt.points, attempt.of = marking.exact(reached), marking.exact(of)
    attempt.score = marking.exact(reached / of if of else Fraction(0))


def fact_of(attempt: Attempt) -> activities.NewFact:
    """The one fact that tells of a handed-in attempt."""
    quiz = attempt.quiz
    detail: dict[str, Any] = {
        "score": attempt.score,
        "points": attempt.points,
        "of": attempt.of,
        "attempt": attempt.number,
        "quiz": quiz.code,
    }
    if attempt.remarked:
        detail["remarked"] = attempt.remarked
    return activities.NewFact(
        key=key_of(attempt),
        enrolment=attempt.enrolment,
        activity=quiz.part.activity,
        part=quiz.part,
        fact=FactKind.ANSWERED,
        happened_at=_happened_at(attempt),
        source=EvidenceSource.LEARNER,
        detail=detail,
    )


def _happened_at(attempt: Attempt) -> dt.datetime:
    """Within the grace it counts as of the end."""
    at = attempt.handed_in_at or clock.now()
    return min(at, attempt.ends_at) if attempt.ends_at else at


def key_of(attempt: Attempt) -> uuid.UUID:
    if attempt.remarked:
        return activities.key_from("quiz", attempt.code, "remark", attempt.remarked)
    return activities.key_from("quiz", attempt.code)


def close_overdue(*, attempts: Sequence[int] | None = None, now: dt.datetime | None = None) -> int:
    """Hand in the attempts whose time is over, with what was saved of them; how many. Of all, or of some."""
    now = now or clock.now()
    rows = Attempt.objects.filter(state=AttemptState.OPEN, ends_at__lt=now - GRACE)
    if attempts is not None:
        rows = rows.filter(pk__in=attempts)
    closed = 0
    for pk in rows.order_by("ends_at").values_list("pk", flat=True)[:2000]:
        with transaction.atomic():
            closed += _take([Sent(pk, {}, True, now)])[0].late
    return closed
