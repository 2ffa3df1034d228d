"""The bank: pools, and questions in versions that never change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.articles.readers import NotAnArticle, read_written
from yingzao.core import audit, locking, media
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.core.ports import QuestionIn
from yingzao.courses.models import AttemptItem, BankQuestion, QuestionPool, QuestionVersion, QuizItem
from yingzao.courses.queries import bank as queries
from yingzao.courses.rules import bank as rules
from yingzao.people.models import Person
from yingzao.programmes.models import Programme

ROOM = "courses"


@transaction.atomic
def save_pool(
    *, programme: Programme, name: str, by: Person, pool: QuestionPool | None = None
) -> QuestionPool:
    """Make a pool, or call it otherwise. Raises Refused (`pool_taken`) where another one has the name."""
    locking.take_turn(f"courses.bank:{programme.code}")
    known = queries.pool_named(programme, name)
    if known is not None and (pool is None or known.pk != pool.pk):
        raise Refused(_("There is a pool of this name already."), code="pool_taken", field="name")
    before = pool.name if pool else ""
    if pool is None:
        pool = QuestionPool(organisation_id=programme.organisation_id, programme=programme)
    pool.name = name
    pool.save()
    _record(by, pool, "courses.pool.saved", {"name": before}, {"name": name})
    return pool


@transaction.atomic
def remove_pool(*, pool: QuestionPool, by: Person) -> None:
    """Take away a pool with its questions. Raises Refused (`used`) where a quiz takes from it or somebody was asked."""
    used = QuizItem.objects.filter(pool=pool).exists()
    used = used or QuizItem.objects.filter(question__pool=pool).exists()
    if used or AttemptItem.objects.filter(version__question__pool=pool).exists():
        raise Refused(
            _("A quiz takes questions from this pool, or somebody has answered one. It stays."), code="used"
        )
    _record(by, pool, "courses.pool.removed", {"name": pool.name}, {})
    pool.delete()


@transaction.atomic
def write_question(
    *,
    pool: QuestionPool,
    asked: QuestionIn,
    by: Person | None,
    question: BankQuestion | None = None,
    ids: Sequence[str] = (),
    picture: StoredFile | None = None,
    upload: Any = None,
) -> BankQuestion:
    """Write a question, or a new version of one; the same again changes nothing.

    `ids` are the ids that its options had. `picture` is one that is kept already, `upload` a new one. What was answered
    and marked under older versions stays as it was. Raises Refused with the field.
    """
    rules.require_sound(asked)
    html = as_html_of(asked.text)
    if upload is not None:
        picture = media.store(
            upload,
            name=getattr(upload, "name", asked.picture_name or "picture"),
            accept="image",
            organisation_id=pool.organisation_id,
            room=ROOM,
            subject=pool.code,
            uploaded_by=by,
        )
    digest = rules.digest_of(asked, picture.sha256 if picture else "")
    number = 1
    if question is not None:
        question = BankQuestion.objects.select_for_update().get(pk=question.pk)
        before = queries.version_of(question)
        if before.digest == digest and question.pool_id == pool.pk:
            return question
        number = before.number + 1 if before.digest != digest else before.number
    else:
        question = BankQuestion(organisation_id=pool.organisation_id, pool=pool, origin=asked.origin[:200])
    question.pool, question.number = pool, number
    question.save()
    if not question.versions.filter(number=number).exists():
        kept = rules.stored(asked, ids)
        QuestionVersion.objects.create(
            organisation_id=pool.organisation_id,
            question=question,
            number=number,
            kind=asked.kind,
            text=asked.text,
            html=html,
            plain=_plain(asked.text),
            picture=picture,
            points=asked.points,
            options=kept.options,
            key=kept.key,
            is_partial=asked.is_partial,
            feedback=asked.feedback,
            digest=digest,
            made_by=by,
        )
    audit.record(
        actor=by,
        act="courses.question.written",
        subject=question.code,
        organisation_id=pool.organisation_id,
        after={"pool": pool.code, "version": number, "kind": asked.kind},
    )
    return question


@transaction.atomic
def retire_question(*, question: BankQuestion, retired: bool, by: Person) -> None:
    """Draw and offer a question no more, or again. Nothing that was answered changes."""
    question.is_retired = retired
    question.save(update_fields=["is_retired"])
    audit.record(
        actor=by,
        act="courses.question.retired" if retired else "courses.question.taken_back",
        subject=question.code,
        organisation_id=question.organisation_id,
    )


def as_html_of(text: str) -> str:
    try:
        written = read_written(text, title="")
    except NotAnArticle as failure:
        sentence = (
            _("Nothing is left of this text once program code is taken out. Write the question in words.")
            if failure.code == "empty"
            else _("This text is too long or too deeply nested.")
        )
        raise Refused(sentence, code=failure.code, field="text") from failure
    if written.foreign or written.placed:
        raise Refused(
            _("A picture goes into the field for it, not into the text."), code="picture", field="text"
        )
    return written.html


def _plain(text: str) -> str:
    return " ".join(read_written(text, title="").text.split())[:200]


def _record(by: Person | None, pool: QuestionPool, act: str, before: dict, after: dict) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=pool.code,
        organisation_id=pool.organisation_id,
        before=before,
        after=after,
    )
