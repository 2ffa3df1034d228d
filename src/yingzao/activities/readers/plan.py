"""A programme plan as a sheet: one row an activity, further rows for its parts. Values in, values out, nothing written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from yingzao.activities.enums import KindKey
from yingzao.core.clock import SHANGHAI, end_of
from yingzao.core.errors import Refused
from yingzao.core.ports import Row, Sheet

KIND_WORDS = {
    "直播课": KindKey.LIVE,
    "直播": KindKey.LIVE,
    "在线课程": KindKey.COURSE,
    "自学课程": KindKey.COURSE,
    "案例推送": KindKey.CASE,
    "案例": KindKey.CASE,
    "参访": KindKey.VISIT,
    "实践任务": KindKey.PRACTICE,
    "实践": KindKey.PRACTICE,
}
COLUMNS = {
    "类别": "kind",
    "名称": "title",
    "简称": "short_title",
    "环节/站点": "part",
    "环节": "part",
    "站点": "part",
    "开始": "starts_at",
    "结束": "ends_at",
    "截止日期": "due_on",
    "阶段": "stage",
    "最低出勤比例": "min_share",
    "最低完成进度": "min_progress",
    "最少签到站点": "min_stops",
    "心得字数": "reflection_characters",
    "成果字数": "characters",
    "照片数": "photos",
    "地点/社区": "place",
    "地点": "place",
    "讲师": "teacher",
    "会议号/链接": "link",
    "材料": "material",
    "权重": "weight",
    "学时": "hours",
    "说明": "description",
}
RULE_FIELDS = {
    KindKey.LIVE: ("min_share",),
    KindKey.COURSE: ("min_progress",),
    KindKey.CASE: ("reflection_characters",),
    KindKey.VISIT: ("min_stops",),
    KindKey.PRACTICE: ("characters", "photos"),
}
COUNTS = {"min_stops", "reflection_characters", "characters", "photos"}


@dataclass(frozen=True, slots=True)
class PlannedPart:
    title: str
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PlannedActivity:
    row: int
    kind: str
    title: str
    short_title: str
    stage: str
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    due_at: dt.datetime | None
    weight: Decimal
    hours: Decimal | None
    description: str
    rule: Mapping[str, Any]
    parts: tuple[PlannedPart, ...]
    rows: tuple[Mapping[str, str], ...]  # field → text of each of its rows, for the kind


@dataclass(frozen=True, slots=True)
class PlanProblem:
    row: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    activities: tuple[PlannedActivity, ...]
    problems: tuple[PlanProblem, ...] = field(default=())


def read_plan(sheets: Sequence[Sheet]) -> Plan:
    """The activities of the sheet that has 类别 and 名称 in its header. Raises Refused where there is none.

    Rows of one kind with the same title are the parts of one activity. A row that cannot be taken is a problem with
    its number as Excel shows it; the others are read all the same.
    """
    for sheet in sheets:
        for position, row in enumerate(sheet.rows[:15]):
            header = {cell_text(c): i for i, c in enumerate(row.cells) if cell_text(c)}
            if "类别" in header and "名称" in header:
                columns = {COLUMNS[h]: i for h, i in header.items() if h in COLUMNS}
                return _read_rows(sheet.rows[position + 1 :], columns)
    raise Refused(
        _("No plan was found: a sheet needs a header row with 类别 and 名称."), code="no-plan", field="file"
    )


def _read_rows(rows: Sequence[Row], columns: Mapping[str, int]) -> Plan:
    problems: list[PlanProblem] = []
    groups: dict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = {}
    for row in rows:
        cells = {f: row.cells[i] for f, i in columns.items() if i < len(row.cells)}
        word, title = cell_text(cells.get("kind")), cell_text(cells.get("title"))
        if not word and not title:
            continue
        if word not in KIND_WORDS:
            problems.append(
                PlanProblem(row.number, _("“%(word)s” is not a kind of activity.") % {"word": word})
            )
        elif not title:
            problems.append(PlanProblem(row.number, _("The name is missing.")))
        else:
            groups.setdefault((KIND_WORDS[word], title), []).append((row.number, cells))
    activities = []
    for (kind, title), members in groups.items():
        try:
            activities.append(_activity(kind, title, members))
        except BadCell as bad:
            problems.append(PlanProblem(bad.row, bad.sentence))
    return Plan(tuple(activities), tuple(sorted(problems, key=lambda p: p.row)))


class BadCell(Exception):
    """A cell that cannot be taken, with the row as Excel shows it and a sentence about it."""

    def __init__(self, row: int, sentence: str) -> None:
        self.row, self.sentence = row, sentence


def _activity(kind: str, title: str, members: Sequence[tuple[int, dict[str, Any]]]) -> PlannedActivity:
    number, first = members[0]
    times = [(cell_moment(c.get("starts_at"), n), cell_moment(c.get("ends_at"), n)) for n, c in members]
    for (row, _cells), (start, end) in zip(members, times, strict=True):
        if start and end and end <= start:
            raise BadCell(row, _("It ends before it starts."))
    due = cell_moment(first.get("due_on"), number)
    rule: dict[str, Any] = {}
    for name in RULE_FIELDS[KindKey(kind)]:
        value = cell_number(first.get(name), number)
        if value is not None:
            rule[name] = int(value) if name in COUNTS else str(value)
    return PlannedActivity(
        row=number,
        kind=kind,
        title=title,
        short_title=cell_text(first.get("short_title"))[:20],
        stage=cell_text(first.get("stage")),
        starts_at=min((s for s, _e in times if s), default=None),
        ends_at=max((e for _s, e in times if e), default=None),
        due_at=end_of(due.astimezone(SHANGHAI).date()) if due else None,
        weight=cell_number(first.get("weight"), number) or Decimal(1),
        hours=cell_number(first.get("hours"), number),
        description=cell_text(first.get("description")),
        rule=rule,
        parts=tuple(
            PlannedPart(cell_text(c.get("part")), start, end)
            for (_n, c), (start, end) in zip(members, times, strict=True)
            if cell_text(c.get("part"))
        ),
        rows=tuple({f: cell_text(v) for f, v in c.items()} for _n, c in members),
    )


def cell_text(value: Any) -> str:
    """A cell as text: 85.0 is 85, None is nothing."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def cell_moment(value: Any, row: int) -> dt.datetime | None:
    """A cell as a moment in Shanghai, None where it is empty. Raises BadCell for anything else."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time.min, tzinfo=SHANGHAI)
    text = cell_text(value)
    if not text:
        return None
    for form in (
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%d %H:%M",
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y年%m月%d日",
    ):
        try:
            return dt.datetime.strptime(text, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    raise BadCell(row, _("“%(text)s” is not a date.") % {"text": text})


def cell_number(value: Any, row: int) -> Decimal | None:
    """A cell as a number of 0 or more (85% is 0.85), None where it is empty. Raises BadCell for anything else."""
    text = cell_text(value)
    if not text:
        return None
    try:
        number = Decimal(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        raise BadCell(row, _("“%(text)s” is not a number.") % {"text": text}) from None
    if not number.is_finite() or number < 0:
        raise BadCell(row, _("“%(text)s” is not a number.") % {"text": text})
    return number.normalize() if number else Decimal(0)
