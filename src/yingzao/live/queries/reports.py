"""Live courses and their attendance reports."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity, Part
from yingzao.enrolment.enums import Outcome, SourcePurpose, SourceState
from yingzao.enrolment.models import IdentityDecision, IdentityMatch, SourceFile, SourceRow
from yingzao.live.models import Session
from yingzao.programmes.models import Programme


def live_courses(programme: Programme) -> QuerySet[Activity]:
    return programme.activities.filter(kind=KindKey.LIVE).select_related("programme__organisation")


def session_of(activity: Activity) -> Session | None:
    return Session.objects.filter(part__activity=activity).order_by("part__position").first()


def session_with_parts(activity: Activity) -> Session | None:
    """`session_of`, and with the same query the activity's parts, which what it asks is said from."""
    parts = Prefetch("parts", queryset=Part.objects.select_related("live_session"))
    prefetch_related_objects([activity], parts)
    return next((part.live_session for part in activity.parts.all() if hasattr(part, "live_session")), None)


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


def names_that_may_be(activity: Activity) -> dict[str, list[str]]:
    """Learner's code → the names that wait for a decision and may be that learner. One query."""
    waiting = IdentityMatch.objects.filter(
        source_file__in=reports_of(activity).filter(state=SourceState.CONFIRMED).values("pk"),
        outcome=Outcome.PROPOSED,
    )
    found: dict[str, list[str]] = defaultdict(list)
    for name, candidates in waiting.values_list("name_as_given", "candidates"):
        for candidate in candidates:
            found[candidate["enrolment"]].append(name)
    return found


def raw_rows(activity: Activity) -> QuerySet[SourceRow]:
    """Every row of every report of the course, those of files taken back too, with all decisions on whom it means."""
    decisions = IdentityDecision.objects.select_related("enrolment", "decided_by", "undone_by")
    return (
        SourceRow.objects.filter(source_file__in=reports_of(activity).values("pk"))
        .select_related("source_file", "match__enrolment__community")
        .prefetch_related(Prefetch("match__decisions", decisions.order_by("decided_at", "pk")))
        .order_by("source_file__created_at", "source_file_id", "sheet", "number")
    )


def decisions_about(activity: Activity) -> QuerySet[IdentityDecision]:
    """Every decision on a name in a report of the course, the oldest first, undone ones too."""
    return (
        IdentityDecision.objects.filter(match__source_file__in=reports_of(activity).values("pk"))
        .select_related("match__source_file", "enrolment__community", "decided_by", "undone_by")
        .order_by("decided_at", "pk")
    )
