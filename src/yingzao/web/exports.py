"""Pages as workbooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _

from yingzao.activities.models import Evidence
from yingzao.core.clock import SHANGHAI
from yingzao.core.ports import SheetOut, port
from yingzao.core.ui.templatetags.ui import STATES
from yingzao.programmes.models import Programme
from yingzao.web.queries import Board, BoardRow, Cell
from yingzao.web.warnings import Warnings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_download(data: bytes, name: str, media_type: str = XLSX) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response


def board_workbook(
    programme: Programme, board: Board, lines: Sequence[tuple[BoardRow, Sequence[Cell]]], day: dt.date
) -> bytes:
    """Learner × activity with the state's word in each cell, and the three figures."""
    header = [_("Number"), _("Name"), _("Community"), _("Team")]
    header += [activity.title for activity, _first in board.activities]
    header += [_("So far"), _("Whole plan"), _("Best reachable")]
    if board.has_hours:
        header.append(_("Credit hours"))
    rows = [
        [
            row.learner.number,
            row.learner.name,
            row.learner.community_name,
            row.learner.team.name if row.learner.team else "",
            *(str(STATES[c.duty.shown][1]) if c.duty else "" for c in cells),
            *(
                None if figure is None else float(figure)
                for figure in (row.progress.so_far, row.progress.whole, row.progress.reachable)
            ),
            *([float(row.hours)] if board.has_hours else []),
        ]
        for row, cells in lines
    ]
    title = _("%(programme)s: board, as of %(day)s") % {
        "programme": programme.full_name,
        "day": day.isoformat(),
    }
    return port("table_writer").write(
        [
            SheetOut(
                name=str(_("Board")),
                header=[str(h) for h in header],
                rows=rows,
                title=title,
                text_columns=frozenset({0}),
                landscape=True,
            )
        ]
    )


def ledger_workbook(programme: Programme, rows: Iterable[Evidence]) -> bytes:
    """One line a fact, withdrawn ones too, with its key and where it came from."""
    header = [
        _("Key"),
        _("When"),
        _("Until"),
        _("Number"),
        _("Learner"),
        _("Community"),
        _("Activity"),
        _("Part"),
        _("What"),
        _("Source"),
        _("File"),
        _("Row"),
        _("Recorded"),
        _("Recorded by"),
        _("Withdrawn on"),
        _("Reason for withdrawing"),
    ]
    lines = [
        [
            str(row.key),
            _local(row.happened_at),
            _local(row.until),
            row.enrolment.number,
            row.enrolment.name,
            row.enrolment.community_name,
            row.activity.title,
            row.part.title if row.part else "",
            row.get_fact_display(),
            row.get_source_display(),
            row.source_row.source_file.name if row.source_row else "",
            row.source_row.number if row.source_row else None,
            _local(row.recorded_at),
            row.recorded_by.display_name if row.recorded_by else "",
            _local(row.withdrawn_at),
            row.withdrawn_reason,
        ]
        for row in rows
    ]
    title = _("%(programme)s: evidence ledger") % {"programme": programme.full_name}
    sheet = SheetOut(
        name=str(_("Evidence ledger")),
        header=[str(h) for h in header],
        rows=lines,
        title=title,
        text_columns=frozenset({0, 3}),
        landscape=True,
    )
    return port("table_writer").write([sheet])


def warnings_workbook(
    programme: Programme, warnings: Warnings, titles: Mapping[str, str], day: dt.date
) -> bytes:
    """One line a learner in danger, the most urgent first; in cells what the page says."""
    header = [
        _("Group"),
        _("Number"),
        _("Name"),
        _("Community"),
        _("Team"),
        _("So far"),
        _("Whole plan"),
        _("Best reachable"),
        _("Line"),
        _("Can still be missed"),
        _("To be mended"),
        _("Can still be done, and by when"),
        _("Missed"),
    ]
    rows = [
        [
            titles[row.outlook.group],
            row.learner.number,
            row.learner.name,
            row.learner.community_name,
            row.learner.team.name if row.learner.team else "",
            *(
                None if figure is None else float(figure)
                for figure in (row.progress.so_far, row.progress.whole, row.progress.reachable)
            ),
            float(warnings.line),
            row.outlook.slack if row.outlook.group != "lost" else None,
            row.outlook.to_mend,
            "；".join(f"{_day(chance.by)} {chance.activity.head}".strip() for chance in row.open),
            "；".join(activity.head for activity in row.missed),
        ]
        for row in warnings.rows
    ]
    title = _("%(programme)s: early warning, as of %(day)s") % {
        "programme": programme.full_name,
        "day": day.isoformat(),
    }
    sheet = SheetOut(
        name=str(_("Early warning")),
        header=[str(h) for h in header],
        rows=rows,
        title=title,
        text_columns=frozenset({1}),
        landscape=True,
    )
    return port("table_writer").write([sheet])


def _day(moment: dt.datetime | None) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d") if moment else ""


def _local(moment: dt.datetime | None) -> str:
    """As Excel and people read it, in local time and to the second."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
