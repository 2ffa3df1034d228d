"""A header of the participants, with or without the block on the meeting above it.

Old: Name (Original Name), User Email, Join Time, Leave Time, Duration (Minutes), Guest, Recording Consent.
New: Name (original name), …, In waiting room. Unique users: Total Duration (Minutes) and no times.
Chinese headers were not seen in a public source; they are matched by the words that Zoom's pages use.
"""

from collections.abc import Sequence
from itertools import pairwise

from yingzao.core.ports import MeetingReport, MeetingRow, Notice, Row, Sheet
from yingzao.integrations.meetings.rows import Table, is_footer, open_table, split_name, stay
from yingzao.integrations.tables.cells import cell_moment, cell_seconds, cell_text, header_text
from yingzao.integrations.tables.headers import raw

COLUMNS = {
    "name": (
        "name(originalname)", "名称(原始名称)", "姓名(原始姓名)", "名称(原名)", "用户名(原始名称)", "name(原始名称)",
    ),
    "email": ("useremail", "email", "用户电子邮件", "电子邮件", "用户邮箱", "邮箱"),
    "joined": ("jointime", "加入时间", "进入时间"),
    "left": ("leavetime", "离开时间", "退出时间"),
    "seconds": ("duration(minutes)", "持续时间(分钟)", "时长(分钟)"),
    "total": ("totalduration(minutes)", "总持续时间(分钟)", "总时长(分钟)"),
    "waiting": ("inwaitingroom", "在等候室", "在等候室中"),
}  # fmt: skip
# Nobody was renamed, or an account that does not tell: a name like any other table's, so that more must agree.
PLAIN = {**COLUMNS, "name": ("name", "participant", "姓名", "名称", "用户名", "用户名称")}
ABOUT = {
    "id": ("meetingid", "id", "会议id", "会议号"),
    "topic": ("topic", "主题", "会议主题"),
    "start": ("starttime", "开始时间"),
    "end": ("endtime", "结束时间"),
}
YES = {"yes", "是", "y"}
CERTAIN = 0.95


class ZoomReader:
    format = "zoom"

    def recognise(self, sheets: Sequence[Sheet], name: str) -> float | None:
        return CERTAIN if _table(sheets) else None

    def read(self, sheets: Sequence[Sheet], name: str) -> MeetingReport:
        table = _table(sheets)
        assert table is not None, "read() is for what recognise() knew"
        totals = "joined" not in table.columns
        about = _about(table.above)
        rows, footers = [], []
        for row in table.below:
            if is_footer(row, timed=cell_moment(table.cell(row, "joined")) is not None):
                footers.append(row.number)
            else:
                rows.append(_row(table, row, totals=totals))
        return MeetingReport(
            format=_format(table, totals=totals),
            title=cell_text(about.get("topic")),
            meeting_id="".join(cell_text(about.get("id")).split()),
            scheduled_start=cell_moment(about.get("start")),
            scheduled_end=cell_moment(about.get("end")),
            rows=tuple(rows),
            warnings=(Notice("footer", tuple(footers)),) if footers else (),
            source="totals" if totals else "intervals",
        )


def _table(sheets: Sequence[Sheet]) -> Table | None:
    for sheet in sheets:
        for columns, needs in (
            (COLUMNS, ("name", "joined", "left")),
            (COLUMNS, ("name", "total")),
            (PLAIN, ("name", "email", "joined", "left", "seconds")),
            (PLAIN, ("name", "email", "total")),
        ):
            if table := open_table(sheet, columns, needs):
                return table
    return None


def _format(table: Table, *, totals: bool) -> str:
    if totals:
        return "zoom_unique_users"
    age = "old" if any("(Original Name)" in header for header in table.headers) else "new"
    return f"zoom_{age}_with_meeting_block" if table.above else f"zoom_{age}"


def _about(above: Sequence[Row]) -> dict:
    """Field → value of the block over the participants: a row of labels and a row of values."""
    for labels, values in pairwise(above):
        named = [header_text(cell) for cell in labels.cells]
        if any(word in named for word in ABOUT["topic"]):
            found = {}
            for field, words in ABOUT.items():
                column = next((named.index(word) for word in words if word in named), None)
                if column is not None and column < len(values.cells):
                    found[field] = values.cells[column]
            return found
    return {}


def _row(table: Table, row: Row, *, totals: bool) -> MeetingRow:
    given = table.text(row, "name")
    nickname, origin = split_name(given)
    there = stay(table.cell(row, "joined"), table.cell(row, "left"))
    waited = table.text(row, "waiting").lower() in YES
    claimed = cell_seconds(table.cell(row, "total" if totals else "seconds"))
    problem = "waiting_room" if waited else _problem(claimed) if totals else there.problem
    return MeetingRow(
        row=row.number,
        sheet=table.sheet.name,
        name_as_given=given,
        nickname=nickname,
        origin_name=origin,
        joined_at=None if waited else there.joined_at,
        left_at=None if waited else there.left_at,
        seconds_claimed=None if problem else claimed,
        email=table.text(row, "email"),
        problem=problem,
        raw=raw(table.headers, row),
    )


def _problem(claimed: int | None) -> str:
    return "unreadable_time" if claimed is None else ""
