"""Filled-in sheets as a workbook or a .csv: choices by their words and by their names, telephones masked by the writer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from yingzao.core import clock, ports
from yingzao.core.masking import mask_phones_in
from yingzao.fieldwork.models import FilledSheet, ResidentSurvey
from yingzao.fieldwork.phrases import told
from yingzao.fieldwork.queries import tree_of
from yingzao.fieldwork.settling.answers import as_text
from yingzao.fieldwork.settling.questions import Question, asked

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def answers_workbook(survey: ResidentSurvey, sheets: Iterable[FilledSheet]) -> bytes:
    """Two tables: the choices by their words, and by the names that an XLSForm has for them."""
    rows = list(sheets)
    questions = _questions(survey, rows)
    return ports.port("table_writer").write(
        [
            _table(_("Answers"), survey, questions, rows, by_name=False),
            _table(_("By names"), survey, questions, rows, by_name=True),
        ]
    )


def answers_csv(survey: ResidentSurvey, sheets: Iterable[FilledSheet], *, by_name: bool) -> bytes:
    """With a mark that lets Excel read it as UTF-8; telephones are masked, and no cell is taken for a formula."""
    rows = list(sheets)
    questions = _questions(survey, rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_plain(cell) for cell in _header(questions, by_name=by_name)])
    for sheet in rows:
        writer.writerow([_plain(cell) for cell in _row(sheet, questions, by_name=by_name)])
    return text.getvalue().encode("utf-8-sig")


def _table(
    name: str, survey: ResidentSurvey, questions: list[Question], rows: list[FilledSheet], *, by_name: bool
) -> ports.SheetOut:
    header = _header(questions, by_name=by_name)
    return ports.SheetOut(
        name=name,
        header=header,
        rows=[_row(sheet, questions, by_name=by_name) for sheet in rows],
        title=survey.title,
        widths=(10, 8, 8, 18, 6, 8, 16, *(24 for _question in questions)),
        text_columns=frozenset(range(len(header))),
    )


def _questions(survey: ResidentSurvey, rows: list[FilledSheet]) -> list[Question]:
    """Those of every version that was answered, each name once: as it stands in the newest."""
    found: dict[str, Question] = {}
    for number in sorted({survey.version, *(sheet.version for sheet in rows)}, reverse=True):
        for question in asked(tree_of(survey, number)):
            found.setdefault(question.name, question)
    return list(found.values())


def _header(questions: list[Question], *, by_name: bool) -> list[str]:
    told_of = [
        _("Code"),
        _("Sheet number"),
        _("Came"),
        _("When"),
        _("Version"),
        _("Counted"),
        _("Why it does not count"),
    ]
    words = [name for q in questions for name in ([q.name, q.other_name] if q.has_other else [q.name])]
    return told_of + (words if by_name else [q.label for q in questions])


def _row(sheet: FilledSheet, questions: list[Question], *, by_name: bool) -> list[str]:
    cells = [
        sheet.code,
        sheet.number,
        str(sheet.get_source_display()),
        sheet.sent_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        str(sheet.version),
        str(sheet.get_state_display()),
        sheet.reason,
    ]
    for question in questions:
        if by_name:
            cells.append(as_text(sheet.answers.get(question.name)))
            cells += [as_text(sheet.answers.get(question.other_name))] if question.has_other else []
        else:
            cells.append(told(question, sheet.answers))
    return cells


def _plain(cell: str) -> str:
    masked = mask_phones_in(cell)
    is_number = masked.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{masked}" if masked.startswith(FORMULA) and not is_number else masked
