"""A record sheet: who did what, when. The paper sign-in sheet typed in, the list of another platform, the register of a case.

One row states one fact of one person about one activity; which fact it is follows from the activity's kind and from what
the row holds. Offices start in the middle: what happened before is brought in with such sheets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from yingzao.activities.enums import FactKind, KindKey
from yingzao.activities.models import Activity
from yingzao.activities.readers.plan import BadCell, cell_moment, cell_share, cell_text
from yingzao.core.errors import Refused
from yingzao.core.ports import Row, Sheet

COLUMNS = {
    "姓名": "name",
    "手机号": "phone",
    "手机": "phone",
    "联系电话": "phone",
    "电话": "phone",
    "所在社区": "community",
    "所在社区（单位）": "community",
    "社区": "community",
    "活动": "activity",
    "学习活动": "activity",
    "参访活动": "activity",
    "课程名称": "activity",
    "课程": "activity",
    "案例": "activity",
    "任务": "activity",
    "站点": "part",
    "环节": "part",
    "时间": "at",
    "签到时间": "at",
    "完成时间": "at",
    "阅读时间": "at",
    "提交时间": "at",
    "情况": "status",
    "学习进度": "progress",
    "进度": "progress",
    "心得": "reflection",
    "标题": "title",
    "正文": "text",
    "内容": "text",
    "附件": "attachment",
    "备注": "note",
}
DISCARDED = ("身份证号码", "身份证号", "来自IP")
PRESENT, EXCUSED, ABSENT = (
    ("签到", "到", "出席", "参加", "补签", "是"),
    ("请假",),
    ("缺席", "未到", "缺", "否"),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact that a row states of whoever it names, before it is known who that is."""

    activity: Activity
    fact: str
    happened_at: dt.datetime
    part: str = ""  # code
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordRow:
    number: int
    sheet: str
    cells: Mapping[str, str]
    name: str
    phone: str
    community: str
    stated: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class RecordProblem:
    row: int
    sheet: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Records:
    rows: tuple[RecordRow, ...]
    problems: tuple[RecordProblem, ...]


def read_records(sheets: Sequence[Sheet], activities: Sequence[Activity]) -> Records:
    """Every data row of every sheet with 姓名 and an activity or time column in its header.

    A row that cannot be understood is a problem and states nothing, but is kept all the same. `activities` come with
    their parts prefetched. Raises Refused where no sheet has such a header.
    """
    rows: list[RecordRow] = []
    problems: list[RecordProblem] = []
    found = False
    for sheet in sheets:
        for position, row in enumerate(sheet.rows[:15]):
            header = {cell_text(c): i for i, c in enumerate(row.cells) if cell_text(c)}
            columns = {COLUMNS[h]: i for h, i in reversed(header.items()) if h in COLUMNS}
            if "name" in columns and "activity" in columns and "at" in columns:
                found = True
                kept = {h: i for h, i in header.items() if h not in DISCARDED}
                for data in sheet.rows[position + 1 :]:
                    _read_row(sheet.name, data, kept, columns, activities, rows, problems)
                break
    if not found:
        raise Refused(
            _(
                "No records were found: a sheet needs a header row with 姓名, the activity (活动) and the time (时间)."
            ),
            code="no-records",
            field="file",
        )
    return Records(tuple(rows), tuple(problems))


def _read_row(
    sheet: str,
    row: Row,
    header: Mapping[str, int],
    columns: Mapping[str, int],
    activities: Sequence[Activity],
    rows: list[RecordRow],
    problems: list[RecordProblem],
) -> None:
    cells = {f: row.cells[i] for f, i in columns.items() if i < len(row.cells)}
    name = "".join(cell_text(cells.get("name")).split())
    if not name and cell_text(cells.get("activity")):
        problems.append(RecordProblem(row.number, sheet, _("The name is missing.")))
    if not name or name in ("合计", "总计", "小计") or name.startswith("注"):
        return
    try:
        stated = _stated(cells, row.number, activities)
    except BadCell as bad:
        problems.append(RecordProblem(row.number, sheet, bad.sentence))
        stated = ()
    rows.append(
        RecordRow(
            number=row.number,
            sheet=sheet,
            cells={h: cell_text(row.cells[i]) for h, i in header.items() if i < len(row.cells)},
            name=name,
            phone=cell_text(cells.get("phone")),
            community=cell_text(cells.get("community")),
            stated=stated,
        )
    )


def _stated(cells: Mapping[str, Any], number: int, activities: Sequence[Activity]) -> tuple[Stated, ...]:
    activity = _activity(cell_text(cells.get("activity")), number, activities)
    status = cell_text(cells.get("status"))
    if status in ABSENT:
        return ()
    at = cell_moment(cells.get("at"), number)
    if status in EXCUSED:
        moment = at or activity.starts_at
        if moment is None:
            raise BadCell(number, _("The time is missing."))
        return (
            Stated(
                activity, FactKind.EXCUSED, moment, "", {"reason": cell_text(cells.get("note")) or status}
            ),
        )
    if status and status not in PRESENT:
        raise BadCell(number, _("“%(word)s” is not known: write 签到, 请假 or 缺席.") % {"word": status})
    if at is None:
        if activity.kind in (KindKey.CASE, KindKey.COURSE, KindKey.PRACTICE):
            return ()  # listed, but did not do it
        raise BadCell(number, _("The time is missing."))
    match activity.kind:
        case KindKey.VISIT:
            return (Stated(activity, FactKind.CHECKED_IN, at, _part(activity, cells, number)),)
        case KindKey.COURSE:
            progress = cell_share(cells.get("progress"), number)
            return (
                Stated(
                    activity,
                    FactKind.IMPORTED,
                    at,
                    "",
                    {"progress": str(progress if progress is not None else 1)},
                ),
            )
        case KindKey.CASE:
            text = cell_text(cells.get("reflection")) or cell_text(cells.get("text"))
            if not text:
                return (Stated(activity, FactKind.READ, at),)
            detail = {"text": text, "characters": len("".join(text.split()))}
            return (Stated(activity, FactKind.REFLECTED, at, "", detail),)
        case KindKey.PRACTICE:
            text = cell_text(cells.get("text"))
            detail = {
                "title": cell_text(cells.get("title")),
                "text": text,
                "characters": len("".join(text.split())),
                "attachment": cell_text(cells.get("attachment")),
            }
            return (Stated(activity, FactKind.HANDED_IN, at, "", detail),)
    return (Stated(activity, FactKind.CONFIRMED, at),)


def _activity(wanted: str, number: int, activities: Sequence[Activity]) -> Activity:
    """The activity of that name; its short name will do when no other bears it."""
    if not wanted:
        raise BadCell(number, _("The activity is missing."))
    found = [a for a in activities if a.title == wanted] or [a for a in activities if a.short_title == wanted]
    if not found:
        raise BadCell(
            number, _("There is no activity called “%(name)s” in this programme.") % {"name": wanted[:120]}
        )
    if len(found) > 1:
        raise BadCell(number, _("Several activities are called “%(name)s”.") % {"name": wanted})
    return found[0]


def _part(activity: Activity, cells: Mapping[str, Any], number: int) -> str:
    wanted = cell_text(cells.get("part"))
    for part in activity.parts.all():
        if part.title == wanted:
            return part.code
    raise BadCell(number, _("The visit has no stop called “%(name)s”.") % {"name": wanted[:120]})
