"""The example's files, and the same files moved to other dates for an edition that runs now."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import openpyxl

from yingzao.project.instance import Unusable
from yingzao.project.speech import _

PACKAGE = Path(__file__).resolve().parents[2]
FOLDERS = (PACKAGE / "examples", PACKAGE.parents[1] / "examples")  # in an installed wheel, in a checkout
DATE_TEXT = re.compile(r"^(\d{4}-\d{2}-\d{2})( \d{2}:\d{2}(:\d{2})?)?$")


def folder(name: str) -> Path:
    """Where the example called `name` lies. Raises Unusable where it was not shipped."""
    for place in FOLDERS:
        if (place / name).is_dir():
            return place / name
    raise Unusable(_("The example's files are not in this installation: {name}").format(name=name))


def sheet_rows(path: Path, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet as header → value."""
    rows = openpyxl.load_workbook(path, read_only=True)[sheet].iter_rows(values_only=True)
    header = [str(cell) for cell in next(rows)]
    return [dict(zip(header, row, strict=False)) for row in rows if any(cell is not None for cell in row)]


def moved(data: bytes, shift: dt.timedelta, *, not_after: dt.datetime) -> bytes:
    """A workbook with every date moved by `shift`, whole days; rows whose date then lies after `not_after` are left out."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        late: list[int] = []
        for row in sheet.iter_rows():
            for cell in row:
                value = _moved_value(cell.value, shift)
                if value is not cell.value:
                    cell.value = value
                moment = _moment(cell.value)
                if moment is not None and moment > not_after:
                    late.append(cell.row)
        for number in sorted(set(late), reverse=True):
            sheet.delete_rows(number)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _moved_value(value: object, shift: dt.timedelta) -> object:
    if isinstance(value, dt.datetime):
        return value + shift
    if isinstance(value, str) and (found := DATE_TEXT.match(value)):
        day = dt.date.fromisoformat(found[1]) + shift
        return f"{day.isoformat()}{found[2] or ''}"
    return value


def _moment(value: object) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and (found := DATE_TEXT.match(value)) and found[2]:
        return dt.datetime.fromisoformat(value)
    return None
