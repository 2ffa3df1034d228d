"""Attendance of live courses: a meeting export comes in, and can be taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState
from yingzao.activities.models import Activity
from yingzao.core import clock, locking
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.ports import MeetingReport, MeetingRow, Sheet, Unrecognised, port, recognise_meeting
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import SourcePurpose, SourceState
from yingzao.enrolment.models import SourceFile
from yingzao.live import queries
from yingzao.live.actions import meanings
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage


@transaction.atomic
def import_attendance(*, activity: Activity, by: Person, data: bytes, name: str) -> tuple[SourceFile, bool]:
    """Take a meeting export as the attendance of a live course; whether the file is new.

    The format is recognised from the sheets; a table that nobody knows is kept, in state READ, until a person has said
    which column is what (`credit_report`). Names that are certain are credited at once, the others wait in the
    identity queue. The course counts as held from then on: who is on no report has missed it. The same file again
    changes nothing. Raises Refused for what is no table, for a report that names nobody, and for one of another
    day.
    """
    _require_course(activity)
    sheets = port("tables").read(data, name)
    try:
        report = recognise_meeting(sheets, name)
    except Unrecognised:
        if not any(_is_table(sheet) for sheet in sheets):
            raise
        return _keep_for_columns(activity, by, data, name), True
    _require_sense(activity, report)
    source_file, is_new = enrolment.keep_source(
        programme=activity.programme,
        by=by,
        data=data,
        name=name,
        purpose=SourcePurpose.MEETING,
        about_code=activity.code,
        format=report.format,
    )
    if is_new:
        credit_report(source_file=source_file, activity=activity, by=by, report=report)
    return source_file, is_new


def _is_table(sheet: Sheet) -> bool:
    """Rows with at least two filled cells: a person, and something about that person."""
    wide = (row for row in sheet.rows if sum(cell not in (None, "") for cell in row.cells) >= 2)
    return len(list(islice(wide, 2))) == 2


def _keep_for_columns(activity: Activity, by: Person, data: bytes, name: str) -> SourceFile:
    """Nobody knows this table; a person says which column is what, and until then it credits nobody."""
    source_file, _is_new = enrolment.keep_source(
        programme=activity.programme,
        by=by,
        data=data,
        name=name,
        purpose=SourcePurpose.MEETING,
        about_code=activity.code,
    )
    return source_file


@transaction.atomic
def credit_report(
    *,
    source_file: SourceFile,
    activity: Activity,
    by: Person,
    report: MeetingReport,
    mapping: Mapping[str, Any] | None = None,
) -> None:
    """Read a kept file as this report: its rows are kept, certain names credited, and the course counts as held.

    `mapping` says how, where a person chose the columns. A file that was read before changes nothing.
    """
    _require_course(activity)
    _require_sense(activity, report)
    locking.take_turn(f"enrolment.source:{source_file.pk}")
    source_file.refresh_from_db(fields=["state"])
    if source_file.state != SourceState.READ:
        return
    part = queries.first_part(activity)
    assert activity.ends_at is not None
    assert part is not None
    source_file.format = report.format
    source_file.mapping = dict(mapping or {})
    source_file.save(update_fields=["format", "mapping"])
    rows = meanings.rows_of(report, activity, part.code)
    written = activities.take_rows(source_file=source_file, rows=rows, by=by)
    found = {
        "title": report.title,
        "meeting_id": report.meeting_id,
        "source": report.source,
        "warnings": [{"code": w.code, "rows": list(w.rows)} for w in report.warnings],
        "rows": len(rows),
        "facts": written,
    }
    activities.confirm_source(source_file, by=by, meta=found)
    activities.mark_held(activity, by=by, at=min(activity.ends_at, clock.now()))


def _require_course(activity: Activity) -> None:
    require_stage(activity.programme, Act.RECORD)
    if activity.state == ActivityState.CANCELLED:
        raise Refused(
            _("This course was cancelled. Plan it again before you bring in its attendance."),
            code="cancelled",
        )
    require_times(activity)


def require_times(activity: Activity) -> None:
    if activity.starts_at is None or activity.ends_at is None or queries.first_part(activity) is None:
        raise Refused(
            _("Set when the course begins and ends before you bring in its attendance."), code="no-times"
        )


def _require_sense(activity: Activity, report: MeetingReport) -> None:
    if not report.rows:
        raise Refused(
            _("This report names nobody, so nothing was changed. Was it exported after the course?"),
            code="nobody",
            field="file",
        )
    _require_same_day(activity, report)


def _require_same_day(activity: Activity, report: MeetingReport) -> None:
    """The commonest slip is the export of another evening: it would make everybody absent."""
    days = meanings.days_of(report)
    planned = activity.starts_at.astimezone(SHANGHAI).date() if activity.starts_at else None
    if report.days and planned not in report.days:
        raise Refused(
            _("This report has no column for %(planned)s. Check that it is the right file.")
            % {"planned": planned},
            code="other-day",
            field="file",
        )
    if days and planned not in days and not any(_overlaps(activity, row) for row in report.rows):
        raise Refused(
            _(
                "This report is of %(found)s, but the course is on %(planned)s. Check that it is the right file."
            )
            % {"found": _days(days), "planned": planned},
            code="other-day",
            field="file",
        )


def _overlaps(activity: Activity, row: MeetingRow) -> bool:
    """Whether somebody who entered the day before was still there: a course may begin after midnight."""
    if not (row.joined_at and row.left_at and activity.starts_at and activity.ends_at):
        return False
    joined, left = row.joined_at.replace(tzinfo=SHANGHAI), row.left_at.replace(tzinfo=SHANGHAI)
    return joined < activity.ends_at and left > activity.starts_at


def _days(days: set[dt.date]) -> str:
    return "、".join(d.isoformat() for d in sorted(days)[:3])


@transaction.atomic
def take_back_report(*, source_file: SourceFile, activity: Activity, by: Person) -> None:
    """Undo a report: what it credited is withdrawn, its rows stay readable, and the same file may come in again.

    Without any report, and without attendance that came otherwise, the course counts as not held.
    """
    if source_file.state == SourceState.UNDONE:
        return
    enrolment.undo_source(source_file=source_file, by=by)
    if not queries.reports_of(activity).filter(state=SourceState.CONFIRMED).exists():
        activities.unmark_held(activity, by=by)
