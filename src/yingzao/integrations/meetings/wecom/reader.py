"""Header somewhere in the first rows: 姓名, 账号, …, then days as 06星期六. A cell holds the times of a day,
joined by 、 , or ，,
with marks in brackets: 08:52、12:01(补卡). The month stands only above the header or in the file's name.
"""

import datetime as dt
import re
from collections.abc import Sequence

from yingzao.core.ports import Clocking, MeetingReport, MeetingRow, Notice, Row, Sheet
from yingzao.integrations.meetings.rows import Table, department_place, is_footer, open_table
from yingzao.integrations.tables.cells import cell_text, header_text, is_blank
from yingzao.integrations.tables.headers import raw

COLUMNS = {
    "name": ("姓名",),
    "account": ("账号", "帐号", "成员账号"),
    "community": ("部门", "所在部门", "所属部门"),
    "phone": ("手机号", "手机"),
}
WEEKDAYS = "一二三四五六日"
_DAY = re.compile(r"(\d{1,2})(?:日)?(?:星期|周)([一二三四五六日天])")
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})")
_FILE_DATE = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_PUNCH = re.compile(r"(?:次日)?(\d{1,2}):(\d{2})(?::\d{2})?((?:\([^)]*\))*)")
NO_PUNCH = {"--", "-", "—", "", "缺卡", "未打卡", "休息", "无", "/"}
CERTAIN = 0.9


class WecomReader:
    format = "wecom_punch_matrix"

    def recognise(self, sheets: Sequence[Sheet], name: str) -> float | None:
        return CERTAIN if _table(sheets) else None

    def read(self, sheets: Sequence[Sheet], name: str) -> MeetingReport:
        table = _table(sheets)
        assert table is not None, "read() is for what recognise() knew"
        days = _days(table, name)
        rows = [
            _row(table, row, days)
            for row in table.below
            if not is_footer(row, timed=not is_blank(table.cell(row, "account")))
        ]
        return MeetingReport(
            format=self.format,
            title=next((cell_text(cell) for row in table.above for cell in row.cells if cell_text(cell)), ""),
            rows=tuple(rows),
            warnings=() if days else (Notice("month_unknown"),),
            source="punches",
            days=tuple(sorted(days.values())),
        )


def _table(sheets: Sequence[Sheet]) -> Table | None:
    for sheet in sheets:
        table = open_table(sheet, COLUMNS, ("name",))
        if table and any(_DAY.fullmatch(header_text(header)) for header in table.headers):
            return table
    return None


def _days(table: Table, name: str) -> dict[int, dt.date]:
    """Column → its day. The first day comes from the line above the header, else from the file's name; the
    weekdays must agree,
    or no day is believed."""
    above = " ".join(cell_text(cell) for row in table.above for cell in row.cells)
    first = _DATE.search(above) or _FILE_DATE.search(name)
    columns = {
        column: found
        for column, header in enumerate(table.headers)
        if (found := _DAY.fullmatch(header_text(header)))
    }
    if not first or not columns:
        return {}
    try:
        day = dt.date(int(first[1]), int(first[2]), int(first[3])) - dt.timedelta(days=1)
    except ValueError:
        return {}
    days: dict[int, dt.date] = {}
    for column, found in columns.items():
        wanted = [day + dt.timedelta(days=n) for n in range(1, 63)]
        day = next((d for d in wanted if d.day == int(found[1])), day)
        if day.weekday() != WEEKDAYS.index(found[2].replace("天", "日")):
            return {}
        days[column] = day
    return days


def _row(table: Table, row: Row, days: dict[int, dt.date]) -> MeetingRow:
    punches: list[Clocking] = []
    remarks: list[tuple[dt.date, str]] = []
    for column, day in days.items():
        said = cell_text(row.cells[column]) if column < len(row.cells) else ""
        for piece in re.split(r"[、,，;；\s]+(?![^(（]*[)）])", said):
            text = piece.translate(str.maketrans("（）：", "():"))
            if text in NO_PUNCH:
                continue
            punch = _PUNCH.fullmatch(text)
            if punch and int(punch[1]) < 24 and int(punch[2]) < 60:
                marks = tuple(mark.strip() for mark in re.findall(r"\(([^)]*)\)", punch[3]) if mark.strip())
                next_day = dt.timedelta(days=text.startswith("次日"))
                at = dt.datetime(day.year, day.month, day.day, int(punch[1]), int(punch[2]))  # noqa: DTZ001
                punches.append(Clocking(at + next_day, marks))
            else:
                remarks.append((day, piece))
    return MeetingRow(
        row=row.number,
        sheet=table.sheet.name,
        name_as_given=table.text(row, "name"),
        nickname=table.text(row, "name"),
        account=table.text(row, "account"),
        community=""
        if is_blank(table.cell(row, "community"))
        else department_place(table.text(row, "community")),
        phone=table.text(row, "phone"),
        punches=tuple(sorted(punches, key=lambda punch: punch.at)),
        remarks=tuple(remarks),
        problem="" if days else "month_unknown",
        raw=raw(table.headers, row),
    )
