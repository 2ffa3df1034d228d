"""Attendance requests as a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from yingzao.activities.models import AttendanceRequest
from yingzao.core.clock import SHANGHAI
from yingzao.core.ports import SheetOut, port
from yingzao.programmes.models import Programme

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def requests_workbook(programme: Programme, requests: Iterable[AttendanceRequest]) -> bytes:
    """One row a request, as the list shows them. Every cell is text: a reason that begins with = stays a reason."""
    header = [
        _("Number"),
        _("Learner"),
        _("Community"),
        _("Activity"),
        _("Request"),
        _("State"),
        _("Asked at"),
        _("Asked in advance"),
        _("Entered by"),
        _("Stop"),
        _("Was there from"),
        _("Was there until"),
        _("Why"),
        _("What the learner wrote"),
        _("Files"),
        _("Answered at"),
        _("Answered by"),
        _("Note of the answer"),
        _("Undone at"),
        _("Undone by"),
        _("Reason for undoing"),
    ]
    rows = [
        [
            r.enrolment.number,
            r.enrolment.name,
            r.enrolment.community_name,
            r.activity.title,
            str(r.get_kind_display()),
            str(r.get_state_display()),
            _local(r.asked_at),
            _("yes") if r.in_advance else _("no"),
            r.asked_by.display_name if r.asked_by else "",
            r.part.title if r.part else "",
            _local(r.from_at),
            _local(r.until_at),
            r.reason,
            r.text,
            str(len(r.files.all())),
            _local(r.decided_at),
            r.decided_by.display_name if r.decided_by else "",
            r.decision_note,
            _local(r.undone_at),
            r.undone_by.display_name if r.undone_by else "",
            r.undone_reason,
        ]
        for r in requests
    ]
    sheet = SheetOut(
        name=_("Attendance requests"),
        header=header,
        rows=rows,
        title=f"{programme.full_name} {_('Attendance requests')}",
        text_columns=frozenset(range(len(header))),
        landscape=True,
    )
    return port("table_writer").write([sheet])


def _local(moment: dt.datetime | None) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else ""
