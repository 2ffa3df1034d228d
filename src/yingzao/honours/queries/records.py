"""A learner's record 学习档案: what one learner did in one programme and what came of it. Nothing of anybody else."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from yingzao.activities import queries as activities
from yingzao.activities.enums import DutyState
from yingzao.core import clock
from yingzao.enrolment.models import Enrolment
from yingzao.honours.enums import NoticeState, ObjectionState, PlaceState
from yingzao.honours.models import Certificate, Place, PublicNotice
from yingzao.judging.queries import released_marks

DONE = (DutyState.DONE, DutyState.LATE)


@dataclass(frozen=True)
class RecordedDuty:
    """`on` is the day that it was planned for, or due; `hours` are earned ones."""

    code: str
    title: str
    kind: str
    on: dt.date | None
    state: str
    shown: str  # as `DutyRow.shown`
    is_required: bool
    hours: Decimal | None


@dataclass(frozen=True)
class RecordedMark:
    """Of a released round: the figure that counts, out of 100, and how often each criterion was marked how."""

    code: str
    round: str
    performance: str | None
    criteria: Sequence[tuple[str, Sequence[str]]]  # title, marks such as 4/5


@dataclass(frozen=True)
class Honour:
    """A place on a list that was put up for everybody."""

    name: str
    rank: int | None
    total: str
    posted_on: dt.date


@dataclass(frozen=True)
class Record:
    enrolment: Enrolment
    made_at: dt.datetime
    duties: Sequence[RecordedDuty]
    so_far: Fraction | None  # share of what is settled
    whole: Fraction | None  # share of the whole plan
    hours: Decimal
    marks: Sequence[RecordedMark]
    honours: Sequence[Honour]
    certificates: Sequence[Certificate]


def record_of(enrolment: Enrolment, now: dt.datetime) -> Record:
    """As it stands at this moment. A fixed number of queries, however much there is."""
    programme = enrolment.programme
    rows = activities.duties_at(programme, enrolments=[enrolment.pk], reasons=False)
    weights = {a.pk: a.weight for a in activities.counted_activities(programme)}
    progress = activities.progress_of(programme, rows, weights).get(enrolment.pk)
    duties = [
        RecordedDuty(
            code=activity.code,
            title=activity.title,
            kind=str(activity.get_kind_display()),
            on=clock.local_date(when) if (when := activity.starts_at or activity.due_at) else None,
            state=row.state,
            shown=row.shown,
            is_required=row.is_required,
            hours=activity.hours if row.state in DONE else None,
        )
        for activity in activities.activities_of(programme)
        if (row := rows.get((enrolment.pk, activity.pk)))
    ]
    return Record(
        enrolment=enrolment,
        made_at=now,
        duties=duties,
        so_far=progress.so_far if progress else None,
        whole=progress.whole if progress else None,
        hours=sum((duty.hours for duty in duties if duty.hours), Decimal(0)),
        marks=_marks(enrolment),
        honours=_honours(enrolment),
        certificates=list(
            Certificate.objects.filter(programme=programme, enrolment_code=enrolment.code)
            .select_related("badge")
            .order_by("number")
        ),
    )


def _marks(enrolment: Enrolment) -> list[RecordedMark]:
    """Released ones. Comments stay between judge and learner: a record is shown to others."""
    told = []
    for found in released_marks(enrolment):
        criteria: dict[str, list[str]] = {}
        for sheet in found.sheets:
            for mark in sheet.marks:
                criteria.setdefault(mark.criterion, []).append(f"{mark.points}/{mark.of}")
        told.append(RecordedMark(found.round_code, found.name, found.performance, list(criteria.items())))
    return told


def _honours(enrolment: Enrolment) -> list[Honour]:
    """Of lists that stand: the notice has ended, and no objection is open or still to be corrected."""
    notices = (
        PublicNotice.objects.filter(
            programme=enrolment.programme_id,
            ends_on__lt=clock.today(),
            selection__places__in=_chosen(enrolment),
        )
        .exclude(state=NoticeState.REPLACED)
        .exclude(objections__state__in=[ObjectionState.RECEIVED, ObjectionState.ACCEPTED])
        .select_related("selection")
        .defer("selection__snapshot")
        .order_by("posted_on", "pk")
    )
    told = []
    for notice in notices:
        for place in notice.frozen["places"]:
            if place["learner"] == enrolment.code:
                told.append(Honour(notice.selection.name, place["rank"], place["total"], notice.posted_on))
    return told


def _chosen(enrolment: Enrolment) -> QuerySet[Place, Any]:
    return Place.objects.filter(enrolment_code=enrolment.code, state=PlaceState.CHOSEN).values("pk")
