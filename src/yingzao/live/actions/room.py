"""What goes on around a course: questions to the teacher, code words and polls, materials."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import EvidenceSource, FactKind
from yingzao.activities.models import Activity
from yingzao.core import audit, clock, locking, media
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.live import queries, rules
from yingzao.live.enums import CheckKind, QuestionState
from yingzao.live.models import Check, Material, Question, QuestionLike
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage

MOST_OPEN_QUESTIONS = 10  # of one learner about one course
MOST_OPTIONS = 8
MOST_MATERIALS = 30


# Questions


@transaction.atomic
def ask_teacher(
    *, enrolment: Enrolment, activity: Activity, text: str, key: UUID, is_named: bool, by: Person
) -> Question:
    """Ask the teacher, before the course or during it. The same key is one question.

    Raises Refused for nothing, for more than MOST_OPEN_QUESTIONS that wait, and while learning is not open.
    """
    require_stage(activity.programme, Act.LEARN)
    locking.take_turn(f"live.question:{key}")
    text = " ".join(text.split())[:400]
    if not text:
        raise Refused(_("Write your question first."), code="empty", field="text")
    mine = Question.objects.filter(activity=activity, enrolment=enrolment)
    if known := mine.filter(key=key).first():
        return known
    if mine.filter(state=QuestionState.OPEN).count() >= MOST_OPEN_QUESTIONS:
        raise Refused(
            _("%(most)d questions of yours wait already.") % {"most": MOST_OPEN_QUESTIONS},
            code="many",
            field="text",
        )
    if Question.objects.filter(key=key).exists():
        raise Refused(_("This record was already used for something else."), code="key-taken")
    question = Question.objects.create(
        organisation_id=activity.organisation_id,
        key=key,
        activity=activity,
        enrolment=enrolment,
        text=text,
        is_named=is_named,
        asked_at=clock.now(),
    )
    _record("live.question.asked", question, by)
    return question


@transaction.atomic
def like(*, question: Question, enrolment: Enrolment, wants: bool) -> None:
    """Say that one wants to know it too, or no more; saying it twice is saying it once. Nobody likes an own question."""
    if question.enrolment_id == enrolment.pk or question.state == QuestionState.HIDDEN:
        return
    if wants:
        QuestionLike.objects.get_or_create(
            question=question, enrolment=enrolment, defaults={"organisation_id": question.organisation_id}
        )
    else:
        QuestionLike.objects.filter(question=question, enrolment=enrolment).delete()


@transaction.atomic
def take_question_back(*, question: Question, by: Person) -> None:
    """The writer takes back a question that nobody has answered."""
    if question.state != QuestionState.OPEN:
        raise Refused(_("It is answered already."), code="answered")
    _record("live.question.taken_back", question, by)
    question.delete()


@transaction.atomic
def decide_question(*, question: Question, state: str, answer: str, by: Person) -> None:
    """Mark a question as answered, in writing too where something is written; hide it; or open it again."""
    if state not in QuestionState.values:
        raise Refused(_("Say what became of the question."), code="state")
    before = {"state": question.state}
    question.state, question.answer = state, answer.strip()[:2000]
    question.decided_at, question.decided_by = clock.now(), by
    question.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    _record("live.question.decided", question, by, before=before)


def _record(act: str, question: Question, by: Person, *, before: dict | None = None) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=question.activity.code,
        organisation_id=question.organisation_id,
        before=before or {},
        after={"question": question.code, "state": question.state},
    )


# Code words and polls


@transaction.atomic
def open_check(
    *,
    activity: Activity,
    kind: str,
    by: Person,
    minutes: int,
    word: str = "",
    question: str = "",
    options: Sequence[str] = (),
    now: dt.datetime | None = None,
) -> Check:
    """Open a code word (`word`) or a poll (`question` and at least two `options`) for so many minutes.

    An open one of the course is closed by it. Raises Refused for what lacks.
    """
    require_stage(activity.programme, Act.LEARN)
    now = now or clock.now()
    options = list(dict.fromkeys(" ".join(o.split())[:60] for o in options if o.strip()))
    word, question = " ".join(word.split())[:20], " ".join(question.split())[:200]
    if kind == CheckKind.WORD and not word:
        raise Refused(_("Write the word that the teacher says."), code="no-word", field="word")
    if kind == CheckKind.POLL and not question:
        raise Refused(_("Write what is asked."), code="no-question", field="question")
    if kind == CheckKind.POLL and not 2 <= len(options) <= MOST_OPTIONS:
        raise Refused(
            _("A poll has between 2 and %(most)d answers to choose from.") % {"most": MOST_OPTIONS},
            code="options",
            field="options",
        )
    if not 1 <= minutes <= rules.LONGEST_CHECK:
        raise Refused(
            _("Between 1 and %(most)d minutes.") % {"most": rules.LONGEST_CHECK},
            code="minutes",
            field="minutes",
        )
    locking.take_turn(f"live.check:{activity.pk}")
    Check.objects.filter(activity=activity, closes_at__gt=now).update(closes_at=now)
    check = Check.objects.create(
        organisation_id=activity.organisation_id,
        activity=activity,
        kind=kind,
        word=word if kind == CheckKind.WORD else "",
        question=question if kind == CheckKind.POLL else "",
        options=options if kind == CheckKind.POLL else [],
        opened_at=now,
        closes_at=now + dt.timedelta(minutes=minutes),
        opened_by=by,
    )
    audit.record(
        actor=by,
        act="live.check.opened",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        after={"check": check.code, "kind": kind, "closes_at": check.closes_at.isoformat()},
    )
    return check


@transaction.atomic
def close_check(*, check: Check, by: Person, now: dt.datetime | None = None) -> None:
    """Take no more answers from now on."""
    now = now or clock.now()
    if check.closes_at <= now:
        return
    check.closes_at = now
    check.save(update_fields=["closes_at"])
    audit.record(
        actor=by,
        act="live.check.closed",
        subject=check.activity.code,
        organisation_id=check.organisation_id,
        after={"check": check.code},
    )


def answer_check(
    *, check: Check, enrolment: Enrolment, said: str, by: Person, now: dt.datetime | None = None
) -> bool:
    """Record that the learner knew the word, or chose an answer of the poll: once, the first answer stands. Whether this is it.

    Raises Refused for a wrong word, after WRONG_TRIES of them for ten minutes, once the check is closed, and where the first
    answer was withdrawn.
    """
    now = now or clock.now()
    require_stage(check.activity.programme, Act.LEARN)
    if now > check.closes_at:
        raise Refused(_("It is closed already."), code="closed")
    if check.kind == CheckKind.WORD:
        _require_word(check, enrolment, said)
        detail: dict[str, Any] = {}
    else:
        if not (said.isdecimal() and int(said) < len(check.options)):
            raise Refused(_("Choose an answer first."), code="choice", field="said")
        detail = {"choice": int(said)}
    recorded = activities.record_evidence(
        [
            activities.NewFact(
                key=activities.key_from("live-check", check.code, enrolment.code),
                enrolment=enrolment,
                activity=check.activity,
                fact=FactKind.ANSWERED,
                happened_at=now,
                source=EvidenceSource.LEARNER,
                detail={"check": check.code, "kind": check.kind, **detail},
            )
        ],
        by=by,
        now=now,
    )
    if not recorded.written and not queries.has_answered(check, enrolment):
        raise Refused(
            _("Your answer was taken out of the record. Ask the organiser about it."), code="withdrawn"
        )
    return bool(recorded.written)


def _require_word(check: Check, enrolment: Enrolment, said: str) -> None:
    """A word is short: whoever tries many out is stopped for a while."""
    key = f"live.wrong-words:{enrolment.code}:{check.activity.code}"
    tries = cache.get(key, 0)
    if tries >= rules.WRONG_TRIES:
        raise Refused(_("Too many wrong words. Wait some minutes."), code="too-many-tries", field="said")
    if not rules.is_right(said, check.word):
        cache.set(key, tries + 1, rules.TRIES_WINDOW_SECONDS)
        raise Refused(_("This is not the word. Listen for it once more."), code="wrong-word", field="said")


# Materials


@transaction.atomic
def add_material(
    *, activity: Activity, by: Person, title: str, url: str = "", upload: Any = None
) -> Material:
    """Keep a file or a link with the course. Raises Refused for neither, and media's own for the file."""
    if not url and upload is None:
        raise Refused(_("Choose a file, or give a link."), code="empty", field="file")
    if activity.materials.count() >= MOST_MATERIALS:
        raise Refused(_("A course has at most %(most)d materials.") % {"most": MOST_MATERIALS}, code="many")
    stored = None
    if upload is not None:
        stored = media.store(
            upload,
            name=upload.name,
            accept="any",
            organisation_id=activity.organisation_id,
            room="live",
            subject=activity.code,
            uploaded_by=by,
        )
    named = title.strip() or (stored.name if stored else url)
    material = Material.objects.create(
        organisation_id=activity.organisation_id,
        activity=activity,
        title=named[:120],
        url="" if stored else url,
        file=stored,
        added_by=by,
    )
    _record_material("live.material.added", material, by)
    return material


@transaction.atomic
def remove_material(*, material: Material, by: Person) -> None:
    _record_material("live.material.removed", material, by)
    material.delete()


def _record_material(act: str, material: Material, by: Person) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=material.activity.code,
        organisation_id=material.organisation_id,
        after={"title": material.title, "file": material.file.sha256 if material.file else ""},
    )
