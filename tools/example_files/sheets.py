"""Writing .xlsx files that come out the same byte for byte, looking as an office would keep them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

MADE_ON = dt.datetime(2021, 12, 30, 9, 0)  # stands in the file's properties instead of the time of the run


class Book:
    """One workbook; use as a context manager."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._book = xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False})
        self._book.set_properties({"author": "Yingzao", "created": MADE_ON})
        edge = {
            "border": 1,
            "border_color": "#B9B2A4",
            "valign": "vcenter",
            "font_name": "宋体",
            "font_size": 11,
        }
        self.title = self._book.add_format(
            {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": "黑体"}
        )
        self.line = self._book.add_format({"font_name": "宋体", "font_size": 11, "valign": "vcenter"})
        self.header = self._book.add_format(edge | {"bold": True, "align": "center", "bg_color": "#E4F1EF"})
        self.cell = self._book.add_format(edge | {"text_wrap": True})
        self.digits = self._book.add_format(edge | {"num_format": "0"})
        self.day = self._book.add_format(edge | {"num_format": "yyyy-mm-dd"})
        self.moment = self._book.add_format(edge | {"num_format": "yyyy-mm-dd hh:mm"})

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def sheet(
        self,
        name: str,
        header: Sequence[str],
        rows: Iterable[Sequence[Any]],
        *,
        widths: Sequence[float] = (),
        above: Sequence[str] = (),
        below: Sequence[str] = (),
    ) -> None:
        """One table. `above` are merged lines before the header (the first one is the title), `below` footer lines."""
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        at = 0
        for position, text in enumerate(above):
            sheet.merge_range(at, 0, at, len(header) - 1, text, self.line if position else self.title)
            sheet.set_row(at, 20 if position else 32)
            at += 1
        for column, text in enumerate(header):
            sheet.write_string(at, column, text, self.header)
        sheet.freeze_panes(at + 1, 0)
        for row in rows:
            at += 1
            for column, value in enumerate(row):
                self._write(sheet, at, column, value)
        for text in below:
            at += 1
            sheet.write_string(at, 0, text, self.line)

    def plain(self, name: str, rows: Iterable[Sequence[str | None]]) -> None:
        """Text cells only and no decoration, as machines export them."""
        sheet = self._book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write_string(at, column, value)

    def _write(self, sheet: Any, at: int, column: int, value: Any) -> None:
        match value:
            case None | "":
                sheet.write_blank(at, column, None, self.cell)
            case dt.datetime():
                sheet.write_datetime(at, column, value, self.moment)
            case dt.date():
                sheet.write_datetime(at, column, value, self.day)
            case int() if value > 10**9:  # a phone typed as a number
                sheet.write_number(at, column, value, self.digits)
            case int() | float():
                sheet.write_number(at, column, value, self.cell)
            case _:
                sheet.write_string(at, column, value, self.cell)
