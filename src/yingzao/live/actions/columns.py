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

MOST_ABOVE = 15  # rows in which a header is looked for


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
    layout, columns = _found(source_file, sheets, day, chosen)
    if columns is None:
        return layout
    allowed = set(port("mapped_meetings").fields)
    mapping = {
        int(column): field
        for column, field in columns.items()
        if field in allowed and int(column) < len(layout.headers) and int(column) not in layout.discarded
    }
    if len(set(mapping.values())) < len(mapping):
        raise Refused(_("Two columns are set to the same field."), code="twice", field="columns")
    return replace(layout, mapping=mapping)


def _found(
    source_file: SourceFile, sheets: Sequence[Sheet], day: dt.date | None, chosen: Mapping[str, Any]
) -> tuple[MeetingLayout, Mapping[str, str] | None]:
    """Where the header is taken to stand, and the columns that a person named, now or for an earlier table."""
    reader = port("mapped_meetings")
    filled = [sheet for sheet in sheets if sheet.rows]
    offered = [sheet for sheet in filled if sheet.name == chosen.get("sheet")] or filled
    if "header_row" in chosen:
        return reader.under(offered[0], int(chosen["header_row"]), day), chosen.get("columns")
    if "columns" not in chosen and (remembered := _remembered(source_file, offered)):
        sheet, header_row, columns = remembered
        return reader.under(sheet, header_row, day), columns
    return reader.propose(offered, day) or reader.under(offered[0], 0, day), chosen.get("columns")


def _remembered(
    source_file: SourceFile, sheets: Sequence[Sheet]
) -> tuple[Sheet, int, Mapping[str, str]] | None:
    """The columns that a person named in this programme for a table with a header that stands in one of these sheets."""
    files = SourceFile.objects.filter(programme=source_file.programme, purpose=SourcePurpose.MEETING)
    named = files.exclude(pk=source_file.pk).exclude(state=SourceState.READ).exclude(mapping={})
    known = list(named.order_by("-created_at", "-pk").values_list("mapping", flat=True)[:20])
    tops = [(sheet, row.number) for sheet in sheets for row in sheet.rows[:MOST_ABOVE]] if known else []
    under = port("mapped_meetings").under
    headers = {_words(under(sheet, number).headers): (sheet, number) for sheet, number in reversed(tops)}
    for mapping in known:
        words = _words(mapping["headers"])
        if words and words in headers:
            return (*headers[words], mapping["columns"])
    return None


def _words(headers: Sequence[str]) -> tuple[str, ...]:
    """A header without the empty cells to its right."""
    words = list(headers)
    while words and not words[-1]:
        words.pop()
    return tuple(words)
