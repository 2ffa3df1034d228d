"""Rubrics and marks as they stand in tables that an office keeps."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.ports import Cell, Row, Sheet
from yingzao.judging.rules import NewCriterion

HEADER_ROWS = 15  # a title and notes may stand above the header

RUBRIC_COLUMNS = {
    "title": ("评分项", "评分项目", "指标", "评价指标", "项目", "criterion", "title"),
    "weight": ("权重", "分值", "比重", "weight"),
    "full_marks": ("满分", "最高分", "full marks"),
    "hint": ("考察什么", "考察要点", "说明", "评分说明", "要点", "hint"),
}
LEVEL = re.compile(r"^(?:等级)?\s*(\d{1,2})\s*(?:分|级|档)?$")
MARK_COLUMNS = {
    "learner": ("学员", "学员姓名", "姓名", "学号", "编号", "learner", "person"),
    "judge": ("评委", "评委姓名", "评审", "judge", "rater"),
    "criterion": ("评分项", "评分项目", "指标", "项目", "criterion"),
    "score": ("得分", "打分", "分数", "等级", "score"),
    "at": ("打分时间", "评分时间", "时间", "marked_at"),
    "comment": ("评语", "给学员的话", "意见", "comment"),
}


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One row of a marks table, as it stood. `number` is the row as Excel shows it."""

    number: int
    learner: str
    judge: str
    criterion: str
    score: str
    at: str
    comment: str
    raw: Mapping[str, str]


def read_rubric(sheets: Sequence[Sheet]) -> list[NewCriterion]:
    """The criteria of the first sheet with columns for criterion and weight, levels from the column 1分 up.

    A row without levels is marked in points, out of 满分 or else out of its weight, as score sheets that add up to 100
    mean it; a sheet with 满分 and no 权重 weighs by 满分. Raises Refused, naming the row, for what is no number; what a
    rubric must be is checked when it is made.
    """
    for sheet in sheets:
        for needed in (("title", "weight"), ("title", "full_marks")):
            if found := _header(sheet.rows, RUBRIC_COLUMNS, needed):
                header, columns = found
                columns.setdefault("weight", columns.get("full_marks", 0))
                return _criteria(sheet.rows, header, columns)
    raise Refused(
        _(
            "No header row with the columns 评分项 and 权重 was found. Add one, and a column for each level: 1分, 2分 …"
        ),
        code="no-header",
        field="file",
    )


def _criteria(rows: Sequence[Row], header: Row, columns: Mapping[str, int]) -> list[NewCriterion]:
    levels = sorted(
        (int(match.group(1)), index)
        for index, cell in enumerate(header.cells)
        if (match := LEVEL.match(text_of(cell)))
    )
    found = []
    for row in rows:
        title = _at(row, columns["title"])
        if row.number <= header.number or not title or title in ("合计", "总计"):
            continue
        weight = _number(row, columns["weight"])
        words = [_at(row, index) for _points, index in levels]
        while words and not words[-1]:
            words.pop()
        out_of = _number(row, columns["full_marks"]) if _at(row, columns.get("full_marks", -1)) else weight
        found.append(
            NewCriterion(
                title=title[:120],
                weight=weight,
                levels=tuple(word[:300] for word in words),
                hint=_at(row, columns["hint"])[:300] if "hint" in columns else "",
                full_marks=int(out_of) if not words and out_of == out_of.to_integral_value() else None,
            )
        )
    return found


def _number(row: Row, column: int) -> Decimal:
    try:
        number = Decimal(_at(row, column).rstrip("%％分"))
    except InvalidOperation:
        raise Refused(
            _("Row %(row)d: “%(weight)s” is not a number.") % {"row": row.number, "weight": _at(row, column)},
            code="bad-weight",
            field="file",
        ) from None
    return number if number.is_finite() and number.adjusted() < 6 else Decimal(0)


def read_marks(sheets: Sequence[Sheet]) -> list[MarkRow]:
    """Every row of the first sheet with columns for learner, judge, criterion and score."""
    for sheet in sheets:
        if found := _header(sheet.rows, MARK_COLUMNS, ("learner", "judge", "criterion", "score")):
            header, columns = found
            names = [text_of(cell) for cell in header.cells]
            return [
                MarkRow(
                    number=row.number,
                    **{
                        field: _at(row, columns[field]) if field in columns else ""
                        for field in ("learner", "judge", "criterion", "score", "at", "comment")
                    },
                    raw={
                        name: text
                        for name, cell in zip(names, row.cells, strict=False)
                        if name and (text := text_of(cell))
                    },
                )
                for row in sheet.rows
                if row.number > header.number and any(text_of(cell) for cell in row.cells)
            ]
    raise Refused(
        _("No header row with the columns 学员, 评委, 评分项 and 得分 was found."),
        code="no-header",
        field="file",
    )


def _header(
    rows: Sequence[Row], names: Mapping[str, tuple[str, ...]], needed: Sequence[str]
) -> tuple[Row, dict[str, int]] | None:
    for row in rows:
        if row.number > HEADER_ROWS:
            return None
        columns: dict[str, int] = {}
        for index, cell in enumerate(row.cells):
            head = "".join(text_of(cell).split()).lower()
            for field, synonyms in names.items():
                if head in synonyms:
                    columns.setdefault(field, index)
        if all(field in columns for field in needed):
            return row, columns
    return None


def _at(row: Row, index: int) -> str:
    return text_of(row.cells[index]) if 0 <= index < len(row.cells) else ""


def text_of(cell: Cell) -> str:
    """A cell as a person reads it: 4.0 is 4, a moment is 2021-12-22 16:04."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def moment_of(text: str) -> dt.datetime | None:
    """`2021-12-22 16:04` or `2021/12/22` in Shanghai; None for anything else."""
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
        try:
            return dt.datetime.strptime(text, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    return None
