"""Live courses and their attendance reports."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity, Part
from yingzao.enrolment.enums import Outcome, SourcePurpose
from yingzao.enrolment.models import SourceFile
from yingzao.live.models import Session
from yingzao.programmes.models import Programme


def live_courses(programme: Programme) -> QuerySet[Activity]:
    return programme.activities.filter(kind=KindKey.LIVE).select_related("programme__organisation")


def session_of(activity: Activity) -> Session | None:
    return Session.objects.filter(part__activity=activity).order_by("part__position").first()


def first_part(activity: Activity) -> Part | None:
    return activity.parts.order_by("position", "pk").first()


def reports_of(activity: Activity) -> QuerySet[SourceFile]:
    """Attendance reports of the course, the newest first, taken back ones too."""
    return SourceFile.objects.filter(purpose=SourcePurpose.MEETING, about_code=activity.code).select_related(
        "received_by", "undone_by"
    )


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """What became of the names of one report."""

    file: SourceFile
    linked: int
    waiting: int
    ignored: int


def report_counts(activity: Activity) -> list[ReportCounts]:
    """Two queries, however many reports there are."""
    files = list(reports_of(activity).prefetch_related("matches"))
    counted = []
    for file in files:
        outcomes = [m.outcome for m in file.matches.all()]
        counted.append(
            ReportCounts(
                file,
                outcomes.count(Outcome.LINKED),
                outcomes.count(Outcome.PROPOSED) + outcomes.count(Outcome.UNMATCHED),
                outcomes.count(Outcome.IGNORED),
            )
        )
    return counted
