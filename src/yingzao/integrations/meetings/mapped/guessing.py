"""Which column is what: by its header where that is a known word, else by what its cells look like."""

import datetime as dt
import re
from collections.abc import Callable, Sequence

from yingzao.core.masking import has_identity_number
from yingzao.core.ports import Cell, MeetingLayout, Row, Sheet
from yingzao.integrations.tables.cells import cell_seconds, cell_text, is_blank, machine_moment
from yingzao.integrations.tables.headers import PERSON, best_columns, is_discarded

WORDS: dict[str, tuple[str, ...]] = {
    "name": (
        *PERSON["name"],
        "用户昵称(入会昵称)", "入会昵称", "用户昵称", "昵称", "用户名", "参会人", "参会者", "参会人员", "成员", "签到人", "与会者",
        "username", "nickname", "participant", "displayname",
    ),
    "phone": PERSON["phone"],
    "community": PERSON["community"],
    "code": ("学号", "学员编号", "学员号", "编号"),
    "email": (*PERSON["email"], "useremail"),
    "joined": (
        "入会时间", "加入时间", "进入时间", "签到时间", "首次入会时间", "首次进入时间", "首次加入时间", "到达时间", "到场时间",
        "上线时间", "进场时间", "开始时间", "签入时间", "时间", "签到", "打卡时间", "签名", "签字", "本人签名", "本人签字",
        "jointime", "join", "checkin", "checkintime", "starttime", "firstjoin",
    ),
    "left": (
        "退会时间", "离开时间", "退出时间", "签退时间", "最后退会时间", "最后离开时间", "离会时间", "离场时间", "下线时间",
        "结束时间", "签出时间", "签退",
        "leavetime", "leave", "checkout", "checkouttime", "endtime", "lastleave",
    ),
    "minutes": (
        "分钟", "分钟数", "时长(分钟)", "参会时长(分钟)", "观看时长(分钟)", "在线时长(分钟)", "学习时长(分钟)", "参会分钟", "时长(分)",
        "minutes", "duration(minutes)", "durationminutes",
    ),
    "seconds": (
        "秒数", "时长(秒)", "观看时长(秒)", "累计观看时长(秒)", "直播观看时长(秒)", "在线时长(秒)", "参会时长(秒)", "学习时长(秒)",
        "seconds", "duration(seconds)", "durationseconds",
    ),
    "duration": (
        "累计参会时长", "参会时长", "单次参会时长", "累计时长", "总时长", "在线时长", "观看时长", "直播观看时长", "累计观看时长", "学习时长",
        "时长", "听课时长", "参与时长", "停留时长", "总在线时长", "duration", "totalduration", "timeinsession",
    ),
    "status": (
        "出勤情况", "出勤状态", "考勤状态", "考勤情况", "考勤结果", "出勤", "考勤", "签到状态", "签到情况", "是否出勤", "是否到场", "是否参加",
        "是否签到", "到场情况", "参会状态", "参会情况", "到课情况", "状态",
        "status", "attendance",
    ),
    "role": ("身份", "角色", "参会角色", "成员身份", "role"),
}  # fmt: skip
FIELDS = tuple(WORDS)
# Too little said for a table that nobody looks at before it is read.
VAGUE = {"时间", "开始时间", "结束时间", "starttime", "endtime", "状态", "status"}
PLAIN_WORDS = {field: tuple(word for word in words if word not in VAGUE) for field, words in WORDS.items()}
_PERSON = ("name", "phone", "code", "email")
_STATED = ("joined", "left", "minutes", "seconds", "duration", "status")
WITHIN = 15
SAMPLE = 60
MOST = 0.8
_NAME = re.compile(r"[\u3400-\u9fff·]{2,4}|学员\d+|[\u3400-\u9fff\w-]{2,12}[(（][^()（）]{2,12}[)）]")
_PLACE = re.compile(r".+(?:社区|居委会|村委会|村|街道|镇|区|花园|中心)")
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_STATUS = re.compile(r"出勤|缺勤|出席|缺席|请假|已?签到|未签到?|迟到|早退|旷课|未?到场?|已到|√|×|✓|✗|是|否")
_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")


def propose(
    sheets: Sequence[Sheet], day: dt.date | None, *, by_contents: bool = True
) -> MeetingLayout | None:
    """The best layout over all sheets and the header rows that they may have."""
    found = [layout for sheet in sheets for layout in _layouts(sheet, day, by_contents=by_contents)]
    rows = {sheet.name: len(sheet.rows) for sheet in sheets}
    return max(found, key=lambda layout: (_worth(layout), rows[layout.sheet]), default=None)


def _worth(layout: MeetingLayout) -> tuple[bool, int]:
    """Who and whether they were there beats a header with more words."""
    named = set(layout.mapping.values())
    return bool(named & set(_STATED)), len(named)


def _layouts(sheet: Sheet, day: dt.date | None, *, by_contents: bool) -> list[MeetingLayout]:
    """A layout for each row that may be the header; where none has a known word, the first row, or no row at all."""
    top = [row for row in sheet.rows if row.number <= WITHIN]
    known = WORDS if by_contents else PLAIN_WORDS
    headed = [(index, words) for index, row in enumerate(top) if (words := best_columns(row.cells, known))]
    if not by_contents:
        found = [_layout(sheet, top[index], words, (), day) for index, words in headed]
    elif not headed:
        found = [_unheaded(sheet, top, day)]
    else:
        found = [
            _layout(sheet, top[index], words, sheet.rows[index + 1 :][:SAMPLE], day)
            for index, words in headed
        ]
    return [layout for layout in found if set(layout.mapping.values()) & set(_PERSON)]


def _unheaded(sheet: Sheet, top: Sequence[Row], day: dt.date | None) -> MeetingLayout:
    """No known word: the header is the first row of several cells, unless that is data already."""
    wide = (row for row in top if sum(not is_blank(cell) for cell in row.cells) > 1)
    header = next(wide, top[0] if top else None)
    bare = header is None or _is_data(header)
    below = [row for row in sheet.rows if header is None or row.number >= header.number + (not bare)][:SAMPLE]
    return _layout(sheet, None if bare else header, {}, below, day)


def under(sheet: Sheet, number: int, day: dt.date | None) -> MeetingLayout:
    """The layout with the header in that row; 0, and a row that is not there, is a table without one."""
    header = next((row for row in sheet.rows if row.number == number), None)
    below = [row for row in sheet.rows if header is None or row.number > number][:SAMPLE]
    return _layout(sheet, header, best_columns(header.cells, WORDS) if header else {}, below, day)


def _layout(
    sheet: Sheet, header: Row | None, words: dict[str, int], below: Sequence[Row], day: dt.date | None
) -> MeetingLayout:
    named = [cell_text(cell) for cell in header.cells] if header else []
    width = max([len(named), *(len(row.cells) for row in below)])
    headers = (*named, *[""] * (width - len(named)))
    discarded = tuple(
        column
        for column, text in enumerate(headers)
        if is_discarded(text) or _holds_identity_numbers(column, below)
    )
    columns = _with_contents(words, below, set(discarded))
    mapping = {column: field for field, column in sorted(columns.items(), key=lambda pair: pair[1])}
    return MeetingLayout(sheet.name, header.number if header else 0, headers, mapping, day, discarded)


def _holds_identity_numbers(column: int, rows: Sequence[Row]) -> bool:
    texts = [
        cell_text(r.cells[column]) for r in rows if column < len(r.cells) and not is_blank(r.cells[column])
    ]
    return 2 * sum(map(has_identity_number, texts)) >= max(len(texts), 1)


def _is_data(row: Row) -> bool:
    return any(machine_moment(cell) or _PHONE.fullmatch(cell_text(cell)) for cell in row.cells)


# Contents


def _with_contents(words: dict[str, int], below: Sequence[Row], discarded: set[int]) -> dict[str, int]:
    """`words`, and for what they leave open the columns whose cells look like it."""
    found = dict(words)
    width = max((len(row.cells) for row in below), default=0)
    free = [column for column in range(width) if column not in discarded and column not in found.values()]
    cells = {
        column: [v for row in below if column < len(row.cells) and not is_blank(v := row.cells[column])]
        for column in free
    }

    def take(field: str, looks: Callable[[Cell], bool]) -> int | None:
        for column in free:
            values = cells[column]
            if field not in found and values and sum(map(looks, values)) >= MOST * len(values):
                found[field] = column
                free.remove(column)
                return column
        return None

    if not set(found) & {"phone"}:
        take("phone", lambda value: bool(_PHONE.fullmatch(re.sub(r"[\s-]", "", cell_text(value)))))
    if "name" not in found:
        names = [
            c for c in free if len({cell_text(v) for v in cells[c]}) > len(cells[c]) / 2 or len(cells[c]) < 4
        ]
        free = [*names, *(c for c in free if c not in names)]
        take("name", _is_name)
        free.sort()
    if not set(found) & set(_STATED):
        first = take("joined", _is_moment)
        if first is not None:
            take("left", _is_moment)
        take(
            "duration",
            lambda value: (
                isinstance(value, str) and cell_seconds(value) is not None and not value.strip().isdecimal()
            ),
        )
        if not set(found) & set(_STATED):
            take("status", lambda value: bool(_STATUS.fullmatch(cell_text(value))))
    return found


def _is_name(value: Cell) -> bool:
    text = cell_text(value)
    return bool(_NAME.fullmatch(text)) and not _PLACE.fullmatch(text) and not _STATUS.fullmatch(text)


def _is_moment(value: Cell) -> bool:
    if isinstance(value, int):  # a bare whole number is an amount far more often than a day
        return False
    return machine_moment(value) is not None or bool(_CLOCK.fullmatch(cell_text(value)))
