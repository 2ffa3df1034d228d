"""Questions that come in a file: read and looked at first, taken afterwards; the same file twice changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction

from yingzao.core import audit, clock, locking, media
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.core.ports import OptionIn, QuestionIn, QuestionProblem, port
from yingzao.courses.actions.bank import ROOM, as_html_of, write_question
from yingzao.courses.models import BankQuestion, QuestionFile, QuestionPool
from yingzao.courses.queries import bank as queries
from yingzao.courses.readers import read_file
from yingzao.courses.rules import bank as rules
from yingzao.people.models import Person
from yingzao.programmes.models import Programme

NEW, CHANGED, KNOWN = "new", "changed", "known"


@transaction.atomic
def keep_questions(*, programme: Programme, data: bytes, name: str, pool: str, by: Person) -> QuestionFile:
    """Read a file and keep what it says; nothing is asked of it yet. `pool` is for questions that name none.

    The same bytes for the same pool are read anew into the same row. Questions that could not be asked are problems.
    Raises `Unreadable`.
    """
    read = read_file(data, name)
    questions, problems = [], list(read.problems)
    for question in read.questions:
        try:
            rules.require_sound(question)
            as_html_of(question.text)
            questions.append(_kept(question, programme, by, problems))
        except Refused as refusal:
            problems.append(
                QuestionProblem(question.number, question.title, "refused", {"why": str(refusal.sentence)})
            )
    file, _created = QuestionFile.objects.update_or_create(
        programme=programme,
        sha256=hashlib.sha256(data).hexdigest(),
        pool=pool,
        defaults={
            "organisation_id": programme.organisation_id,
            "name": name[:200],
            "format": read.format,
            "questions": questions,
            "problems": [asdict(p) for p in sorted(problems, key=lambda p: p.number)],
            "received_by": by,
            "taken_at": None,
        },
    )
    _record(by, file, "courses.questions.read", {"questions": len(questions), "problems": len(problems)})
    return file


def _kept(
    question: QuestionIn, programme: Programme, by: Person, problems: list[QuestionProblem]
) -> dict[str, Any]:
    told = asdict(replace(question, picture=b""))
    del told["picture"]
    if question.picture:
        try:
            stored = media.store(
                question.picture,
                name=question.picture_name or "picture",
                accept="image",
                organisation_id=programme.organisation_id,
                room=ROOM,
                subject=programme.code,
                uploaded_by=by,
            )
        except Refused as refusal:
            problems.append(
                QuestionProblem(
                    question.number,
                    question.title,
                    "picture_refused",
                    {"why": str(refusal.sentence)},
                    is_left_out=False,
                )
            )
        else:
            told["stored"], told["sha256"] = stored.code, stored.sha256
    return told


@dataclass(frozen=True, slots=True)
class Planned:
    """What taking a file would do with one of its questions: it is new, changes one that is there, or is known."""

    asked: QuestionIn
    pool: str
    what: str
    stored: str = ""
    question: int | None = None


def plan_of(file: QuestionFile) -> list[Planned]:
    """What taking the file would do, question by question. A question that was asked in any version before is known,
    whatever became of it since; one whose name in the file is known and that says something else changes it."""
    digests = queries.known_digests(file.programme)
    origins = queries.known_origins(file.programme)
    out = []
    for told in file.questions:
        asked = _asked(told)
        pool = asked.pool or file.pool
        digest = rules.digest_of(asked, told.get("sha256", ""))
        known = digests.get((pool, digest))
        same_name = origins.get((pool, asked.origin)) if asked.origin else None
        if known is not None:
            out.append(Planned(asked, pool, KNOWN))
            continue
        digests[pool, digest] = same_name or 0
        what = NEW if same_name is None else CHANGED
        out.append(Planned(asked, pool, what, told.get("stored", ""), same_name))
    return out


def _asked(told: dict[str, Any]) -> QuestionIn:
    fields = {k: v for k, v in told.items() if k not in ("stored", "sha256", "options", "accepted")}
    return QuestionIn(
        **fields,
        options=tuple(OptionIn(**option) for option in told["options"]),
        accepted=tuple(told["accepted"]),
    )


@transaction.atomic
def take_questions(*, file: QuestionFile, by: Person) -> dict[str, int]:
    """Write what the file's plan says: NEW and CHANGED questions; how many of each there were. Again: nothing new."""
    programme = file.programme
    locking.take_turn(f"courses.bank:{programme.code}")
    counts = {NEW: 0, CHANGED: 0, KNOWN: 0}
    pools: dict[str, QuestionPool] = {}
    plan = plan_of(file)
    stored = {s.code: s for s in _stored(p.stored for p in plan if p.stored)}
    for planned in plan:
        counts[planned.what] += 1
        if planned.what == KNOWN:
            continue
        if planned.pool not in pools:
            pools[planned.pool], _made = QuestionPool.objects.get_or_create(
                programme=programme,
                name=planned.pool,
                defaults={"organisation_id": programme.organisation_id},
            )
        question = BankQuestion.objects.get(pk=planned.question) if planned.question else None
        write_question(
            pool=pools[planned.pool],
            asked=planned.asked,
            by=by,
            question=question,
            ids=_ids(question, planned.asked),
            picture=stored.get(planned.stored),
        )
    file.taken_at = clock.now()
    file.save(update_fields=["taken_at"])
    _record(by, file, "courses.questions.taken", counts)
    return counts


def _stored(codes: Iterable[str]) -> list[StoredFile]:
    return list(StoredFile.objects.filter(code__in=list(codes), room=ROOM))


def _ids(question: BankQuestion | None, asked: QuestionIn) -> list[str]:
    """The ids of options that say the same as before."""
    if question is None:
        return []
    before = {option["text"]: option["id"] for option in queries.version_of(question).options}
    return [before.get(option.text.strip(), "") for option in asked.options]


def write_pool(*, pool: QuestionPool, by: Person) -> bytes:
    """The pool's questions of now as Moodle XML. It holds the answers: who took it out is recorded."""
    versions = queries.offered_versions(pool)
    questions = [
        rules.as_written(
            version,
            pool=pool.name,
            origin=version.question.origin or version.question.code,
            picture=media.read_bytes(version.picture) if version.picture else b"",
        )
        for version in versions
    ]
    audit.record(
        actor=by,
        act="courses.pool.exported",
        subject=pool.code,
        organisation_id=pool.organisation_id,
        after={"questions": len(questions)},
    )
    data: bytes = port("question_writer").write(questions)
    return data


def _record(by: Person, file: QuestionFile, act: str, after: dict[str, Any]) -> None:
    audit.record(actor=by, act=act, subject=file.code, organisation_id=file.organisation_id, after=after)
