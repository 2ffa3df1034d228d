"""序号 | 提交答卷时间 | 所用时间 | 来源 | 来源详情 | 来自IP | 总分, then the questions as they were asked.

Each row says that somebody answered at a moment, not that they were anywhere. Who it was is found by the question that
asks for it: "1、您的姓名：", "手机号码". A person's last answer counts; the ones before stay, flagged `superseded`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from yingzao.core.ports import Cell, MeetingReport, MeetingRow, NoOneToAsk, Notice, Row, Sheet
from yingzao.integrations.meetings.rows import Table, is_footer, open_table
from yingzao.integrations.tables.cells import cell_moment, cell_seconds, cell_text, is_blank
from yingzao.integrations.tables.headers import PERSON, best_columns, raw

COLUMNS = {
    "serial": ("序号",),
    "sent": ("提交答卷时间", "提交时间"),
    "took": ("所用时间", "答题时间", "用时"),
}
WHO = {
    "name": (*PERSON["name"], "您的名字", "姓名(必填)", "名字(实名)"),
    "phone": PERSON["phone"],
    "community": (*PERSON["community"], "社区(单位)", "所在社区或单位", "所属社区/单位", "社区名"),
    "code": ("学号", "学员编号", "学员号"),
    "email": PERSON["email"],
}
# A question in whose words the thing asked for stands, where no header is one of the above: "请问您怎么称呼（真实姓名）".
ASKED = {
    "name": re.compile(r"(?:真实|学员|您的|你的)姓名|姓名$|^姓名"),
    "phone": re.compile(r"手机号|联系电话|电话号码"),
    "community": re.compile(r"(?:所在|所属|工作)的?(?:社区|村居|单位)"),
}
_OTHER_PERSON = re.compile(r"紧急|联系人|推荐|讲师|老师|书记|负责人|居民|骨干|家属|父母|收货")
UNSAID = {"(空)", "（空）", "(跳过)", "（跳过）", "空", "跳过"}
NOBODY = {"匿名", "保密", "不填", "不便透露", "无名", "某某"}
TOO_FAST_SECONDS = 10
CERTAIN = 0.95


class WjxReader:
    format = "wjx"

    def recognise(self, sheets: Sequence[Sheet], name: str) -> float | None:
        return CERTAIN if any(open_answers(sheet) for sheet in sheets) else None

    def read(self, sheets: Sequence[Sheet], name: str) -> MeetingReport:
        """Every answer. Raises `NoOneToAsk` for a questionnaire without a question for name or phone."""
        table = next(table for sheet in sheets if (table := open_answers(sheet)))
        who = person_columns(table.headers)
        if not {"name", "phone"} & set(who):
            raise NoOneToAsk
        rows, footers = [], []
        for row in table.below:
            if is_footer(row, timed=cell_moment(table.cell(row, "sent")) is not None):
                footers.append(row.number)
            else:
                rows.append(answer_row(table, row, who))
        rows = flag_superseded(rows, who)
        notices = [Notice("footer", tuple(footers))] if footers else []
        for flag in ("superseded", "too_fast"):
            if flagged := tuple(row.row for row in rows if flag in row.flags):
                notices.append(Notice(f"answer_{flag}", flagged))
        return MeetingReport(format=self.format, rows=tuple(rows), warnings=tuple(notices), source="answers")


def open_answers(sheet: Sheet) -> Table | None:
    table = open_table(sheet, COLUMNS, ("serial", "sent", "took"))
    return replace(table, headers=[_one_line(header) for header in table.headers]) if table else None


def _one_line(header: str) -> str:
    return " ".join(header.split())


def person_columns(headers: Sequence[str]) -> dict[str, int]:
    """Field → column: by the words that headers are known by, else by what a question says."""
    found = best_columns(headers, WHO)
    for field, asked in ASKED.items():
        if field not in found:
            column = next(
                (
                    column
                    for column, header in enumerate(headers)
                    if asked.search(re.sub(r"[：:?？*\s]+$", "", header)) and not _OTHER_PERSON.search(header)
                ),
                None,
            )
            if column is not None:
                found[field] = column
    return found


def answer_row(table: Table, row: Row, who: Mapping[str, int]) -> MeetingRow:
    said = {field: said_in(row, column) for field, column in who.items()}
    sent = cell_moment(table.cell(row, "sent"))
    took = cell_seconds(table.cell(row, "took"), unit=1)
    shown = {header: text for header, text in raw(table.headers, row).items() if text not in UNSAID}
    return MeetingRow(
        row=row.number,
        sheet=table.sheet.name,
        name_as_given=said.get("name", ""),
        nickname=said.get("name", ""),
        phone=said.get("phone", ""),
        email=said.get("email", ""),
        community=said.get("community", ""),
        code=said.get("code", ""),
        stated_at=sent,
        flags=("too_fast",) if took is not None and took < TOO_FAST_SECONDS else (),
        problem="" if sent else "unreadable_time",
        raw=shown,
    )


def said_in(row: Row, column: int) -> str:
    value: Cell = row.cells[column] if column < len(row.cells) else None
    text = cell_text(value)
    return "" if is_blank(value) or text in UNSAID else text


# Repeated answers


def flag_superseded(rows: Sequence[MeetingRow], who: Mapping[str, int]) -> list[MeetingRow]:
    """The rows in their order; of answers under one key all but the last sent are flagged.

    Only what rows say of themselves is compared. Two people of one name are told apart by phone or community; where a
    row leaves both open though the questionnaire asks for them, it is nobody's repetition.
    """
    last: dict[tuple[str, ...], MeetingRow] = {}
    keys = [_keys(row, who) for row in rows]
    for row, own in zip(rows, keys, strict=True):
        for key in own:
            if row.stated_at and (key not in last or row.stated_at >= (last[key].stated_at or row.stated_at)):
                last[key] = row
    return [
        replace(row, flags=("superseded", *row.flags))
        if row.stated_at and any(_repeats(row, last[key]) for key in own)
        else row
        for row, own in zip(rows, keys, strict=True)
    ]


def _repeats(row: MeetingRow, later: MeetingRow) -> bool:
    """Whether `later` is another answer of the same person: of two phones, or two names, none is."""
    same_phone = not row.phone or not later.phone or _digits(row.phone) == _digits(later.phone)
    same_name = not row.name_as_given or not later.name_as_given or _plain(row) == _plain(later)
    return row is not later and same_phone and same_name


def _keys(row: MeetingRow, who: Mapping[str, int]) -> list[tuple[str, ...]]:
    name, phone, place = _plain(row), _digits(row.phone), _short(row.community)
    keys: list[tuple[str, ...]] = []
    if len(phone) == 11:
        keys.append(("phone", phone))
    if name and name not in NOBODY and place:
        keys.append(("place", name, place))
    if name and name not in NOBODY and not {"phone", "community"} & set(who):
        keys.append(("name", name))
    return keys


def _plain(row: MeetingRow) -> str:
    return "".join(row.name_as_given.split()).casefold()


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-11:]


def _short(community: str) -> str:
    return re.sub(r"(?:社区|居委会|村委会|村|居民委员会|村民委员会)+$", "", "".join(community.split()))
