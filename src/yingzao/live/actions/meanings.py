"""What the rows of a report state of a live course: never more than the file knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from yingzao.activities.actions import Meaning, ReadRow
from yingzao.activities.enums import FactKind
from yingzao.activities.models import Activity
from yingzao.core.clock import SHANGHAI
from yingzao.core.ports import MeetingReport, MeetingRow
from yingzao.live import bridge


def rows_of(report: MeetingReport, activity: Activity, part_code: str) -> Sequence[ReadRow]:
    """Every row, hosts and rows without a readable time too, each with what it would state of whom it names."""
    return [
        ReadRow(
            number=row.row,
            sheet=row.sheet,
            cells={str(k): str(v) for k, v in row.raw.items()},
            name=(row.names or (row.name_as_given,))[0],
            shown=row.name_as_given,
            also=tuple(row.names[1:]),
            phone=row.phone,
            email=row.email,
            code=row.code,
            community=row.community,
            host=row.host,
            meanings=_meanings(activity, part_code, report, row),
        )
        for row in report.rows
    ]


def _meanings(
    activity: Activity, part_code: str, report: MeetingReport, row: MeetingRow
) -> tuple[Meaning, ...]:
    """One fact that keeps all that the row knows of the session; none of a punch source that says nothing of that day.

    A row whose times cannot be read is stated too, at the session's beginning: whoever it names is on the report.
    """
    starts_at = activity.starts_at
    if starts_at is None:
        return ()
    day = starts_at.astimezone(SHANGHAI).date()
    record = bridge.record_of(row, report.source, day, SHANGHAI)
    if report.source == "punches" and not (record.punches or record.remarks or record.problem):
        return ()
    if not record.present and "on_leave" not in record.flags:
        return ()  # said to be absent, or answered again later
    happened_at, until = record.joined or starts_at, record.left
    if record.punches:
        happened_at, until = record.punches[0].at, record.punches[-1].at
    if row.stated_at is not None:
        happened_at = row.stated_at.replace(tzinfo=SHANGHAI)
    if not record.present:
        excuse = {"reason": _("on leave, by the attendance sheet")}
        return (Meaning(activity.code, FactKind.EXCUSED, happened_at, None, part_code, excuse),)
    fact = FactKind.ANSWERED if report.source == "answers" else FactKind.ATTENDED
    detail = {"name": row.name_as_given, **bridge.detail_of(record)}
    if "too_fast" in row.flags:
        detail["too_fast"] = True
    return (Meaning(activity.code, fact, happened_at, until, part_code, detail),)


def days_of(report: MeetingReport) -> set[dt.date]:
    """The days that the rows state. Answers may come later, and a platform's totals are of the days of watching: these
    say nothing of the evening."""
    states = report.source == "presence" or (report.source == "totals" and report.format == "table")
    moments = (r.joined_at or (r.stated_at if states else None) for r in report.rows)
    return {moment.date() for moment in moments if moment}
