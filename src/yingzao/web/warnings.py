"""预警: who is about to fail while it can still be helped. The number of queries grows with neither learners nor activities."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from yingzao.activities import queries as activities
from yingzao.activities.enums import SESSIONS, Still
from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.enrolment.models import Enrolment, Team
from yingzao.people.models import Person
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme
from yingzao.web.outlook import Counted, Group, Outlook, outlook
from yingzao.web.queries import AT_RISK, BEHIND, ShownDuty, ShownProgress, as_decimal

FAR = dt.datetime.max.replace(tzinfo=dt.UTC)


def line_of(programme: Programme) -> Fraction:
    """The share of the whole plan that must be reached: the newest selection's least completion, else 60 %."""
    least = (
        programme.selections.order_by("-created_at", "-pk").values_list("least_completion", flat=True).first()
    )
    return Fraction(least) / 100 if least else AT_RISK


@dataclass(frozen=True, slots=True)
class Chance:
    """A duty that can still be done, and by when."""

    activity: Activity
    by: dt.datetime | None
    late: bool  # only late by now


@dataclass(frozen=True, slots=True)
class Warned:
    """One learner on the list."""

    learner: Enrolment
    outlook: Outlook
    progress: ShownProgress
    open: tuple[Chance, ...]  # the nearest first
    missed: tuple[
        Activity, ...
    ]  # below the line only: what a leave, a correction or a make-up could still mend

    @property
    def next_by(self) -> dt.datetime | None:
        return self.open[0].by if self.open else None


@dataclass(frozen=True, slots=True)
class Warnings:
    rows: tuple[Warned, ...]  # those that were asked for, the most urgent first
    everybody: tuple[Warned, ...]  # the list without search and group
    counts: Mapping[str, int]
    line: Decimal

    def in_groups(self) -> list[tuple[Group, list[Warned]]]:
        """Groups that have somebody, in their order."""
        by_group = [(g, [r for r in self.rows if r.outlook.group == g]) for g in Group]
        return [(group, rows) for group, rows in by_group if rows]


def warnings_of(
    programme: Programme,
    *,
    search: str = "",
    show: str = "",
    team: str = "",
    teams: Collection[Team] | None = None,
) -> Warnings:
    """Everybody who is in one of the three groups. `teams` limits the list to a mentor's own; `team` is a team's code."""
    line = line_of(programme)
    learners = activities.learners_of(programme).select_related("community", "team")
    if teams is not None:
        learners = learners.filter(team__in=teams)
    if team:
        learners = learners.filter(team__code=team)
    plan = {a.pk: a for a in activities.counted_activities(programme).select_related(None)}
    cohort = {e.pk: e for e in learners}
    only = list(cohort) if teams is not None or team else None
    duties: dict[int, list[activities.DutyRow]] = defaultdict(list)
    for row in activities.duties_at(programme, enrolments=only, reasons=False).values():
        if row.activity_id in plan:
            duties[row.enrolment_id].append(row)
    found = []
    for pk, learner in cohort.items():
        read = _outlook(duties[pk], plan, programme, line)
        if read.group != Group.SAFE:
            found.append(_warned(learner, read, duties[pk], plan, programme))
    found.sort(key=_urgency)
    rows = [row for row in found if (not show or row.outlook.group == show) and _matches(row.learner, search)]
    counts = {str(g): sum(row.outlook.group == g for row in found) for g in Group if g != Group.SAFE}
    return Warnings(tuple(rows), tuple(found), counts, as_decimal(line) or Decimal(0))


def mentored_teams(person: Person) -> list[Team]:
    """Teams that the person is the mentor of now, with their programmes."""
    return list(
        Team.objects.filter(mentor__person=person, mentor__ended_at=None, mentor__role=Role.MENTOR)
        .select_related("programme__organisation")
        .order_by("-programme__starts_on", "pk")
    )


def warning_of(enrolment: Enrolment, duties: Sequence[ShownDuty]) -> tuple[Outlook, Decimal] | None:
    """A learner's own outlook and the line, when one of the first two groups is theirs; from duties read already."""
    counted = [
        Counted(s.activity.pk, s.duty.state, s.duty.still, s.activity.weight)
        for s in duties
        if s.activity.is_required
    ]
    line = line_of(enrolment.programme)
    read = outlook(counted, late_share=enrolment.programme.late_share, line=line, behind=BEHIND)
    return (read, as_decimal(line) or Decimal(0)) if read.group in (Group.LOST, Group.EDGE) else None


def to_remind(warnings: Warnings, show: str = "") -> list[int]:
    """Persons of a group, or of all three, who have joined; what is searched for does not matter."""
    chosen = (row for row in warnings.everybody if not show or row.outlook.group == show)
    return [row.learner.person_id for row in chosen if row.learner.person_id]


def _outlook(
    rows: Sequence[activities.DutyRow], plan: Mapping[int, Activity], programme: Programme, line: Fraction
) -> Outlook:
    counted = [Counted(r.activity_id, r.state, r.still, plan[r.activity_id].weight) for r in rows]
    return outlook(counted, late_share=programme.late_share, line=line, behind=BEHIND)


def _warned(
    learner: Enrolment,
    read: Outlook,
    rows: Sequence[activities.DutyRow],
    plan: Mapping[int, Activity],
    programme: Programme,
) -> Warned:
    open_now = set(read.open)
    chances = [
        Chance(plan[r.activity_id], _by(plan[r.activity_id], r.still, programme), r.still == Still.LATE)
        for r in rows
        if r.activity_id in open_now
    ]
    chances.sort(key=lambda c: (c.by or FAR, c.activity.position, c.activity.pk))
    missed = [plan[key] for key in read.missed] if read.group == Group.LOST else []
    missed.sort(key=lambda a: (a.starts_at or a.due_at or FAR, a.position, a.pk))
    figures = ShownProgress(as_decimal(read.whole), as_decimal(read.so_far), as_decimal(read.reachable))
    return Warned(learner, read, figures, tuple(chances), tuple(missed))


def _by(activity: Activity, still: str, programme: Programme) -> dt.datetime | None:
    if still == Still.LATE:
        return clock.end_of(programme.ends_on)
    if activity.kind in SESSIONS:
        return activity.starts_at or activity.ends_at or activity.due_at
    return activity.due_at or activity.ends_at


def _urgency(row: Warned) -> tuple:
    """By group; in it the fewest to mend, the least slack, the nearest deadline, the number."""
    read = row.outlook
    order = list(Group).index(read.group)
    mend = read.to_mend if read.to_mend is not None else 1_000_000
    return (order, mend if read.group == Group.LOST else 0, read.slack, row.next_by or FAR, row.learner.pk)


def _matches(learner: Enrolment, words: str) -> bool:
    needle = "".join(words.lower().split())
    texts = (learner.name.lower(), learner.number.lower(), learner.community_name.lower(), learner.pinyin)
    return not needle or any(needle in text for text in texts)
