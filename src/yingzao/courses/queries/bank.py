"""Pools of questions, and questions with the version that is asked now."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, F, Q, QuerySet

from yingzao.courses.models import AttemptItem, BankQuestion, QuestionFile, QuestionPool, QuestionVersion
from yingzao.programmes.models import Programme


def pools_of(programme: Programme, *, words: str = "") -> QuerySet[QuestionPool]:
    """With `asked`, how many questions are in each that are not retired."""
    rows = QuestionPool.objects.filter(programme=programme).annotate(
        asked=Count("questions", filter=Q(questions__is_retired=False))
    )
    return rows.filter(name__icontains=words) if words else rows


def pool_with_code(programme: Programme, code: str) -> QuestionPool | None:
    return pools_of(programme).filter(code=code).first() if code else None


def offered_versions(pool: QuestionPool) -> QuerySet[QuestionVersion]:
    """What of a pool a quiz can take."""
    return current_versions(pool=pool).filter(question__is_retired=False)


def questions_in(programme: Programme) -> QuerySet[BankQuestion]:
    return BankQuestion.objects.filter(pool__programme=programme).select_related("pool__programme")


def current_versions(
    *, pool: QuestionPool | None = None, questions: Sequence[int] | None = None
) -> QuerySet[QuestionVersion]:
    """What is asked now, of a pool or of some questions, retired ones too."""
    rows = QuestionVersion.objects.filter(number=F("question__number")).select_related(
        "question__pool", "picture"
    )
    if pool is not None:
        rows = rows.filter(question__pool=pool)
    if questions is not None:
        rows = rows.filter(question__in=questions)
    return rows.order_by("question")


def search_versions(pool: QuestionPool, *, words: str = "", kind: str = "") -> QuerySet[QuestionVersion]:
    rows = current_versions(pool=pool)
    if kind:
        rows = rows.filter(kind=kind)
    if words:
        rows = rows.filter(Q(text__icontains=words) | Q(feedback__icontains=words))
    return rows


def version_of(question: BankQuestion) -> QuestionVersion:
    return question.versions.select_related("picture").get(number=question.number)


def files_of(programme: Programme) -> QuerySet[QuestionFile]:
    return QuestionFile.objects.filter(programme=programme)


def pool_named(programme: Programme, name: str) -> QuestionPool | None:
    return QuestionPool.objects.filter(programme=programme, name=name).first()


def known_digests(programme: Programme) -> dict[tuple[str, str], int]:
    """(pool's name, digest) → question, over every version: what was asked once is known."""
    rows = QuestionVersion.objects.filter(question__pool__programme=programme).values_list(
        "question__pool__name", "digest", "question"
    )
    return {(pool, digest): question for pool, digest, question in rows}


def known_origins(programme: Programme) -> dict[tuple[str, str], int]:
    """(pool's name, what the file calls it) → question."""
    rows = (
        BankQuestion.objects.filter(pool__programme=programme)
        .exclude(origin="")
        .values_list("pool__name", "origin", "pk")
    )
    return {(pool, origin): pk for pool, origin, pk in rows}


def answers_marked_otherwise(question: BankQuestion) -> int:
    """How many handed-in answers were marked with another version than the one of now."""
    rows = AttemptItem.objects.filter(version__question=question, marked_by__isnull=False)
    return rows.exclude(marked_by__number=question.number).count()
