"""考勤原始记录: one clock-in a row. 日报 and 月报: one person and day a row, with in and out up to three times.

What 钉钉 thinks of a time (迟到, 早退) goes by its own working hours and not by the session's: it is left in `raw`. What
speaks against the place or the time itself, or says that somebody changed it afterwards, becomes a mark. A result
without a time (缺卡) is no punch; one that is neither (请假, 外出) is a remark on the day.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from yingzao.core.ports import Cell, Clocking, MeetingReport, MeetingRow, Notice, Row, Sheet
from yingzao.integrations.meetings.rows import Table, department_place, is_footer, open_table
from yingzao.integrations.tables.cells import cell_text, header_text, is_blank, machine_moment, moment_on
from yingzao.integrations.tables.headers import raw

COLUMNS = {
    "name": ("姓名",),
    "department": ("部门", "所属部门"),
    "number": ("工号",),
    "user": ("userid", "用户id"),
    "day": ("考勤日期", "日期", "workdate"),
    "punched": ("打卡时间", "实际打卡时间"),
    "result": ("打卡结果", "考勤结果"),
    "odd": ("异常打卡原因",),
    "edited": ("管理员修改备注",),
}
_SLOT = re.compile(r"(?:上班|下班)(\d?)打卡(时间|结果)")
_SLOT_ABOVE = re.compile(r"(?:上班|下班)\d?")
# Of working hours, or of nothing: no mark.
PLAIN = {
    "正常",
    "迟到",
    "严重迟到",
    "旷工迟到",
    "早退",
    "加班",
    "休息",
    "休息并打卡",
    "normal",
    "late",
    "early",
}
MISSING = {"缺卡", "未打卡", "旷工", "休息", "不排班", "无需打卡", "未排班", "notsigned"}
CERTAIN = 0.9


@dataclass(frozen=True)
class _Slot:
    """The two columns of one in or out of a day."""

    time: int
    result: int | None


class DingtalkReader:
    format = "dingtalk"

    def recognise(self, sheets: Sequence[Sheet], name: str) -> float | None:
        return CERTAIN if any(_table(sheet) for sheet in sheets) else None

    def read(self, sheets: Sequence[Sheet], name: str) -> MeetingReport:
        tables = [(table, _slots(table)) for sheet in sheets if (table := _table(sheet))]
        # A workbook of reports may hold the clock-ins as well; they say more, and each only once.
        if records := [(table, slots) for table, slots in tables if not slots]:
            tables = records
        rows, notices, days = [], [], set()
        for table, slots in tables:
            footers = []
            for row in table.below:
                if is_footer(row, timed=not is_blank(table.cell(row, "name")) and _has_day(table, row)):
                    footers.append(row.number)
                    continue
                rows.append(_day_row(table, row, slots) if slots else _record(table, row))
                if day := _day(table, row):
                    days.add(day)
            if footers:
                notices.append(Notice("footer", tuple(footers), {"sheet": table.sheet.name}))
        days |= {punch.at.date() for row in rows for punch in row.punches}
        above = (cell_text(cell) for table, _ in tables for row in table.above for cell in row.cells)
        return MeetingReport(
            format="dingtalk_records" if records else "dingtalk_days",
            title=next(filter(None, above), ""),
            rows=tuple(rows),
            warnings=tuple(notices),
            source="punches",
            days=tuple(sorted(days)),
        )


# Tables


def _table(sheet: Sheet) -> Table | None:
    records = open_table(sheet, COLUMNS, ("name", "punched", "day")) or open_table(
        sheet, COLUMNS, ("name", "punched", "result")
    )
    if records:
        return records
    days = open_table(sheet, COLUMNS, ("name", "day"))
    if not days:
        return None
    if _slots(days):
        return days
    days = _with_second_header(days)
    return days if _slots(days) else None


def _with_second_header(table: Table) -> Table:
    """上班1 over 打卡时间 | 打卡结果, in two rows: one header again."""
    if not table.below or table.below[0].number != table.header_row + 1:
        return table
    lower = [cell_text(cell) for cell in table.below[0].cells]
    upper, headers = "", []
    for column in range(max(len(lower), len(table.headers))):
        above = table.headers[column] if column < len(table.headers) else ""
        below = lower[column] if column < len(lower) else ""
        upper = above or (upper if below else "")
        headers.append(f"{upper}{below}" if below and _SLOT_ABOVE.fullmatch(upper) else above or below)
    return replace(table, headers=headers, below=table.below[1:])


def _slots(table: Table) -> list[_Slot]:
    times: dict[str, int] = {}
    results: dict[str, int] = {}
    for column, header in enumerate(table.headers):
        text = header_text(header)
        if found := _SLOT.fullmatch(text):
            (times if found[2] == "时间" else results).setdefault(text[:-2], column)
    return [_Slot(column, results.get(key)) for key, column in times.items()]


# Rows


def _day(table: Table, row: Row) -> dt.date | None:
    moment = machine_moment(table.cell(row, "day"))
    return moment.date() if moment else None


def _has_day(table: Table, row: Row) -> bool:
    return _day(table, row) is not None or any(machine_moment(cell) for cell in row.cells)


def _record(table: Table, row: Row) -> MeetingRow:
    """One clock-in, or none where the row says that it is missing."""
    day, result = _day(table, row), table.text(row, "result")
    marks = [*_marks(result)]
    if not is_blank(table.cell(row, "odd")):
        odd = table.text(row, "odd")
        marks.append(odd if "异常" in odd else f"异常：{odd}")
    if not is_blank(table.cell(row, "edited")):
        marks.append(f"管理员修改：{table.text(row, 'edited')}")
    punch, unread = _punch(day, table.cell(row, "punched"), marks)
    remark = (day, result) if day and not punch and not unread and _is_remark(result) else None
    return replace(
        _person(table, row),
        punches=(punch,) if punch else (),
        remarks=(remark,) if remark else (),
        problem="unreadable_time" if unread else "",
    )


def _day_row(table: Table, row: Row, slots: Sequence[_Slot]) -> MeetingRow:
    """The clock-ins of one person and day."""
    day = _day(table, row)
    punches, remarks, unread = [], [], False
    for slot in slots:
        result = _text(row, slot.result)
        punch, failed = _punch(
            day, row.cells[slot.time] if slot.time < len(row.cells) else None, _marks(result)
        )
        unread = unread or failed
        if punch:
            punches.append(punch)
        elif day and not failed and _is_remark(result):
            remarks.append((day, result))
    return replace(
        _person(table, row),
        punches=tuple(sorted(punches, key=lambda punch: punch.at)),
        remarks=tuple(dict.fromkeys(remarks)),
        problem="unreadable_time" if unread else "",
    )


def _person(table: Table, row: Row) -> MeetingRow:
    """工号 is the employer's number and stays an account: learners have numbers of their own."""
    department = "" if is_blank(table.cell(row, "department")) else table.text(row, "department")
    return MeetingRow(
        row=row.number,
        sheet=table.sheet.name,
        name_as_given=table.text(row, "name"),
        nickname=table.text(row, "name"),
        account=next(
            (table.text(row, f) for f in ("number", "user") if not is_blank(table.cell(row, f))), ""
        ),
        community=department_place(department),
        raw=raw(table.headers, row),
    )


def _text(row: Row, column: int | None) -> str:
    return cell_text(row.cells[column]) if column is not None and column < len(row.cells) else ""


def _punch(day: dt.date | None, value: Cell, marks: Iterable[str]) -> tuple[Clocking | None, bool]:
    """The clock-in, and whether there is a time that cannot be read."""
    if is_blank(value) or cell_text(value) in MISSING:
        return None, False
    at = moment_on(day, value)
    return (Clocking(at, tuple(marks)) if at else None), at is None


def _marks(result: str) -> Iterator[str]:
    for piece in re.split(r"[,，、;；]\s*", result):
        if piece and piece.lower() not in PLAIN | MISSING and not is_blank(piece):
            yield piece


def _is_remark(result: str) -> bool:
    return not is_blank(result) and result.lower() not in MISSING and result not in {"迟到", "早退"}
