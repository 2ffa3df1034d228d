"""Results of a quiz as a workbook, and the table in which questions are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from yingzao.core.ports import Cell, SheetOut, port
from yingzao.courses.models import QuestionVersion, Quiz
from yingzao.courses.phrases import quizzes as phrases
from yingzao.courses.queries.results import ResultRow
from yingzao.courses.readers import HEADERS, template_rows
from yingzao.courses.rules.items import Item


def results_workbook(
    quiz: Quiz, rows: Sequence[ResultRow], items: Sequence[tuple[QuestionVersion, Item]]
) -> bytes:
    """One sheet of learners, one of questions. Every text stays text."""
    title = f"{quiz.part.activity.programme.full_name} {quiz.part.activity.title} {quiz.part.title}"
    data: bytes = port("table_writer").write([_learners(rows, title), _questions(items, title)])
    return data


def _learners(rows: Sequence[ResultRow], title: str) -> SheetOut:
    header = [
        _("Number"),
        _("Learner"),
        _("Community"),
        _("Attempts"),
        _("Best result (%)"),
        _("Passed"),
        _("Points"),
        _("Last"),
        _("Why not"),
    ]
    return SheetOut(
        name=_("Results"),
        header=header,
        rows=[_learner(row) for row in rows],
        title=title,
        text_columns=frozenset({0, 1, 2, 5, 6, 8}),
        landscape=True,
    )


def _learner(row: ResultRow) -> list[Cell]:
    best = row.best_attempt
    return [
        row.learner.number,
        row.learner.name,
        row.learner.community_name,
        len(row.attempts),
        None if row.best is None else int(row.best * 100),
        _("yes") if row.passed else _("no"),
        f"{_shown(best.points)} / {_shown(best.of)}" if best else "",
        row.last_at,
        phrases.why(row),
    ]


def _shown(points: str) -> str:
    return f"{float(Fraction(points)):.2f}".rstrip("0").rstrip(".")


def _questions(items: Sequence[tuple[QuestionVersion, Item]], title: str) -> SheetOut:
    header = [
        _("Question"),
        _("Version"),
        _("Kind"),
        _("Points"),
        _("n"),
        _("Facility"),
        _("Discrimination"),
        _("Not answered"),
        _("Chosen"),
    ]
    rows: list[list[Cell]] = [
        [
            version.plain,
            version.number,
            version.get_kind_display(),
            float(version.points),
            item.n,
            phrases.figure(item.facility) if item.facility.value is None else round(item.facility.value, 4),
            phrases.figure(item.discrimination)
            if item.discrimination.value is None
            else round(item.discrimination.value, 4),
            item.unanswered,
            _chosen(version, item.chosen),
        ]
        for version, item in items
    ]
    return SheetOut(
        name=_("Quiz questions"),
        header=header,
        rows=rows,
        title=title,
        text_columns=frozenset({0, 2, 8}),
        landscape=True,
    )


def _chosen(version: QuestionVersion, chosen: Mapping[str, int]) -> str:
    return "；".join(f"{text} {count}" for text, count, _right in phrases.options_chosen(version, chosen))


def template_workbook() -> bytes:
    """The table to write questions in, with one row of each kind."""
    sheet = SheetOut(
        name=_("Quiz questions"),
        header=list(HEADERS),
        rows=template_rows(),
        widths=(8, 40, *(16 for _letter in range(6)), 14, 6, 24, 12),
        text_columns=frozenset(range(len(HEADERS))),
        landscape=True,
    )
    data: bytes = port("table_writer").write([sheet])
    return data
