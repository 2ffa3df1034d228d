"""The export of a questionnaire as the answers of a form: kept, its columns said, taken, and taken back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.actions.sources import ReadRow, confirm_source, take_rows
from yingzao.activities.actions.surveys import (
    LONGEST_SECONDS,
    Said,
    save_questions,
    settle_repeats,
    write_answers,
)
from yingzao.activities.enums import SCALES, AnswerSource, QuestionKind
from yingzao.activities.models import Survey, SurveyAnswer, SurveyQuestion, SurveyResponse
from yingzao.activities.queries import surveys as queries
from yingzao.activities.queries.questions import Asked, plain
from yingzao.activities.readers import surveys as reading
from yingzao.activities.readers.surveys import NEW, Target
from yingzao.core import clock, locking, media
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.ports import NoOneToAsk, SurveyRow, SurveyTable, port
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import Outcome, SourcePurpose, SourceState
from yingzao.enrolment.models import IdentityMatch, SourceFile, SourceRow
from yingzao.people.models import Person

NAMESPACE = UUID("6f7f3c1e-54b0-4d0c-9a5c-0f5d7f1f9a01")
MOST_SHOWN = 20  # of the cells that could not be read


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person said of the columns: index → question's code, `new:<kind>` or nothing; those counted backwards."""

    columns: Mapping[int, str]
    backwards: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Looked:
    """A kept export as it would be taken."""

    table: SurveyTable
    targets: tuple[Target, ...]
    questions: tuple[SurveyQuestion, ...]
    is_remembered: bool


@transaction.atomic
def keep_answers(*, survey: Survey, by: Person, data: bytes, name: str) -> tuple[SourceFile, bool]:
    """Keep an export about a form; whether it is new. Nothing is answered by it before somebody has said its columns.

    Of an anonymous form only a copy is kept in which no column tells who answered, nor a row when or in which order. Raises
    Refused for what is no such export, and for a named form where it asks for no name.
    """
    reader = port("surveys")
    table = reader.read(port("tables").read(data, name), persons=not survey.is_anonymous)
    if not table.rows:
        raise Refused(_("Nobody has answered in this file."), code="nobody", field="file")
    if not survey.is_anonymous and not table.persons:
        raise NoOneToAsk
    kept = port("table_writer").write([reader.nameless(table)]) if survey.is_anonymous else None
    return enrolment.keep_source(
        programme=survey.programme,
        by=by,
        data=data,
        name=name,
        purpose=SourcePurpose.SURVEY,
        about_code=survey.code,
        format=table.format,
        kept=kept,
    )


def look_at_answers(source_file: SourceFile, survey: Survey, chosen: Chosen | None = None) -> Looked:
    """The export under the columns chosen, else under those remembered for the same header, else under a proposal."""
    sheets = port("tables").read(
        media.read_bytes(source_file.file), f"{source_file.name.rpartition('.')[0]}.xlsx"
    )
    table = port("surveys").read(sheets, persons=not survey.is_anonymous)
    questions = tuple(queries.questions_of(survey))
    asked = {q.code: queries.asked_of(q) for q in questions}
    proposed = reading.propose(table, asked)
    remembered = _remembered(source_file, table, questions) if chosen is None else None
    picked = chosen or remembered
    if picked is not None:
        known = {"", *asked, *(NEW + kind for kind in QuestionKind.values)}
        proposed = [
            replace(t, to=to, is_reversed=t.column.index in picked.backwards)
            if (to := picked.columns.get(t.column.index, t.to)) in known
            else t
            for t in proposed
        ]
    return Looked(table, tuple(proposed), questions, remembered is not None)


def _remembered(
    source_file: SourceFile, table: SurveyTable, questions: Sequence[SurveyQuestion]
) -> Chosen | None:
    """What was chosen for an earlier table with this header, its questions found again by their words."""
    by_words = {plain(q.text): q.code for q in questions}
    headers = [c.header for c in table.columns]
    for mapping in queries.remembered_columns(source_file):
        if mapping.get("headers") != headers:
            continue
        said: Any = mapping["columns"]
        columns = {
            c.index: by_words.get(plain(to), "") if (to := said.get(c.header, "")) else ""
            for c in table.columns
        }
        back: Any = mapping.get("backwards", [])
        if all(columns[c.index] or not said.get(c.header) for c in table.columns):
            return Chosen(columns, frozenset(c.index for c in table.columns if c.header in back))
    return None


@transaction.atomic
def take_answers(*, source_file: SourceFile, survey: Survey, by: Person, chosen: Chosen) -> SourceFile:
    """Take the export as answers under these columns. Columns of new questions become questions (a new version, where the
    form has answers already). A file that was taken before changes nothing.

    Whom the rows of a named form mean is found by the identity queue; the rows of an anonymous one mean nobody.
    """
    locking.take_turn(f"enrolment.source:{source_file.pk}")
    source_file.refresh_from_db(fields=["state"])
    if source_file.state != SourceState.READ:
        return source_file
    looked = look_at_answers(source_file, survey, chosen)
    targets = _require_once(looked)
    by_column = _questions(survey, looked, targets, by)
    if not by_column:
        raise Refused(_("No column is set to a question."), code="no-column")
    if survey.is_anonymous:
        rows = _rows_without_persons(source_file, looked.table)
    else:
        rows = _rows_with_persons(source_file, looked.table, by)
    unread: list[dict[str, Any]] = []
    for row, said in zip(rows, looked.table.rows, strict=True):
        _respond(survey, row, said, targets, by_column, unread)
    settle_repeats(survey)
    source_file.mapping = {
        "headers": [c.header for c in looked.table.columns],
        "columns": {
            t.column.header: by_column[t.column.index].text for t in targets if t.column.index in by_column
        },
        "backwards": [t.column.header for t in targets if t.is_reversed],
    }
    source_file.save(update_fields=["mapping"])
    meta = {
        "rows": len(rows),
        "version": survey.version,
        "unread": unread[:MOST_SHOWN],
        "unread_count": len(unread),
    }
    confirm_source(source_file, by=by, meta=meta)
    return source_file


def _require_once(looked: Looked) -> list[Target]:
    """The columns that are taken. Raises Refused where two are set to one question that is no choice of several."""
    kinds = {q.code: q.kind for q in looked.questions}
    targets = [t for t in looked.targets if t.to]
    seen: dict[str, int] = defaultdict(int)
    for target in targets:
        seen[target.to] += 1
    twice = [q.text for q in looked.questions if seen[q.code] > 1 and kinds[q.code] != QuestionKind.MANY]
    if twice:
        raise Refused(
            _("Two columns are set to “%(question)s”.") % {"question": twice[0]},
            code="twice",
            field="columns",
        )
    return targets


def _questions(
    survey: Survey, looked: Looked, targets: Sequence[Target], by: Person
) -> dict[int, SurveyQuestion]:
    """Column → its question; new ones are written first. Of a form without answers those that no column answers go."""
    new = reading.new_questions(looked.table, targets)
    if new:
        used = {t.to for t in targets}
        keeps_all = queries.has_answers(survey)
        stays = [queries.asked_of(q) for q in looked.questions if keeps_all or q.code in used]
        asked: list[Asked] = [*stays, *new.values()]
        save_questions(survey=survey, by=by, questions=asked)
    now = queries.questions_of(survey)
    old_words = {q.code: (q.text, q.kind) for q in looked.questions}
    by_words = {(q.text, q.kind): q for q in reversed(now)}
    found = {}
    for target in targets:
        if target.to.startswith(NEW):
            asked_now = new[reading.new_key(target)]
            found[target.column.index] = by_words[asked_now.text, asked_now.kind]
        else:
            found[target.column.index] = by_words[old_words[target.to]]
    return found


def _rows_with_persons(source_file: SourceFile, table: SurveyTable, by: Person) -> list[SourceRow]:
    take_rows(
        source_file=source_file,
        rows=[
            ReadRow(
                number=row.row,
                sheet=row.sheet,
                cells=row.raw,
                name=row.name,
                phone=row.phone,
                email=row.email,
                community=row.community,
                code=row.code,
            )
            for row in table.rows
        ],
        by=by,
    )
    kept = {(r.sheet, r.number): r for r in source_file.rows.select_related("match")}
    return [kept[row.sheet, row.row] for row in table.rows]


def _rows_without_persons(source_file: SourceFile, table: SurveyTable) -> list[SourceRow]:
    """Numbered anew, in the order of what they say."""
    return SourceRow.objects.bulk_create(
        SourceRow(
            organisation_id=source_file.organisation_id,
            source_file=source_file,
            sheet=row.sheet,
            number=number,
            cells=dict(row.raw),
        )
        for number, row in enumerate(table.rows, start=1)
    )


def _respond(
    survey: Survey,
    row: SourceRow,
    said: SurveyRow,
    targets: Sequence[Target],
    by_column: Mapping[int, SurveyQuestion],
    unread: list[dict[str, Any]],
) -> None:
    match = row.match
    sent = said.sent_at.replace(tzinfo=SHANGHAI) if said.sent_at else clock.now()
    response = SurveyResponse.objects.create(
        key=uuid5(NAMESPACE, f"{row.source_file_id}:{row.pk}"),
        organisation_id=survey.organisation_id,
        survey=survey,
        version=survey.version,
        enrolment=match.enrolment if match and match.outcome == Outcome.LINKED else None,
        sent_at=_day(sent) if survey.is_anonymous else sent,
        seconds=None if said.seconds is None else min(said.seconds, LONGEST_SECONDS),
        source=AnswerSource.FILE,
        source_row=row,
        is_repeat=said.is_repeat,
        is_superseded=said.is_repeat,
        is_nobody=bool(match and match.outcome == Outcome.IGNORED),
    )
    answers: dict[int, Said] = {}
    for target in targets:
        text = said.cells.get(target.column.index, "")
        if not text:
            continue
        question = by_column[target.column.index]
        answer = _answer(question, target, text)
        if answer is None:
            unread.append({"row": row.number, "column": target.column.header[:60], "text": text[:40]})
        elif before := answers.get(question.pk):
            answers[question.pk] = Said(None, (*before.chosen, *answer.chosen), before.text or answer.text)
        else:
            answers[question.pk] = answer
    write_answers(response, answers)


def _day(moment: dt.datetime) -> dt.datetime:
    return clock.start_of(clock.local_date(moment))


def _answer(question: SurveyQuestion, target: Target, text: str) -> Said | None:
    """What a cell says to its question; None where it cannot be read."""
    if question.kind in SCALES:
        number = reading.scale_value(text, question.kind, is_reversed=target.is_reversed)
        return None if number is None else Said(number=number)
    if question.kind == QuestionKind.TEXT:
        return Said(text=text)
    part = target.column.part
    if part and (ticked := reading.is_ticked(text, part)) is not None:
        return Said(chosen=(part,)) if ticked else Said()
    options, beside = reading.chosen_in(text)
    if question.kind == QuestionKind.ONE and len(options) > 1:
        return None
    return Said(chosen=tuple(options), text=beside)


@transaction.atomic
def take_back_answers(*, source_file: SourceFile, by: Person) -> None:
    """Undo a file: its answers go, its rows stay readable, and the same file may come in again."""
    enrolment.undo_source(source_file=source_file, by=by)


# What the identity queue decides


def link_responses(match: IdentityMatch) -> None:
    """A name was decided: its answers are the learner's, or nobody's."""
    _settle_match(match)


def unlink_responses(match: IdentityMatch) -> None:
    """A decision was undone: the answers wait for whose they are."""
    _settle_match(match)


def _settle_match(match: IdentityMatch) -> None:
    responses = SurveyResponse.objects.filter(source_row__match=match)
    surveys = list(Survey.objects.filter(responses__in=responses).distinct())
    if not surveys:
        return
    responses.update(
        enrolment=match.enrolment if match.outcome == Outcome.LINKED else None,
        is_nobody=match.outcome == Outcome.IGNORED,
    )
    for survey in surveys:
        settle_repeats(survey)


def withdraw_answers(source_file: SourceFile) -> None:
    """A file was taken back: what it answered is taken out of the form."""
    if source_file.purpose != SourcePurpose.SURVEY:
        return
    responses = SurveyResponse.objects.filter(source_row__source_file=source_file)
    surveys = list(Survey.objects.filter(responses__in=responses).distinct())
    SurveyAnswer.objects.filter(response__in=responses).delete()
    responses.delete()
    for survey in surveys:
        settle_repeats(survey)
