"""A table of attendance that no reader knows: a person says which column is what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from yingzao.activities.models import Activity
from yingzao.core import media
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.ports import MeetingLayout, MeetingPreview, Sheet, port
from yingzao.enrolment.enums import SourcePurpose, SourceState
from yingzao.enrolment.models import SourceFile
from yingzao.live.actions.reports import credit_report
from yingzao.people.models import Person


@dataclass(frozen=True, slots=True)
class Columns:
    """A table as it would be read: the layout, its first rows, and the sheets it could be."""

    layout: MeetingLayout
    preview: MeetingPreview
    sheets: tuple[str, ...]


def look_at_columns(
    source_file: SourceFile, activity: Activity, chosen: Mapping[str, Any] | None = None
) -> Columns:
    """The table under the columns chosen, else under those remembered for such a header, else under a proposal.

    `chosen`: `{"sheet", "header_row", "columns": {"0": "name", …}}`, each of which may be missing. Writes nothing.
    Raises Refused where two columns are chosen for one field.
    """
    sheets = _sheets(source_file)
    layout = _layout(source_file, sheets, _day(activity), chosen or {})
    return Columns(
        layout,
        port("mapped_meetings").preview(sheets, layout),
        tuple(sheet.name for sheet in sheets if sheet.rows),
    )


def take_columns(
    *, source_file: SourceFile, activity: Activity, by: Person, chosen: Mapping[str, Any]
) -> None:
    """Read the table under these columns, credit it, and remember them for the programme's next table with this header."""
    sheets = _sheets(source_file)
    layout = _layout(source_file, sheets, _day(activity), chosen)
    report = port("mapped_meetings").read(sheets, layout)
    credit_report(
        source_file=source_file,
        activity=activity,
        by=by,
        report=report,
        mapping={
            "headers": list(layout.headers),
            "header_row": layout.header_row,
            "columns": {str(column): field for column, field in layout.mapping.items()},
        },
    )


def _sheets(source_file: SourceFile) -> Sequence[Sheet]:
    return port("tables").read(media.read_bytes(source_file.file), source_file.name)


def _day(activity: Activity) -> dt.date | None:
    return activity.starts_at.astimezone(SHANGHAI).date() if activity.starts_at else None


def _layout(
    source_file: SourceFile, sheets: Sequence[Sheet], day: dt.date | None, chosen: Mapping[str, Any]
) -> MeetingLayout:
    wanted = chosen.get("sheet")
    offered = [s for s in sheets if s.name == wanted and s.rows] or [s for s in sheets if s.rows]
    proposed = port("mapped_meetings").propose(offered, day)
    if "header_row" in chosen or proposed is None:
        proposed = _under_header(offered[0], int(chosen.get("header_row", 0)), day, proposed)
    columns = chosen.get("columns") or _remembered(source_file, list(proposed.headers))
    if columns is None:
        return proposed
    allowed = set(port("mapped_meetings").fields)
    mapping = {
        int(column): field
        for column, field in columns.items()
        if field in allowed and int(column) < len(proposed.headers) and int(column) not in proposed.discarded
    }
    if len(set(mapping.values())) < len(mapping):
        raise Refused(_("Two columns are set to the same field."), code="twice", field="columns")
    return replace(proposed, mapping=mapping)


def _under_header(
    sheet: Sheet, header_row: int, day: dt.date | None, proposed: MeetingLayout | None
) -> MeetingLayout:
    """The layout with the header in the row said; 0 is a table without one."""
    if proposed is not None and proposed.sheet == sheet.name and proposed.header_row == header_row:
        return proposed
    below = [row for row in sheet.rows if row.number >= header_row]
    again = port("mapped_meetings").propose([replace(sheet, rows=tuple(below))], day) if header_row else None
    if again is not None and again.header_row == header_row:
        return again
    row = next((row for row in sheet.rows if row.number == header_row), None)
    width = max(len(row.cells) for row in sheet.rows)
    cells = row.cells if row else ()
    headers = tuple(str(cells[n] or "").strip() if n < len(cells) else "" for n in range(width))
    return MeetingLayout(sheet.name, header_row, headers, {}, day)


def _remembered(source_file: SourceFile, headers: list[str]) -> Mapping[str, str] | None:
    """The columns that a person chose in this programme for a table with the same header."""
    files = SourceFile.objects.filter(programme=source_file.programme, purpose=SourcePurpose.MEETING)
    for other in files.exclude(pk=source_file.pk).exclude(state=SourceState.READ).exclude(mapping={})[:20]:
        if other.mapping.get("headers") == headers and any(headers):
            return other.mapping["columns"]
    return None
