"""The same export read for what was answered. Columns after the head are questions; a matrix has a column for each of its
lines ("2、请评价—内容"), a choice of several stands in one cell with ┋ between, or in a column for each option."""

import re
from collections.abc import Sequence

from yingzao.core.ports import NotAnswers, Sheet, SheetOut, SurveyColumn, SurveyRow, SurveyTable
from yingzao.integrations.meetings.rows import Table, is_footer
from yingzao.integrations.meetings.wjx.reader import (
    COLUMNS,
    UNSAID,
    answer_row,
    flag_superseded,
    open_answers,
    person_columns,
)
from yingzao.integrations.tables.cells import cell_moment, cell_seconds, cell_text, header_text
from yingzao.integrations.tables.headers import is_discarded

HEAD = {word for words in COLUMNS.values() for word in words}
HEAD |= {"来源", "来源详情", "总分", "总得分", "得分", "答题时长", "用户id", "昵称", "头像", "openid", "自定义字段", "省份", "城市"}  # fmt: skip
NUMBER = re.compile(r"^\s*(?:Q?\d+\s*[、..．)]|[一二三四五六七八九十]+、)\s*", re.IGNORECASE)
DASH = re.compile(r"\s*(?:——|—|--)\s*")
BRACKET = re.compile(r"^(.+?)\s*[(（]([^()（）]+)[)）]\s*$")
# Whatever may say who answered: without persons no such column is read, one too many rather than one too few.
PERSONAL = re.compile(
    r"姓名|名字|称呼|贵姓|电话|手机|微信|QQ|邮箱|邮件|e-?mail|身份证|证件|学号|工号|编号|联系|地址|社区|村居|单位|部门|签名|署名|出生|生日|name|phone",
    re.IGNORECASE,
)
PERSONAL_VALUE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|[\w.]+@[\w.]+\.\w+")


class WjxAnswers:
    format = "wjx"

    def read(self, sheets: Sequence[Sheet], *, persons: bool) -> SurveyTable:
        table = next((table for sheet in sheets if (table := open_answers(sheet))), None)
        if table is None:
            raise NotAnswers
        who = person_columns(table.headers)
        rows = [
            r for r in table.below if not is_footer(r, timed=cell_moment(table.cell(r, "sent")) is not None)
        ]
        if persons:
            return self._named(table, who, rows)
        columns = tuple(
            column
            for column in _questions(table, set(who.values()))
            if not PERSONAL.search(column.header) and not _names_persons(rows, column.index)
        )
        found = []
        for row in rows:
            sent = cell_moment(table.cell(row, "sent"))
            cells = {at: PERSONAL_VALUE.sub("***", text) for at, text in _cells(row, columns).items()}
            found.append(
                SurveyRow(
                    row=0,
                    sheet=table.sheet.name,
                    cells=cells,
                    sent_at=sent.replace(hour=0, minute=0, second=0, microsecond=0) if sent else None,
                    seconds=cell_seconds(table.cell(row, "took"), unit=1),
                    raw={c.header: cells[c.index] for c in columns if c.index in cells},
                )
            )
        return SurveyTable(self.format, columns, tuple(sorted(found, key=_by_what_it_says)))

    def _named(self, table: Table, who: dict[str, int], rows: Sequence) -> SurveyTable:
        columns = _questions(table, set(who.values()))
        told = flag_superseded([answer_row(table, row, who) for row in rows], who)
        found = [
            SurveyRow(
                row=row.number,
                sheet=table.sheet.name,
                cells=_cells(row, columns),
                sent_at=said.stated_at,
                seconds=cell_seconds(table.cell(row, "took"), unit=1),
                name=said.name_as_given,
                phone=said.phone,
                email=said.email,
                community=said.community,
                code=said.code,
                is_repeat="superseded" in said.flags,
                raw=said.raw,
            )
            for row, said in zip(rows, told, strict=True)
        ]
        persons = tuple(table.headers[column] for column in sorted(who.values()))
        return SurveyTable(self.format, columns, tuple(found), persons)

    def nameless(self, table: SurveyTable) -> SheetOut:
        rows = sorted(table.rows, key=_by_what_it_says)
        return SheetOut(
            name="答卷",
            header=["序号", "提交答卷时间", "所用时间", *(c.header for c in table.columns)],
            rows=[
                [
                    number,
                    row.sent_at.strftime("%Y/%m/%d") if row.sent_at else "",
                    f"{row.seconds}秒" if row.seconds is not None else "",
                    *(row.cells.get(c.index, "") for c in table.columns),
                ]
                for number, row in enumerate(rows, start=1)
            ],
            text_columns=frozenset(range(1, len(table.columns) + 3)),
        )


def _questions(table: Table, persons: set[int]) -> tuple[SurveyColumn, ...]:
    """The columns that are neither of the head nor of the person nor discarded; a header that stands twice is one more part."""
    found = []
    for index, header in enumerate(table.headers):
        if not header or index in persons or header_text(header) in HEAD or is_discarded(header):
            continue
        text = re.sub(r"[：:\s]+$", "", NUMBER.sub("", header))
        pieces = DASH.split(text, maxsplit=1)
        option = BRACKET.match(text)
        if len(pieces) == 2 and all(pieces):
            text, part = (re.sub(r"[：:\s]+$", "", piece) for piece in pieces)
        elif (
            option and sum(other.startswith(header[: header.rfind(option[2])]) for other in table.headers) > 1
        ):
            text, part = option[1], option[2]  # 4、喜欢的方式(线上), 4、喜欢的方式(线下)
        else:
            part = ""
        found.append(SurveyColumn(index, header, text, part))
    return tuple(found)


def _names_persons(rows: Sequence, column: int) -> bool:
    """Whether at least every second cell holds a telephone number, an address or the like."""
    texts = [text for row in rows if (text := _text(row, column))]
    return sum(bool(PERSONAL_VALUE.search(text)) for text in texts) * 2 > len(texts)


def _text(row, column: int) -> str:
    text = cell_text(row.cells[column]) if column < len(row.cells) else ""
    return "" if text in UNSAID else text


def _cells(row, columns: Sequence[SurveyColumn]) -> dict[int, str]:
    return {column.index: text for column in columns if (text := _text(row, column.index))}


def _by_what_it_says(row: SurveyRow) -> tuple:
    return (str(row.sent_at or ""), sorted(row.cells.items()), row.seconds or 0)
