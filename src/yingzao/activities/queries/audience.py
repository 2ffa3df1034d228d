"""What stands on the plan, and for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from yingzao.activities.enums import ActivityState, Audience
from yingzao.activities.models import Activity, ActivityTarget
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.models import Programme


def activities_of(programme: Programme) -> models.QuerySet[Activity]:
    """What learners of the programme have to do: published and not cancelled, in order."""
    return programme.activities.filter(is_published=True).exclude(state=ActivityState.CANCELLED)


def counted_activities(programme: Programme) -> models.QuerySet[Activity]:
    """Those that figures are made of: what is voluntary counts in none."""
    return activities_of(programme).filter(is_required=True)


def learners_of(programme: Programme) -> models.QuerySet[Enrolment]:
    """The cohort: all active learners of the programme."""
    return programme.enrolments.filter(state=EnrolmentState.ACTIVE)


def activities_for_learner(enrolment: Enrolment) -> models.QuerySet[Activity]:
    """Those that are for this learner."""
    return activities_of(enrolment.programme).filter(is_for([enrolment.pk]))


def activities_for_enrolments(enrolments: Iterable[Enrolment]) -> models.QuerySet[Activity]:
    """Those of their programmes that are for one of these learners."""
    mine = list(enrolments)
    return (
        Activity.objects.filter(programme__in=[e.programme_id for e in mine], is_published=True)
        .exclude(state=ActivityState.CANCELLED)
        .filter(is_for([e.pk for e in mine]))
    )


def activities_for_person(person: Person) -> models.QuerySet[Activity]:
    """Those of all programmes in which the person learns, that are for the person."""
    mine = Enrolment.objects.filter(person=person, state=EnrolmentState.ACTIVE)
    return (
        Activity.objects.filter(programme__in=mine.values("programme"), is_published=True)
        .exclude(state=ActivityState.CANCELLED)
        .filter(is_for(mine.values("pk")))
    )


def is_for(enrolments: Any) -> models.Q:
    """Activities for everybody, and those for one of these enrolments (primary keys) or its team."""
    named = ActivityTarget.objects.filter(
        models.Q(enrolment__in=enrolments) | models.Q(team__learners__in=enrolments)
    )
    return models.Q(audience=Audience.COHORT) | models.Q(pk__in=named.values("activity"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for which activities."""

    everybody: frozenset[int]  # activities for all
    teams: Mapping[int, frozenset[int]]  # activity → teams, of those that are for chosen ones
    learners: Mapping[int, frozenset[int]]  # activity → enrolments, likewise

    def __call__(self, enrolment_id: int, team_id: int | None, activity_id: int) -> bool:
        return (
            activity_id in self.everybody
            or enrolment_id in self.learners.get(activity_id, ())
            or (team_id is not None and team_id in self.teams.get(activity_id, ()))
        )


def asked_by(activities: Iterable[Activity]) -> Asked:
    """One query, and none where every activity is for everybody."""
    activities = list(activities)
    chosen = [a.pk for a in activities if a.audience == Audience.CHOSEN]
    teams: dict[int, set[int]] = defaultdict(set)
    learners: dict[int, set[int]] = defaultdict(set)
    if chosen:
        rows = ActivityTarget.objects.filter(activity__in=chosen)
        for activity, team, learner in rows.values_list("activity_id", "team_id", "enrolment_id"):
            if team is not None:
                teams[activity].add(team)
            if learner is not None:
                learners[activity].add(learner)
    return Asked(
        frozenset(a.pk for a in activities if a.audience != Audience.CHOSEN),
        {activity: frozenset(found) for activity, found in teams.items()},
        {activity: frozenset(found) for activity, found in learners.items()},
    )


def asked_learners(activity: Activity) -> models.QuerySet[Enrolment]:
    """The active learners for whom it is."""
    learners = learners_of(activity.programme)
    if activity.audience == Audience.COHORT:
        return learners
    targets = activity.targets.all()
    return learners.filter(
        models.Q(pk__in=targets.values("enrolment")) | models.Q(team__in=targets.values("team"))
    )
