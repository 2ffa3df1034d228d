"""Attendance of live courses: a meeting export comes in, and can be taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState, FactKind
from yingzao.activities.models import Activity
from yingzao.core import audit, clock
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.ports import MeetingReport, MeetingRow, port, recognise_meeting
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import SourcePurpose, SourceState
from yingzao.enrolment.models import SourceFile
from yingzao.live import queries
from yingzao.live.models import Session
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage


@transaction.atomic
def import_attendance(*, activity: Activity, by: Person, data: bytes, name: str) -> tuple[SourceFile, bool]:
    """Take a meeting export as the attendance of a live course; whether the file is new.

    The format is recognised from the sheets. Names that are certain are credited at once, the others wait in the
    identity queue. The course counts as held from then on: who is on no report has missed it. The same file again
    changes nothing. Raises Refused for a file that is no meeting export, for one that names nobody, and for one of
    another day.
    """
    require_stage(activity.programme, Act.RECORD)
    if activity.state == ActivityState.CANCELLED:
        raise Refused(
            _("This course was cancelled. Plan it again before you bring in its attendance."),
            code="cancelled",
        )
    part = queries.first_part(activity)
    if activity.starts_at is None or activity.ends_at is None or part is None:
        raise Refused(
            _("Set when the course begins and ends before you bring in its attendance."), code="no-times"
        )
    report = recognise_meeting(port("tables").read(data, name), name)
    if not report.rows:
        raise Refused(
            _("This report names nobody, so nothing was changed. Was it exported after the course?"),
            code="nobody",
            field="file",
        )
    _require_same_day(activity, report)
    source_file, is_new = enrolment.keep_source(
        programme=activity.programme,
        by=by,
        data=data,
        name=name,
        purpose=SourcePurpose.MEETING,
        about_code=activity.code,
        format=report.format,
        meta={
            "title": report.title,
            "meeting_id": report.meeting_id,
            "warnings": [{"code": w.code, "rows": list(w.rows)} for w in report.warnings],
        },
    )
    if not is_new:
        return source_file, False
    rows = [
        activities.ReadRow(
            number=row.row,
            sheet=row.sheet,
            cells={str(k): str(v) for k, v in row.raw.items()},
            name=row.name_as_given,
            phone=row.phone,
            community=row.community,
            host=row.host,
            meanings=_meanings(activity, part.code, report, row),
        )
        for row in report.rows
    ]
    written = activities.take_rows(source_file=source_file, rows=rows, by=by)
    activities.confirm_source(source_file, by=by, meta={"rows": len(rows), "facts": written})
    activities.mark_held(activity, by=by, at=min(activity.ends_at, clock.now()))
    return source_file, True


def _require_same_day(activity: Activity, report: MeetingReport) -> None:
    """The commonest slip is the export of another evening: it would make everybody absent."""
    days = {r.joined_at.date() for r in report.rows if r.joined_at}
    planned = activity.starts_at.astimezone(SHANGHAI).date() if activity.starts_at else None
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


def _meanings(
    activity: Activity, part_code: str, report: MeetingReport, row: MeetingRow
) -> tuple[activities.Meaning, ...]:
    """What one row states: an interval, open where the person was still there when the file was made."""
    if report.source == "punches":
        return tuple(_punched(activity, part_code, row))
    if row.joined_at is None or "first_last_only" in row.flags:
        if row.seconds_claimed and activity.starts_at and activity.ends_at:
            seconds = min(row.seconds_claimed, _most_seconds(activity.starts_at, activity.ends_at, row))
            until = activity.starts_at + dt.timedelta(seconds=seconds)
            totals = {"only_totals": True, "claimed_seconds": row.seconds_claimed}
            return (_attended(activity, part_code, activity.starts_at, until, totals),)
        return ()
    detail: dict[str, Any] = {"name": row.name_as_given}
    if row.seconds_claimed is not None:
        detail["claimed_seconds"] = row.seconds_claimed
    if row.left_at is None:
        detail["still_there"] = True
    left_at = row.left_at.replace(tzinfo=SHANGHAI) if row.left_at else None
    return (_attended(activity, part_code, row.joined_at.replace(tzinfo=SHANGHAI), left_at, detail),)


def _most_seconds(starts_at: dt.datetime, ends_at: dt.datetime, row: MeetingRow) -> int:
    """How long the person can have been there at most: the session, or what lies between first join and last leave."""
    joined = row.joined_at.replace(tzinfo=SHANGHAI) if row.joined_at else starts_at
    left = row.left_at.replace(tzinfo=SHANGHAI) if row.left_at else ends_at
    return max(int((min(left, ends_at) - max(joined, starts_at)).total_seconds()), 0)


def _punched(activity: Activity, part_code: str, row: MeetingRow) -> list[activities.Meaning]:
    """A punch source knows moments, not minutes: in and out of that day, both in place, stand for the session."""
    starts_at, ends_at = activity.starts_at, activity.ends_at
    if not starts_at or not ends_at:
        return []
    day = starts_at.astimezone(SHANGHAI).date()
    punches = [punch for punch in row.punches if punch.at.date() == day]
    moments = sorted({punch.at.replace(tzinfo=SHANGHAI) for punch in punches})
    odd = any("异常" in mark for punch in punches for mark in punch.marks) or any(
        on == day for on, _said in row.remarks
    )
    if len(moments) < 2 or odd or moments[0] >= ends_at or moments[-1] <= starts_at:
        return []
    return [_attended(activity, part_code, starts_at, ends_at, {"punches": len(punches)})]


def _attended(
    activity: Activity,
    part_code: str,
    start: dt.datetime,
    until: dt.datetime | None,
    detail: Mapping[str, Any],
) -> activities.Meaning:
    return activities.Meaning(activity.code, FactKind.ATTENDED, start, until, part_code, detail)


@transaction.atomic
def take_back_report(*, source_file: SourceFile, activity: Activity, by: Person) -> None:
    """Undo a report: what it credited is withdrawn, its rows stay readable, and the same file may come in again.

    Without any report, and without attendance that came otherwise, the course counts as not held.
    """
    if source_file.state == SourceState.UNDONE:
        return
    enrolment.undo_source(source_file=source_file, by=by)
    if not queries.reports_of(activity).exclude(state=SourceState.UNDONE).exists():
        activities.unmark_held(activity, by=by)


@transaction.atomic
def set_session(*, activity: Activity, by: Person, teacher: str, join_url: str, meeting_id: str) -> Session:
    """Say who teaches and where to enter."""
    part = queries.first_part(activity)
    if part is None:
        raise Refused(_("The course has no session yet."), code="no-part")
    session, _made = Session.objects.update_or_create(
        part=part,
        defaults={
            "organisation_id": activity.organisation_id,
            "teacher": teacher,
            "join_url": join_url,
            "meeting_id": meeting_id,
        },
    )
    audit.record(
        actor=by,
        act="live.session.set",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        after={"join_url": join_url, "meeting_id": meeting_id},
    )
    return session
