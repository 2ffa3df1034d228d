"""A paper sheet is typed in: who signed, and when they came and went where the sheet says so."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState, EvidenceSource, FactKind
from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.live import queries
from yingzao.live.actions.reports import require_times
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_organiser, require_stage


@dataclass(frozen=True, slots=True)
class Signed:
    """One line of the sheet. Without times the signature stands for the whole session."""

    enrolment: Enrolment
    came_at: dt.time | None = None
    left_at: dt.time | None = None


@transaction.atomic
def type_in_sheet(
    *, activity: Activity, by: Person, signed: Sequence[Signed], key: uuid.UUID, note: str = ""
) -> int:
    """Record who signed a paper sheet; how many lines were new. The course counts as held.

    A line with times is an interval like any other; one without is a confirmation. `key` is the form's: sending it twice
    writes nothing twice. Raises Refused for a line that leaves before it comes, and where nobody is named.
    """
    require_organiser(by, activity.programme)
    require_stage(activity.programme, Act.RECORD)
    if activity.state == ActivityState.CANCELLED:
        raise Refused(_("This course was cancelled."), code="cancelled")
    require_times(activity)
    if not signed:
        raise Refused(_("Tick whoever signed."), code="nobody")
    facts = [_fact(activity, line, key, note) for line in signed]
    recorded = activities.record_evidence(facts, by=by)
    if activity.held_at is None:
        assert activity.ends_at is not None
        activities.mark_held(activity, by=by, at=min(activity.ends_at, clock.now()))
    return recorded.written


def _fact(activity: Activity, line: Signed, key: uuid.UUID, note: str) -> activities.NewFact:
    start, end = activity.starts_at, activity.ends_at
    assert start is not None
    assert end is not None
    detail: dict[str, Any] = {"paper": True}
    if note.strip():
        detail["note"] = note.strip()[:200]
    timed = line.came_at is not None or line.left_at is not None
    came, left = _on_day(start, end, line.came_at), _on_day(start, end, line.left_at)
    parts = [(s, e) for s, e in activity.parts.values_list("starts_at", "ends_at") if s and e] or [
        (start, end)
    ]
    came = came or next((s for s, e in sorted(parts) if left is None or left <= e), start)
    left = left or next((e for _s, e in sorted(parts) if came < e), end)
    if timed and left <= came:
        raise Refused(
            _("%(name)s: the time of leaving is before the time of coming.") % {"name": line.enrolment.name},
            code="order",
        )
    return activities.NewFact(
        key=activities.key_from("paper", key, line.enrolment.code),
        enrolment=line.enrolment,
        activity=activity,
        part=queries.first_part(activity),
        fact=FactKind.ATTENDED if timed else FactKind.CONFIRMED,
        happened_at=came if timed else start,
        until=left if timed else None,
        source=EvidenceSource.STAFF,
        detail=detail,
    )


def _on_day(start: dt.datetime, end: dt.datetime, time: dt.time | None) -> dt.datetime | None:
    """The time on the day on which the course begins, or on the next where it goes past midnight."""
    if time is None:
        return None
    first = start.astimezone(SHANGHAI)
    moment = dt.datetime.combine(first.date(), time, SHANGHAI)
    past_midnight = end.astimezone(SHANGHAI).date() > first.date() and end - start < dt.timedelta(hours=12)
    return (
        moment + dt.timedelta(days=1) if past_midnight and moment < start - dt.timedelta(hours=6) else moment
    )
