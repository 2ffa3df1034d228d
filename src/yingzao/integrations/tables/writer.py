"""Sheets → .xlsx bytes that print well on A4 and run nothing."""

import datetime as dt
import io
import re
from collections.abc import Sequence
from contextlib import suppress

import xlsxwriter
from xlsxwriter.exceptions import OverlappingRange

from yingzao.core.masking import mask_phones_in
from yingzao.core.ports import Cell, Sheet, SheetOut

WIDEST, NARROWEST = 50, 6
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
    "remove_timezone": True,
    "default_date_format": "yyyy-mm-dd hh:mm",
}
LOOKS = {
    "title": {"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"},
    "header": {
        "bold": True,
        "bg_color": "#EDF2F0",
        "border": 1,
        "border_color": "#B8C4C0",
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
    "text": {"num_format": "@", "valign": "top", "text_wrap": True},
    "number": {"valign": "top"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "align": "left"},
}


class XlsxWriter:
    """The `TableWriter` of the embedded instance."""

    def write(self, sheets: Sequence[SheetOut]) -> bytes:
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, OPTIONS) as book:
            formats = {name: book.add_format(look) for name, look in LOOKS.items()}
            taken: set[str] = set()
            for sheet in sheets:
                _write_sheet(book.add_worksheet(sheet_name(sheet.name, taken)), sheet, formats)
        return buffer.getvalue()

    def copy(self, sheets: Sequence[Sheet]) -> bytes:
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, OPTIONS) as book:
            formats = {
                "number": book.add_format(),
                "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
                "text": book.add_format({"num_format": "@"}),
            }
            taken: set[str] = set()
            pages = [book.add_worksheet(sheet_name(sheet.name, taken)) for sheet in sheets]
            for page, sheet in zip(pages, sheets, strict=True):
                _copy_sheet(page, sheet, formats)
            seen = [page for page, sheet in zip(pages, sheets, strict=True) if not sheet.hidden]
            if seen:  # Excel opens no workbook whose first page to show is a hidden one
                seen[0].activate()
                seen[0].set_first_sheet()
                for page in set(pages) - set(seen):
                    page.hide()
        return buffer.getvalue()


def _copy_sheet(page, sheet: Sheet, formats) -> None:
    for first, left, last, right in sheet.merged:
        if (last, right) > (first, left):
            with suppress(OverlappingRange):
                page.merge_range(first - 1, left, last - 1, right, "")
    for row in sheet.rows:
        for column, value in enumerate(row.cells):
            _write_cell(page, row.number - 1, column, value, formats, as_text=False)


def _write_sheet(page, sheet: SheetOut, formats) -> None:
    top = 0
    if sheet.title:
        if len(sheet.header) > 1:
            page.merge_range(0, 0, 0, len(sheet.header) - 1, "", formats["title"])
        page.write_string(0, 0, sheet.title, formats["title"])
        page.set_row(0, 28)
        top = 1
    for column, name in enumerate(sheet.header):
        page.write_string(top, column, str(name), formats["header"])
    for number, row in enumerate(sheet.rows, top + 1):
        for column, value in enumerate(row):
            told = value if sheet.clear_phones else _masked(value)
            _write_cell(page, number, column, told, formats, as_text=column in sheet.text_columns)
    for column, width in enumerate(sheet.widths or _widths(sheet)):
        page.set_column(column, column, width)
    if sheet.header:
        page.freeze_panes(top + 1, 0)
        page.repeat_rows(0, top)
        if sheet.rows:
            page.autofilter(top, 0, top + len(sheet.rows), len(sheet.header) - 1)
    page.set_paper(9)  # A4
    if sheet.landscape or len(sheet.header) > 8:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    page.set_footer("&C&P / &N")


def _write_cell(page, number: int, column: int, value: Cell, formats, *, as_text: bool) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.datetime):
        page.write_datetime(number, column, value, formats["moment"])
    elif isinstance(value, int | float) and not isinstance(value, bool) and not as_text:
        page.write_number(number, column, value, formats["number"])
    else:
        page.write_string(number, column, _allowed(str(value)), formats["text"])


def _masked(value: Cell) -> Cell:
    """Mobile numbers masked, also where one was kept as a number or stands within words."""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and value >= 10**10):
        masked = mask_phones_in(str(value))
        return value if masked == str(value) else masked
    return value


def _allowed(text: str) -> str:
    """Without the control characters that XML cannot hold, within Excel's length of a cell."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)[:32_767]


def _widths(sheet: SheetOut) -> list[float]:
    """As wide as the widest line of the first 200 rows, a Han character counting two."""
    widths: list[float] = []
    for column, name in enumerate(sheet.header):
        lines = [str(name)]
        for row in sheet.rows[:200]:
            value = row[column] if column < len(row) else None
            if isinstance(value, dt.datetime):
                lines.append("2021-10-20 19:30")
            elif value is not None:
                lines += str(value).splitlines()
        widest = max((sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines), default=0)
        widths.append(min(max(widest + 2, NARROWEST), WIDEST))
    return widths


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel accepts: 31 characters, none of []:*?/\\, not used yet, whatever the case."""
    name = re.sub(r"[\[\]:*?/\\]", "_", name).strip("'")[:31] or "Sheet"
    chosen, count = name, 1
    while chosen.lower() in taken:
        count += 1
        chosen = f"{name[: 31 - len(str(count)) - 1]}~{count}"
    taken.add(chosen.lower())
    return chosen
