"""The list of who has finished a course on another platform. No platform has one format: columns are told by words that
come with the question, or by a person; figures are read as they may be written, and what is vague is not guessed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from yingzao.core.masking import has_identity_number, without_identity_numbers
from yingzao.core.ports import Cell, CompletionLayout, CompletionRow, CompletionWords, Notice, Row, Sheet
from yingzao.integrations.tables.cells import (
    cell_seconds,
    cell_text,
    header_text,
    is_blank,
    machine_moment,
)
from yingzao.integrations.tables.headers import PERSON, best_columns, is_discarded, raw

FIELDS = (
    "name", "nickname", "phone", "community", "code", "email", "course", "lesson", "progress", "status", "minutes",
    "finished", "studied", "score",
)  # fmt: skip
WITHIN = 15
SAMPLE = 60
_SPREAD = frozenset({"name", "nickname", "phone", "community", "code", "email", "course"})
_FOOTER = re.compile(
    r"(?:合计|总计|共计|小计|总人数|平均)(?:$|[：:\s\d共])|共\s*\d+\s*(?:人|条|行)|"
    r"(?:注|备注|说明|导出时间|导出人|统计时间|填表人|制表人?|数据来源)\s*[:：]"
)
_NO_NAME = re.compile(r"[=+@#]|[\W\d_]*$", re.DOTALL)  # a formula or its error, or no letter at all
_UNITS = ((re.compile(r"秒|sec"), 1), (re.compile(r"小时|hour"), 3600))
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％﹪]")
_BARE = re.compile(r"\d+(?:\.\d+)?")
_PARTS = re.compile(
    r"(?:已学|已完成|完成)?\s*(\d{1,4})\s*(?:节课?|课时|个|讲|章|集)?\s*[/／]\s*(?:共)?\s*(\d{1,4})\s*(?:节课?|课时|个|讲|章|集)?"
)
_SCORE = re.compile(r"(\d+(?:\.\d+)?)\s*分?(?:\s*[/／]\s*\d+(?:\.\d+)?\s*分?)?")


class SheetCompletions:
    """The `CompletionReader` of the embedded instance."""

    fields = FIELDS

    def cleaned(self, sheets: Sequence[Sheet], words: CompletionWords) -> tuple[Sheet, ...]:
        return tuple(_clean(sheet, words) for sheet in sheets)

    def propose(self, sheet: Sheet, words: CompletionWords) -> CompletionLayout:
        """The first of the top rows that names the most."""
        top = [row.number for row in sheet.rows if row.number <= WITHIN]
        layouts = [self.under(sheet, number, words) for number in top] or [self.under(sheet, 0, words)]
        return max(layouts, key=lambda layout: (not layout.lacking, len(layout.mapping)))

    def under(self, sheet: Sheet, header_row: int, words: CompletionWords) -> CompletionLayout:
        header = next((row for row in sheet.rows if row.number == header_row), None)
        below = [row for row in sheet.rows if header is None or row.number > header.number]
        known = _words(words)
        lines = _lines(sheet, header, known) if header else []
        width = max([len(lines), *(len(row.cells) for row in below[:SAMPLE])])
        lines += [("",)] * (width - len(lines))
        headers = tuple("/".join(dict.fromkeys(filter(None, reversed(line)))) for line in lines)
        discarded = tuple(
            column
            for column, line in enumerate(lines)
            if any(map(is_discarded, (*line, "".join(reversed(line)))))
            or _holds_identity_numbers(column, below)
        )
        named = _named(lines, known, set(discarded))
        mapping = {column: field for field, column in sorted(named.items(), key=lambda pair: pair[1])}
        return CompletionLayout(sheet.name, header.number if header else 0, headers, mapping, discarded)

    def shown(
        self, sheet: Sheet, layout: CompletionLayout, n: int
    ) -> tuple[tuple[int, tuple[str, ...]], ...]:
        below = [row for row in sheet.rows if row.number > layout.header_row][:n]
        return tuple((row.number, tuple(_shown(layout, row))) for row in below)

    def read(
        self, sheet: Sheet, layout: CompletionLayout, words: CompletionWords
    ) -> tuple[CompletionRow, ...]:
        below = [row for row in _spread(sheet, layout) if row.number > layout.header_row]
        rows = [cells for row in below if not _is_footer(cells := _Cells(layout, row))]
        as_percent = _counts_in_percent(rows)
        states = {_plain(w): True for w in words.finished} | {_plain(w): False for w in words.unfinished}
        read = (_row(cells, states, as_percent=as_percent) for cells in rows)
        return tuple(row for row in read if row is not None)


def _words(words: CompletionWords) -> dict[str, tuple[str, ...]]:
    """Spellings as headers are compared, those of persons known everywhere behind those that were given."""
    given = {field: tuple(map(header_text, words.fields.get(field, ()))) for field in FIELDS}
    taken = {word for ordered in given.values() for word in ordered}
    for field, ordered in PERSON.items():
        given[field] += tuple(word for word in ordered if word not in taken)
    return given


# The header


def _lines(sheet: Sheet, header: Row, known: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The header of each column: its own word, then that of a merged cell, or of a known word, in the row above."""
    own = [cell_text(cell) for cell in header.cells]
    above = next((row for row in sheet.rows if row.number == header.number - 1), None)
    if above is None:
        return [(text,) for text in own]
    upper = [cell_text(cell) for cell in above.cells]
    own += [""] * (len(upper) - len(own))
    upper += [""] * (len(own) - len(upper))
    words = {word for ordered in known.values() for word in ordered}
    for top, left, bottom, right in sheet.merged:
        if top == above.number and right - left + 1 < len(own) and left < len(own):
            upper[left : right + 1] = [upper[left]] * len(upper[left : right + 1])
        elif top < above.number <= bottom and bottom >= header.number:
            first = next((r for r in sheet.rows if r.number == top), None)
            if first and left < len(first.cells) and left < len(own):
                upper[left] = cell_text(first.cells[left])
    lines: list[tuple[str, ...]] = []
    for column, (low, up) in enumerate(zip(own, upper, strict=True)):
        spans = any(
            top <= above.number and bottom >= header.number and left <= column <= right
            for top, left, bottom, right in sheet.merged
        )
        groups = any(
            top == above.number == bottom and left <= column <= right and 0 < right - left < len(own) - 1
            for top, left, bottom, right in sheet.merged
        )
        if not low and up and (spans or header_text(up) in words):
            lines.append((up,))
        elif low and up and groups:
            lines.append((low, up))
        else:
            lines.append((low,))
    return lines


def _named(
    lines: Sequence[tuple[str, ...]], known: Mapping[str, Sequence[str]], discarded: set[int]
) -> dict[str, int]:
    """Field → column by the inner word; where that is not known, by the group's word and it together."""
    inner = ["" if column in discarded else line[0] for column, line in enumerate(lines)]
    named = best_columns(inner, known)
    joined = [
        "" if column in discarded or column in named.values() or len(line) < 2 else "".join(reversed(line))
        for column, line in enumerate(lines)
    ]
    return best_columns(joined, known) | named


def _holds_identity_numbers(column: int, rows: Sequence[Row]) -> bool:
    texts = [
        text for r in rows[:SAMPLE] if column < len(r.cells) and (text := cell_text(r.cells[column])) != ""
    ]
    return bool(texts) and 2 * sum(map(_was_identity_number, texts)) >= len(texts)


def _was_identity_number(text: str) -> bool:
    return text == "****" or has_identity_number(text)


def _shown(layout: CompletionLayout, row: Row) -> Iterator[str]:
    for column, cell in enumerate(row.cells[: len(layout.headers)]):
        yield "" if column in layout.discarded else without_identity_numbers(cell_text(cell))


# What is never kept


def _clean(sheet: Sheet, words: CompletionWords) -> Sheet:
    layout = SheetCompletions().propose(sheet, words)
    gone = set(layout.discarded)
    rows = tuple(
        Row(row.number, _clean_cells(row, gone if row.number > layout.header_row else set()))
        for row in sheet.rows
    )
    return replace(sheet, rows=rows) if rows != sheet.rows else sheet


def _clean_cells(row: Row, gone: set[int]) -> tuple[Cell, ...]:
    cells = tuple(_clean_cell(cell, is_gone=column in gone) for column, cell in enumerate(row.cells))
    return row.cells if cells == row.cells else cells


def _clean_cell(cell: Cell, *, is_gone: bool) -> Cell:
    if is_gone:
        return None
    text = cell_text(cell)
    return without_identity_numbers(text) if has_identity_number(text) else cell


# Rows


@dataclass(frozen=True)
class _Cells:
    layout: CompletionLayout
    row: Row

    def cell(self, field: str) -> Cell:
        """The first cell of the field that says something."""
        columns = [column for column, meant in self.layout.mapping.items() if meant == field]
        values = [self.row.cells[column] for column in columns if column < len(self.row.cells)]
        return next((value for value in values if not is_blank(value)), None)

    def text(self, field: str) -> str:
        return without_identity_numbers(cell_text(self.cell(field)))

    def header(self, field: str) -> str:
        column = next((column for column, meant in self.layout.mapping.items() if meant == field), -1)
        return self.layout.headers[column] if 0 <= column < len(self.layout.headers) else ""


def _spread(sheet: Sheet, layout: CompletionLayout) -> list[Row]:
    """The rows with what a merged cell says of a person in each row that it spans."""
    columns = {column for column, field in layout.mapping.items() if field in _SPREAD}
    rows = {row.number: row for row in sheet.rows}
    for top, left, bottom, _right in sheet.merged:
        first = rows.get(top)
        if left not in columns or top <= layout.header_row or first is None or left >= len(first.cells):
            continue
        for number in range(top + 1, min(bottom, max(rows)) + 1):
            if (row := rows.get(number)) and (left >= len(row.cells) or is_blank(row.cells[left])):
                cells = [*row.cells, *[None] * (left + 1 - len(row.cells))]
                cells[left] = first.cells[left]
                rows[number] = Row(number, tuple(cells))
    return [rows[row.number] for row in sheet.rows]


def _is_footer(cells: _Cells) -> bool:
    first = next((text for cell in cells.row.cells if (text := cell_text(cell))), "")
    return bool(_FOOTER.match(first)) and not cells.text("phone")


def _row(cells: _Cells, states: Mapping[str, bool], *, as_percent: bool) -> CompletionRow | None:
    """None for a row that names nobody and tells of nothing."""
    name = " ".join((cells.text("name") or cells.text("nickname")).split())
    row = CompletionRow(
        row=cells.row.number,
        sheet=cells.layout.sheet,
        name=name[:200],
        phone=cells.text("phone")[:60],
        email=cells.text("email")[:200],
        community=cells.text("community")[:200],
        code=cells.text("code")[:60],
        course=" ".join(cells.text("course").split())[:300],
        lesson=" ".join(cells.text("lesson").split())[:300],
        raw=raw(cells.layout.headers, cells.row),
    )
    told = [cells.text(field) for field in ("progress", "status", "finished", "studied", "minutes", "score")]
    if not (name or row.phone or row.code or row.email):
        return replace(row, problem=Notice("no_person")) if any(told) else None
    if name and _NO_NAME.match(name):
        return replace(row, problem=_given("not_a_name", name))
    for read in (_with_progress, _with_times, _with_extras):
        row = read(row, cells, states, as_percent)
        if row.problem:
            return replace(row, progress=None)
    return row


def _given(code: str, text: str) -> Notice:
    return Notice(code, data={"given": text[:60]})


def _with_progress(
    row: CompletionRow, cells: _Cells, states: Mapping[str, bool], as_percent: bool
) -> CompletionRow:
    """The figure counts where there is one; else the state, which knows all or nothing."""
    value, word = cells.cell("progress"), _plain(cells.text("status"))
    by_word = states.get(word)
    if value is not None:
        found = _share(value, as_percent=as_percent)
        if isinstance(found, str):
            by_figure = states.get(_plain(cell_text(value)))
            if by_figure is None:
                return replace(row, problem=_given(found, cell_text(value)))
            return replace(row, progress=Fraction(1) if by_figure else None)
        differs = word and by_word is not None and by_word != (found == 1)
        notes = (*row.notes, _given("status_differs", cells.text("status"))) if differs else row.notes
        return replace(row, progress=found, notes=notes)
    if word:
        if by_word is None:
            by_number = _share(cells.cell("status"), as_percent=False)
            if isinstance(by_number, Fraction):
                return replace(row, progress=by_number)
            return replace(row, problem=_given("bad_status", cells.text("status")))
        return replace(row, progress=Fraction(1) if by_word else None)
    named = set(cells.layout.mapping.values())
    if not named & {"progress", "status"} and cells.cell("finished") is not None:
        return replace(row, progress=Fraction(1))
    return row


def _with_times(
    row: CompletionRow, cells: _Cells, _states: Mapping[str, bool], _as_percent: bool
) -> CompletionRow:
    for field, attribute in (("finished", "finished_at"), ("studied", "studied_at")):
        value = cells.cell(field)
        if value is None:
            continue
        moment = machine_moment(value)
        if moment is None:
            return replace(row, problem=_given("bad_time", cell_text(value)))
        row = replace(row, **{attribute: moment})  # type: ignore[arg-type]
    return row


def _with_extras(
    row: CompletionRow, cells: _Cells, _states: Mapping[str, bool], _as_percent: bool
) -> CompletionRow:
    value = cells.cell("minutes")
    if value is not None:
        header = cells.header("minutes").lower()
        unit = next((unit for words, unit in _UNITS if words.search(header)), 60)
        seconds = cell_seconds(value, unit=unit, fraction=True)
        if seconds is None or seconds > 10_000 * 3600:
            row = replace(row, notes=(*row.notes, _given("bad_length", cell_text(value))))
        else:
            row = replace(row, minutes=seconds // 60)
    if text := cells.text("score"):
        found = _SCORE.fullmatch(text)
        if found is None or len(found[1]) > 12:
            return replace(row, notes=(*row.notes, _given("bad_score", text)))
        score = found[1]
        row = replace(row, score=score.rstrip("0").rstrip(".") if "." in score else score)
    return row


# Figures


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _counts_in_percent(rows: Sequence[_Cells]) -> bool:
    """Whether bare numbers of the list are percents: one of them is more than the whole."""
    return any(
        number is not None and number > 1 for number in (_bare(cells.cell("progress")) for cells in rows)
    )


def _bare(value: Cell) -> Fraction | None:
    text = cell_text(value)
    return Fraction(text) if len(text) <= 20 and _BARE.fullmatch(text) else None


def _share(value: Cell, *, as_percent: bool) -> Fraction | str:
    """A share from 0 to 1, or the code of what is wrong: "85%", "17/20 节", 0.85, 85.

    A bare number of at most 1 is vague where others of the list are percents: 0.85 may be either.
    """
    text = cell_text(value)
    if len(text) > 40:
        return "bad_progress"
    if found := _PERCENT.fullmatch(text):
        share = Fraction(found[1]) / 100
    elif found := _PARTS.fullmatch(text):
        if not int(found[2]):
            return "bad_progress"
        share = Fraction(int(found[1]), int(found[2]))
    elif (number := _bare(value)) is not None:
        if as_percent and 0 < number <= 1:
            return "vague_progress"
        share = number / 100 if as_percent else number
    else:
        return "bad_progress"
    return share if share <= 1 else "over_progress"
