"""A programme plan as a sheet: one row an activity, further rows for its parts. Values in, values out, nothing written."""

from __future__ import annotations

import datetime as dt
import re
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
    "日期": "day",
    "开始": "starts_at",
    "结束": "ends_at",
    "截止日期": "due_on",
    "阶段": "stage",
    "最低出勤比例": "min_share",
    "最低出勤分钟": "min_minutes",
    "迟到分钟": "late_after",
    "早退分钟": "early_before",
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
    KindKey.LIVE: ("min_share", "min_minutes", "late_after", "early_before"),
    KindKey.COURSE: ("min_progress",),
    KindKey.CASE: ("reflection_characters",),
    KindKey.VISIT: ("min_stops", "late_after", "early_before"),
    KindKey.PRACTICE: ("characters", "photos"),
}
COUNTS = {
    "min_minutes": 1440,
    "late_after": 600,
    "early_before": 600,
    "min_stops": 100,
    "reflection_characters": 20_000,
    "characters": 50_000,
    "photos": 20,
}  # at most
SHARES = {"min_share", "min_progress"}
LONGEST = {
    "名称": ("title", 120),
    "环节": ("part", 120),
    "讲师": ("teacher", 60),
    "地点": ("place", 120),
    "会议号/链接": ("link", 500),
}
YEARS = range(2000, 2100)
CENT = Decimal("0.01")
LONGEST_COURSE = dt.timedelta(hours=24)


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
                PlanProblem(row.number, _("“%(word)s” is not a kind of activity.") % {"word": word[:40]})
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
    for row, cells in members:
        _require_lengths(row, cells)
    times = [_times(cells, row) for row, cells in members]
    for (row, _cells), (start, end) in zip(members, times, strict=True):
        if start and end and end <= start:
            raise BadCell(row, _("It ends before it starts."))
        if start and end and kind == KindKey.LIVE and end - start > LONGEST_COURSE:
            raise BadCell(row, _("A live course lasts 24 hours at most: look at the day."))
    seen: set[str] = set()
    for row, cells in members:
        part = cell_text(cells.get("part"))
        if part in seen:
            raise BadCell(row, _("The part “%(part)s” stands there twice.") % {"part": part})
        if part:
            seen.add(part)
    due = cell_moment(first.get("due_on"), number)
    weight = cell_number(first.get("weight"), number, most=1000)
    if weight is not None and weight < CENT:
        raise BadCell(number, _("The weight has to be above 0."))
    hours = cell_number(first.get("hours"), number, most=999)
    return PlannedActivity(
        row=number,
        kind=kind,
        title=title,
        short_title=cell_text(first.get("short_title"))[:20],
        stage=cell_text(first.get("stage")),
        starts_at=min((s for s, _e in times if s), default=None),
        ends_at=max((e for _s, e in times if e), default=None),
        due_at=end_of(due.astimezone(SHANGHAI).date()) if due else None,
        weight=Decimal(1) if weight is None else weight.quantize(CENT),
        hours=None if hours is None else hours.quantize(CENT),
        description=cell_text(first.get("description")),
        rule=_rule(kind, first, number),
        parts=tuple(
            PlannedPart(cell_text(c.get("part")), start, end)
            for (_n, c), (start, end) in zip(members, times, strict=True)
            if cell_text(c.get("part"))
        ),
        rows=tuple({f: cell_text(v) for f, v in c.items()} for _n, c in members),
    )


def _rule(kind: str, cells: Mapping[str, Any], row: int) -> dict[str, Any]:
    """What the sheet's columns ask; None where the column is there and the cell is empty."""
    rule: dict[str, Any] = {}
    for name in RULE_FIELDS[KindKey(kind)]:
        if name not in cells:
            continue
        if name in SHARES:
            share = cell_share(cells.get(name), row)
            if share is not None and not share:
                raise BadCell(
                    row, _("A share of 0 asks for nothing: leave the cell empty or write what is asked.")
                )
            rule[name] = None if share is None else str(share)
        else:
            count = cell_number(cells.get(name), row, most=COUNTS[name])
            if count is not None and count % 1:
                raise BadCell(row, _("“%(text)s” is not a whole number.") % {"text": count})
            rule[name] = None if count is None else int(count)
    return rule


def _require_lengths(row: int, cells: Mapping[str, Any]) -> None:
    for label, (name, longest) in LONGEST.items():
        if len(cell_text(cells.get(name))) > longest:
            raise BadCell(
                row,
                _("%(column)s is longer than %(count)d characters.") % {"column": label, "count": longest},
            )


def _times(cells: Mapping[str, Any], row: int) -> tuple[dt.datetime | None, dt.datetime | None]:
    """From when to when; a time alone is one of the row's 日期."""
    day = cell_moment(cells.get("day"), row)

    def at(name: str) -> dt.datetime | None:
        time = _time(cells.get(name))
        if time is None:
            return cell_moment(cells.get(name), row)
        if day is None:
            raise BadCell(
                row,
                _("“%(text)s” is a time without its day: write the day before it, or in a column 日期.")
                % {"text": f"{time:%H:%M}"},
            )
        return dt.datetime.combine(day.astimezone(SHANGHAI).date(), time, tzinfo=SHANGHAI)

    return at("starts_at"), at("ends_at")


def _time(value: Any) -> dt.time | None:
    """A cell that holds a time of the day and no day: as text, or as Excel keeps it."""
    if isinstance(value, dt.time):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.datetime):
        return value.time() if value.year < YEARS[0] else None
    found = re.fullmatch(r"([01]?\d|2[0-3])[:：]([0-5]\d)(?:[:：][0-5]\d)?", cell_text(value))
    return dt.time(int(found[1]), int(found[2])) if found else None


def cell_text(value: Any) -> str:
    """A cell as text: 85.0 is 85, None is nothing."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def cell_moment(value: Any, row: int) -> dt.datetime | None:
    """A cell as a moment in Shanghai, None where it is empty. Raises BadCell for anything else, and for a year that
    nobody means."""
    text = cell_text(value)
    if not text:
        return None
    moment = _moment(value, text)
    if moment is None or moment.year not in YEARS:
        raise BadCell(row, _("“%(text)s” is not a date.") % {"text": text[:40]})
    return moment


def _moment(value: Any, text: str) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time.min, tzinfo=SHANGHAI)
    plain = " ".join(
        re.sub(r"[年月/.]", "-", text).replace("日", " ").replace("T", " ").replace("：", ":").split()
    )
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
        try:
            return dt.datetime.strptime(plain, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    return None


def cell_share(value: Any, row: int) -> Decimal | None:
    """A cell as a share of 0 to 1; 85%, 85 and 0.85 are the same. Raises BadCell for anything else."""
    is_percent = cell_text(value).endswith("%")
    number = cell_number(value, row, most=1 if is_percent else 100)
    if number is not None and number > 1:
        number = (number / 100).normalize()
    return number


def cell_number(value: Any, row: int, *, most: int = 1_000_000) -> Decimal | None:
    """A cell as a number of 0 to `most` (85% is 0.85), None where it is empty. Raises BadCell for anything else."""
    text = cell_text(value)
    if not text:
        return None
    try:
        number = Decimal(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        raise BadCell(row, _("“%(text)s” is not a number.") % {"text": text[:40]}) from None
    if not number.is_finite() or number < 0:
        raise BadCell(row, _("“%(text)s” is not a number.") % {"text": text[:40]})
    if number > most:
        raise BadCell(row, _("“%(text)s” is more than %(most)d.") % {"text": text[:40], "most": most})
    return number.normalize() if number else Decimal(0)
