"""Old layout (header in row 1), new layout (block of seven lines, two sheets), webinar (its columns moved).

The details 成员参会明细 tell each stay, so minutes come from them; the summary 成员参会概况 tells who was
host, and
speaks for those whom the details leave out. Its first join and last leave span the pauses of somebody who
came twice:
such rows carry the flag `first_last_only`, and what they claim is a ceiling.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from yingzao.core.ports import MeetingReport, MeetingRow, Notice, Row, Sheet
from yingzao.integrations.meetings.rows import Table, is_footer, is_host, labels, open_table, split_name, stay
from yingzao.integrations.tables.cells import cell_moment, cell_seconds, is_blank
from yingzao.integrations.tables.headers import raw

COLUMNS = {
    "name": ("用户昵称(入会昵称)", "用户昵称(观看昵称)", "成员昵称(入会昵称)", "用户昵称(参会昵称)", "入会昵称"),
    "real": ("姓名", "真实姓名", "报名姓名"),
    "joined": ("入会时间", "加入时间", "进入时间", "观看时间", "开始观看时间", "首次入会时间", "首次观看时间", "首次加入时间"),
    "left": ("退会时间", "离开时间", "退出时间", "离会时间", "结束观看时间", "最后退会时间", "最后离开时间", "最后退出时间"),
    "first": ("首次入会时间", "首次观看时间", "首次加入时间"),
    "seconds": ("单次参会时长", "单次观看时长", "累计参会时长", "累计观看时长", "参会时长", "观看时长"),
    "times": ("入会次数", "观看次数", "参会次数"),
    "role": ("身份", "角色", "参会角色", "成员身份"),
    "phone": ("手机号", "手机号码", "联系电话", "手机"),
    "email": ("邮箱", "电子邮箱"),
}  # fmt: skip
CERTAIN = 0.95


class TencentReader:
    format = "tencent_meeting"

    def recognise(self, sheets: Sequence[Sheet], name: str) -> float | None:
        return CERTAIN if _tables(sheets) else None

    def read(self, sheets: Sequence[Sheet], name: str) -> MeetingReport:
        tables = _tables(sheets)
        details = [table for table in tables if "first" not in table.columns]
        summaries = [table for table in tables if "first" in table.columns]
        about = labels(row for table in tables for row in table.above)
        notices: list[Notice] = []
        rows = [row for table in details for row in _rows(table, notices)]
        summed = [row for table in summaries for row in _rows(table, notices)]
        roles = _Roles(summed)
        rows = [roles.give(row, notices) for row in rows]
        told = {row.name_as_given for row in rows}
        left_out = [row for row in summed if row.name_as_given not in told]
        if details and left_out:
            notices.append(Notice("only_in_summary", tuple(row.row for row in left_out)))
        return MeetingReport(
            format=_format(tables),
            title=next((about[key] for key in about if key.endswith("主题")), ""),
            meeting_id="".join(next((about[key] for key in about if key.endswith("号")), "").split()),
            scheduled_start=cell_moment(about.get("预定开始时间")),
            scheduled_end=cell_moment(about.get("预定结束时间")),
            rows=tuple(rows + left_out),
            warnings=tuple(notices),
        )


def _tables(sheets: Sequence[Sheet]) -> list[Table]:
    found = (open_table(sheet, COLUMNS, ("name", "joined", "left")) for sheet in sheets)
    return [table for table in found if table]


def _format(tables: list[Table]) -> str:
    if any("观看" in header for table in tables for header in (table.sheet.name, *table.headers)):
        return "tencent_webinar"
    old = all(table.header_row == 1 for table in tables)
    return "tencent_meeting_v1" if old else "tencent_meeting_v2"


def _rows(table: Table, notices: list[Notice]) -> list[MeetingRow]:
    rows, footers = [], []
    for row in table.below:
        joined, left = table.cell(row, "joined"), table.cell(row, "left")
        if is_footer(row, timed=cell_moment(joined) is not None):
            footers.append(row.number)
        else:
            rows.append(_row(table, row, joined, left))
    if footers:
        notices.append(Notice("footer", tuple(footers), {"sheet": table.sheet.name}))
    return rows


def _row(table: Table, row: Row, joined, left) -> MeetingRow:
    there = stay(joined, left)
    given = table.text(row, "name")
    nickname, origin = split_name(given)
    role = table.text(row, "role")
    real = "" if is_blank(table.cell(row, "real")) else table.text(row, "real")
    several = "first" in table.columns and table.text(row, "times") != "1"
    return MeetingRow(
        row=row.number,
        sheet=table.sheet.name,
        name_as_given=given,
        nickname=nickname,
        origin_name=origin,
        names=(real, given) if real else (),
        joined_at=there.joined_at,
        left_at=there.left_at,
        seconds_claimed=None if there.problem else cell_seconds(table.cell(row, "seconds"), fraction=True),
        role=role,
        host=is_host(role),
        phone=table.text(row, "phone"),
        email=table.text(row, "email"),
        flags=("first_last_only",) if several and there.joined_at else (),
        problem=there.problem,
        raw=raw(table.headers, row),
    )


@dataclass(frozen=True)
class _Span:
    first: dt.datetime | None
    last: dt.datetime | None
    role: str

    def holds(self, moment: dt.datetime | None) -> bool:
        return bool(moment and self.first and self.first <= moment and (not self.last or moment <= self.last))


class _Roles:
    """Who was what, by the name as it stands in the summary; where one name has two roles, by the time
    too."""

    def __init__(self, summed: list[MeetingRow]) -> None:
        self.spans: dict[str, list[_Span]] = defaultdict(list)
        for row in summed:
            self.spans[row.name_as_given].append(_Span(row.joined_at, row.left_at, row.role))

    def give(self, row: MeetingRow, notices: list[Notice]) -> MeetingRow:
        spans = self.spans.get(row.name_as_given, [])
        if row.role or not spans:
            return row
        roles = {span.role for span in spans}
        if len(roles) > 1:
            same = {span.role for span in spans if (span.first, span.last) == (row.joined_at, row.left_at)}
            roles = same or {span.role for span in spans if span.holds(row.joined_at)}
        if len(roles) != 1:
            notices.append(Notice("role_unclear", (row.row,), {"name": row.name_as_given}))
            return row
        role = roles.pop()
        return replace(row, role=role, host=is_host(role))
