"""Names in files, whom they mean, and what still waits."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, QuerySet, Value

from yingzao.enrolment.enums import EnrolmentState, Outcome, SourceState
from yingzao.enrolment.models import Enrolment, IdentityDecision, IdentityMatch
from yingzao.people.models import Visitor
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme

WAITING = (Outcome.PROPOSED, Outcome.UNMATCHED)


def matches_of(programme: Programme, *outcomes: str) -> QuerySet[IdentityMatch]:
    """Names in files that stand, in the order in which they were met; of no outcomes given, all."""
    found = (
        IdentityMatch.objects.filter(programme=programme)
        .exclude(source_file__state=SourceState.UNDONE)
        .select_related("source_file", "enrolment__community")
    )
    return found.filter(outcome__in=outcomes) if outcomes else found


def matches_managed_by(person: Visitor) -> QuerySet[IdentityMatch]:
    return (
        IdentityMatch.objects.filter(programme__in=programmes.programmes_organised_by(person).values("pk"))
        .exclude(source_file__state=SourceState.UNDONE)
        .select_related("programme__organisation", "source_file", "enrolment__community")
    )


def waiting_count(programme: Programme) -> int:
    """How many names wait for a person to decide."""
    return matches_of(programme, *WAITING).count()


def waiting_counts(programmes_asked: Iterable[Programme]) -> dict[int, int]:
    """The same for several programmes with one query, by primary key; those with none are missing."""
    rows = (
        IdentityMatch.objects.filter(programme__in=list(programmes_asked), outcome__in=WAITING)
        .exclude(source_file__state=SourceState.UNDONE)
        .values_list("programme")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return dict(rows)


def decisions_of(programme: Programme) -> QuerySet[IdentityDecision]:
    """The log of all decisions, newest first, undone ones too."""
    return (
        IdentityDecision.objects.filter(match__programme=programme)
        .select_related("match__source_file", "enrolment__community", "decided_by", "undone_by")
        .order_by("-decided_at", "-pk")
    )


@dataclass(frozen=True, slots=True)
class DecisionEvent:
    """A decision was taken, or undone."""

    decision: IdentityDecision
    at: dt.datetime
    undoes: bool


def decision_events(decisions: QuerySet[IdentityDecision]) -> QuerySet:
    """What happened to these decisions, the newest first: `{"pk", "at", "undoes"}`, two of a decision that was undone."""
    taken = decisions.order_by().values("pk", at=F("decided_at"), undoes=Value(0, IntegerField()))
    undone = decisions.order_by().filter(undone_at__isnull=False)
    return taken.union(
        undone.values("pk", at=F("undone_at"), undoes=Value(1, IntegerField())), all=True
    ).order_by("-at", "-undoes", "-pk")


def with_decisions(events: Iterable[Mapping[str, Any]]) -> list[DecisionEvent]:
    """The events of one page with their decisions. One query."""
    events = list(events)
    rows = IdentityDecision.objects.select_related(
        "match__source_file", "enrolment__community", "decided_by", "undone_by"
    )
    decisions = rows.in_bulk({event["pk"] for event in events})
    return [
        DecisionEvent(decisions[event["pk"]], event["at"], bool(event["undoes"]))
        for event in events
        if event["pk"] in decisions
    ]


def remembered_decisions(programme: Programme) -> dict[str, IdentityDecision]:
    """Name and community as normalised → the newest standing decision that a person took on it in this programme. What
    was decided of a shared device is of that evening only."""
    standing = (
        IdentityDecision.objects.filter(
            match__programme=programme, undone_at=None, decided_by__isnull=False, also=[]
        )
        .exclude(match__source_file__state=SourceState.UNDONE)
        .exclude(match__memory="")
        .select_related("match", "enrolment")
        .order_by("decided_at", "pk")
    )
    return {decision.match.memory: decision for decision in standing}


def learners_by_code(programme: Programme) -> dict[str, Enrolment]:
    """Whom a name may mean: everyone but those who withdrew."""
    learners = programme.enrolments.exclude(state=EnrolmentState.WITHDRAWN).select_related("community")
    return {learner.code: learner for learner in learners}


def also_named(decisions: Iterable[IdentityDecision]) -> dict[int, list[Enrolment]]:
    """The further learners of decisions about a shared device, by the decision's primary key. One query, none without."""
    wanted = {d.pk: d.also for d in decisions if d.also}
    codes = {code for several in wanted.values() for code in several}
    known = {e.code: e for e in Enrolment.objects.filter(code__in=codes)} if codes else {}
    return {pk: [known[code] for code in several if code in known] for pk, several in wanted.items()}
