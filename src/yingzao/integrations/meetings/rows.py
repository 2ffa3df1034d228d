"""What the readers of meeting exports share: names with brackets, stays, footers, blocks above the header."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yingzao.core.ports import Cell, Row, Sheet
from yingzao.integrations.tables.cells import NOTHING, cell_moment, cell_text, header_text

PAIRS = {")": "(", "）": "（", "】": "【", "]": "["}
STILL_THERE = {"--", "-", "—", "——", "仍在会中", "会议中", "未离开", "未退出", "未离会", "进行中"}
FOOTER = re.compile(
    r"(?:合计|总计|共计|小计|总人数|总时长|平均)|共\s*\d+\s*(?:人|条|行)|"
    r"(?:注|备注|说明|导出时间|导出人|统计时间|统计人|下载时间|生成时间|数据来源|以上数据)\s*[:：]|以上|本表|本数据"
)


def split_name(given: str) -> tuple[str, str]:
    """`nickname(name in the meeting)` at its last balanced pair of brackets; without one, the whole is the nickname.

    "学员02 (HUAWEI (2))" → ("学员02", "HUAWEI (2)"); "(noway)" → ("", "noway").
    """
    text = given.strip()
    if not text or text[-1] not in PAIRS:
        return text, ""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] in PAIRS:
            depth += 1
        elif text[index] in PAIRS.values():
            depth -= 1
            if depth == 0:
                return text[:index].strip(), text[index + 1 : -1].strip()
    return text, ""


@dataclass(frozen=True, slots=True)
class Stay:
    """A join and a leave as far as they can be read. `problem` among never_joined, unreadable_time, leave_before_join;
    with one of them there is no join, so that nobody is credited by a misread cell."""

    joined_at: dt.datetime | None = None
    left_at: dt.datetime | None = None
    problem: str = ""


def stay(joined: Cell, left: Cell) -> Stay:
    """`--` as leaving time is "still there when the file was made"; an empty cell is not."""
    if cell_text(joined) in NOTHING and cell_text(left) in NOTHING:
        return Stay(problem="never_joined")
    start, end = cell_moment(joined), cell_moment(left)
    if start is None or (end is None and cell_text(left) not in STILL_THERE):
        return Stay(problem="unreadable_time")
    if end is not None and end < start:
        return Stay(problem="leave_before_join")
    return Stay(start, end)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet seen through its header: where each field stands, and the rows under it."""

    sheet: Sheet
    header_row: int
    headers: list[str]
    columns: dict[str, int]
    above: tuple[Row, ...]
    below: tuple[Row, ...]

    def cell(self, row: Row, field: str) -> Cell:
        column = self.columns.get(field)
        return row.cells[column] if column is not None and column < len(row.cells) else None

    def text(self, row: Row, field: str) -> str:
        return cell_text(self.cell(row, field))


def open_table(
    sheet: Sheet, aliases: Mapping[str, Sequence[str]], needs: Iterable[str], *, within: int = 15
) -> Table | None:
    """The table under the first row that has all of `needs`; headers are compared without spaces and case."""
    for index, row in enumerate(sheet.rows):
        if row.number > within:
            return None
        headers = [header_text(cell) for cell in row.cells]
        columns = {}
        for field, words in aliases.items():
            column = next((headers.index(word) for word in words if word in headers), None)
            if column is not None:
                columns[field] = column
        if all(field in columns for field in needs):
            shown = [cell_text(cell) for cell in row.cells]
            below = _filled_down(sheet, _without_header(sheet.rows[index + 1 :], headers))
            return Table(sheet, row.number, shown, columns, sheet.rows[:index], below)
    return None


def _without_header(rows: Sequence[Row], headers: Sequence[str]) -> tuple[Row, ...]:
    """A header that stands again, at the top of a printed page, is no row."""
    first = next(column for column, header in enumerate(headers) if header)

    def again(row: Row) -> bool:
        return (
            len(row.cells) == len(headers)
            and header_text(row.cells[first]) == headers[first]
            and [header_text(cell) for cell in row.cells] == headers
        )

    return tuple(row for row in rows if not again(row))


def _filled_down(sheet: Sheet, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """A cell merged downwards stands in each of its rows: one name over two stays is the name of both."""
    at = {row.number: row.cells for row in rows} if sheet.merged else {}
    given: dict[int, dict[int, Cell]] = defaultdict(dict)
    for first, left, last, _right in sheet.merged:
        if first in at and left < len(at[first]):
            for number in range(first + 1, min(last, first + 5000) + 1):
                given[number][left] = at[first][left]
    return tuple(
        Row(
            row.number,
            tuple(given[row.number].get(n) if cell is None else cell for n, cell in enumerate(row.cells)),
        )
        if row.number in given
        else row
        for row in rows
    )


def labels(rows: Iterable[Row]) -> dict[str, str]:
    """`会议主题: | 值` lines: label without colon → value; the value may also follow the colon in the same cell."""
    found: dict[str, str] = {}
    for row in rows:
        texts = [text for cell in row.cells if (text := cell_text(cell))]
        if not texts:
            continue
        label, _, rest = texts[0].replace("：", ":", 1).partition(":")
        value = rest.strip() or (texts[1] if len(texts) > 1 else "")
        found.setdefault(label.strip(), value)
    return found


def is_footer(row: Row, *, timed: bool) -> bool:
    """A total or a note under the data: begins like one and states no time."""
    first = next((text for cell in row.cells if (text := cell_text(cell))), "")
    return not timed and bool(FOOTER.match(first))


_UNIT = re.compile(r".*(?:部|部门|科|室|办|办公室|组|班|营|队|公司|集团|全员|员工|专员|学员)")


def department_place(department: str) -> str:
    """What of a department may be a community: of 桂城街道-社工部-桂一社区 the first and the last. A unit of an office is no
    place, and would otherwise speak against everybody who works there."""
    pieces = re.split(r"[-—/\\,，、;；>\s]+", department)
    return " ".join(piece for piece in pieces if piece and not _UNIT.fullmatch(piece))


def is_host(role: str) -> bool:
    """主持人, 联席主持人 and their like; a speaker 嘉宾 or an ordinary participant 普通参会者 is none."""
    return "主持" in role or "host" in role.lower()
