"""A table of which a person says which column is what, and the proposal that makes this one look and one press.

What the layout names decides what the table is:

- a join and a leave: `intervals`;
- a length of stay, without both ends: `totals`. A time of joining beside it stands in `stated_at` and credits nothing;
- neither: `presence`. A status (出勤, 缺勤, 请假) or a single time (签到时间) says that somebody was there, or was not, and
  not for how long. A list of names alone says not even that, and is refused until a column of it says so.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from yingzao.core.masking import without_identity_numbers
from yingzao.core.ports import (
    Cell,
    MeetingLayout,
    MeetingPreview,
    MeetingReport,
    MeetingRow,
    NoAttendance,
    NoPerson,
    Notice,
    Row,
    Sheet,
    Unreadable,
)
from yingzao.integrations.meetings.mapped.guessing import FIELDS, propose, under
from yingzao.integrations.meetings.rows import STILL_THERE, is_footer, is_host, split_name
from yingzao.integrations.tables.cells import cell_seconds, cell_text, is_blank, moment_on
from yingzao.integrations.tables.headers import is_discarded, raw

PRESENT = {
    "出勤", "出席", "到", "已到", "到场", "已到场", "在场", "签到", "已签到", "已签", "参加", "已参加", "参会", "已参会", "全勤",
    "正常", "是", "有", "√", "✓", "✔", "☑", "v", "y", "yes", "1", "true", "present", "attended",
}  # fmt: skip
ABSENT = {
    "缺勤", "缺席", "未到", "未到场", "未签到", "未签", "未参加", "未参会", "旷课", "旷工", "缺课", "否", "无", "没有", "×", "✗", "✘", "x",
    "n", "no", "0", "false", "absent", "-", "--", "—", "/",
}  # fmt: skip
LEAVE = re.compile(r".*(?:请假|事假|病假|公假|年假|产假|休假|调休|公出|出差|leave|excused)", re.IGNORECASE)
LATE, EARLY = re.compile(r".*(?:迟到|late)", re.IGNORECASE), re.compile(r".*早退")


class MappedReader:
    format = "table"
    fields = FIELDS

    def propose(
        self, sheets: Sequence[Sheet], day: dt.date | None = None, *, by_contents: bool = True
    ) -> MeetingLayout | None:
        return propose(sheets, day, by_contents=by_contents)

    def under(self, sheet: Sheet, header_row: int, day: dt.date | None = None) -> MeetingLayout:
        return under(sheet, header_row, day)

    def preview(self, sheets: Sequence[Sheet], layout: MeetingLayout, n: int = 8) -> MeetingPreview:
        rows = [row for row in _sheet(sheets, layout).rows if row.number > layout.header_row][:n]
        cells = tuple(tuple(_shown(layout, row)) for row in rows)
        numbers = tuple(row.number for row in rows)
        try:
            read = _rows(rows, layout, _kind(layout))[0]
        except Unreadable as refusal:
            return MeetingPreview(numbers, cells, lacking=refusal.code)
        return MeetingPreview(numbers, cells, tuple(read))

    def read(self, sheets: Sequence[Sheet], layout: MeetingLayout) -> MeetingReport:
        sheet = _sheet(sheets, layout)
        source = _kind(layout)
        rows, footers = _rows([row for row in sheet.rows if row.number > layout.header_row], layout, source)
        above = (
            cell_text(cell) for row in sheet.rows if row.number < layout.header_row for cell in row.cells
        )
        return MeetingReport(
            format=self.format,
            title=next(filter(None, above), ""),
            rows=tuple(rows),
            warnings=(Notice("footer", tuple(footers)),) if footers else (),
            source=source,
        )


def _sheet(sheets: Sequence[Sheet], layout: MeetingLayout) -> Sheet:
    found = next((sheet for sheet in sheets if sheet.name == layout.sheet), None)
    if found is None:
        raise NoPerson
    return found


def _shown(layout: MeetingLayout, row: Row) -> Iterator[str]:
    for column, cell in enumerate(row.cells):
        header = layout.headers[column] if column < len(layout.headers) else ""
        gone = column in layout.discarded or is_discarded(header)
        yield "" if gone else without_identity_numbers(cell_text(cell))


def _kind(layout: MeetingLayout) -> str:
    """What the table is. Raises the refusal that says what the layout lacks."""
    named = set(layout.mapping.values())
    if not named & {"name", "phone", "code", "email"}:
        raise NoPerson
    if {"joined", "left"} <= named:
        return "intervals"
    if named & {"minutes", "seconds", "duration"}:
        return "totals"
    if named & {"joined", "left", "status"}:
        return "presence"
    raise NoAttendance


# Rows


@dataclass(frozen=True)
class _Cells:
    layout: MeetingLayout
    row: Row

    def cell(self, field: str) -> Cell:
        """The first cell of the field that says something."""
        columns = [column for column, meant in self.layout.mapping.items() if meant == field]
        values = [self.row.cells[column] for column in columns if column < len(self.row.cells)]
        return next((value for value in values if cell_text(value)), None)

    def text(self, field: str) -> str:
        value = self.cell(field)
        return "" if is_blank(value) else cell_text(value)

    def header(self, field: str) -> str:
        column = next((column for column, meant in self.layout.mapping.items() if meant == field), -1)
        return self.layout.headers[column] if 0 <= column < len(self.layout.headers) else ""


def _rows(rows: Sequence[Row], layout: MeetingLayout, source: str) -> tuple[list[MeetingRow], list[int]]:
    """Every row, and the numbers of those that are totals and notes."""
    read, footers = [], []
    for row in rows:
        cells = _Cells(layout, row)
        timed = any(moment_on(layout.day, cells.cell(field)) for field in ("joined", "left"))
        if is_footer(row, timed=timed):
            footers.append(row.number)
        else:
            read.append(_READ[source](cells, _person(cells)))
    return read, footers


def _person(cells: _Cells) -> MeetingRow:
    given, role = cells.text("name"), cells.text("role")
    nickname, origin = split_name(given)
    return MeetingRow(
        row=cells.row.number,
        sheet=cells.layout.sheet,
        name_as_given=given,
        nickname=nickname,
        origin_name=origin,
        phone=cells.text("phone"),
        email=cells.text("email"),
        community=cells.text("community"),
        code=cells.text("code"),
        role=role,
        host=is_host(role),
        raw=raw(cells.layout.headers, cells.row),
    )


def _interval(cells: _Cells, person: MeetingRow) -> MeetingRow:
    joined, left = cells.cell("joined"), cells.cell("left")
    day = cells.layout.day
    flags, unknown = _status(cells)
    if is_blank(joined) and is_blank(left):
        return replace(person, flags=flags, problem="unreadable_status" if unknown else "never_joined")
    start, end = moment_on(day, joined), moment_on(day, left)
    if start is None or (end is None and cell_text(left) not in STILL_THERE):
        return replace(person, flags=flags, problem="unreadable_time")
    if end is not None and end < start:
        return replace(person, flags=flags, problem="leave_before_join")
    claimed = None if _length_cell(cells) is None else _length(cells)
    return replace(person, joined_at=start, left_at=end, seconds_claimed=claimed, flags=flags)


def _total(cells: _Cells, person: MeetingRow) -> MeetingRow:
    flags, _unknown = _status(cells)
    length = _length(cells)
    if length is None and not is_blank(_length_cell(cells)):
        return replace(person, flags=flags, problem="unreadable_time")
    at = moment_on(cells.layout.day, cells.cell("joined"))
    return replace(person, seconds_claimed=length or 0, stated_at=at, flags=flags)


def _presence(cells: _Cells, person: MeetingRow) -> MeetingRow:
    """A status decides; without a column of it, a time or a tick does: who has signed was there."""
    flags, unknown = _status(cells)
    stated = next((cells.cell(f) for f in ("joined", "left") if not is_blank(cells.cell(f))), None)
    at = moment_on(cells.layout.day, stated)
    if unknown:
        return replace(person, stated_at=at, problem="unreadable_status")
    if "status" in cells.layout.mapping.values():
        return replace(person, stated_at=at, flags=flags or ("absent",))
    if stated is not None and at is None:
        flags, unknown = _meaning(cell_text(stated))
        signed = "".join(cell_text(stated).split()) == "".join(person.name_as_given.split())
        if unknown and not signed:
            return replace(person, problem="unreadable_time")
        return replace(person, flags=flags or ("present",))
    return replace(person, stated_at=at, flags=("present",) if at else ("absent",))


_READ: dict[str, Callable[[_Cells, MeetingRow], MeetingRow]] = {
    "intervals": _interval,
    "totals": _total,
    "presence": _presence,
}


def _status(cells: _Cells) -> tuple[tuple[str, ...], bool]:
    return _meaning(cell_text(cells.cell("status")))


def _meaning(status: str) -> tuple[tuple[str, ...], bool]:
    """Flags that a status means, and whether it is one that nobody knows. An empty one says nothing."""
    text = "".join(status.split()).lower()
    if not text:
        return (), False
    if LEAVE.match(text):
        return ("on_leave",), False
    if text in ABSENT:
        return ("absent",), False
    odd = tuple(flag for flag, words in (("late", LATE), ("early", EARLY)) if words.match(text))
    if odd or text in PRESENT:
        return ("present", *odd), False
    return (), True


_UNITS = ((re.compile(r"秒|sec"), 1), (re.compile(r"分|min"), 60), (re.compile(r"小时|hour|学时|课时"), 3600))


def _length_cell(cells: _Cells) -> Cell:
    return next(
        (value for f in ("seconds", "minutes", "duration") if (value := cells.cell(f)) is not None), None
    )


def _length(cells: _Cells) -> int | None:
    """The length of stay in seconds. The field says the unit of a bare number; for `duration` the header does, and else
    it is minutes."""
    for field, unit in (("seconds", 1), ("minutes", 60), ("duration", 0)):
        value = cells.cell(field)
        if value is None or is_blank(value):
            continue
        if unit == 0:
            header = cells.header(field)
            unit = next((unit for words, unit in _UNITS if words.search(header.lower())), 60)
            return cell_seconds(value, unit=unit, fraction=True)
        return cell_seconds(value, unit=unit)
    return None
