"""How far everybody is, and why somebody is not: for the desk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from yingzao.activities import queries as activities
from yingzao.activities.models import Activity
from yingzao.activities.queries import DutyRow
from yingzao.core import clock
from yingzao.courses import settling
from yingzao.courses.queries.lessons import Outline
from yingzao.enrolment.models import Enrolment


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One learner: the state of the duty, lessons finished, where the learner stands, and when anything was done last."""

    learner: Enrolment
    duty: DutyRow
    done: int
    count: int
    at: str  # title of the lesson that is next; empty where none is
    how_far: settling.Finished | None  # of that lesson
    asked: settling.Asked | None
    last_at: dt.datetime | None
    imported: str  # progress that another platform reports, as a share; empty where none does


def standing_rows(activity: Activity, outline: Outline) -> list[StandingRow]:
    """Every learner for whom the course is, by number. A fixed number of queries."""
    duties = activities.duties_at(activity.programme, activities=[activity.pk])
    facts = activities.facts_by_pair(
        activities.standing_evidence(activity.programme).filter(activity=activity)
    )
    frame = activities.frames([activity], clock.now())[activity.pk]
    order = [(row.part.code, row.part.title, row.asked) for row in outline.lessons]
    rows = []
    for learner in activities.asked_learners(activity).select_related("community", "team"):
        duty = duties.get((learner.pk, activity.pk))
        if duty is None:
            continue
        mine = facts.get((learner.pk, activity.pk), [])
        how_far = settling.lessons_finished(frame, mine)
        asked = [(code, title, what) for code, title, what in order if not what.optional]
        waiting = next(((c, t, w) for c, t, w in asked if how_far[c].at is None), None)
        imported = [f.detail["progress"] for f in mine if not f.part and "progress" in f.detail]
        rows.append(
            StandingRow(
                learner,
                duty,
                sum(how_far[code].at is not None for code, _title, _asked in asked),
                len(asked),
                waiting[1] if waiting else "",
                how_far[waiting[0]] if waiting else None,
                waiting[2] if waiting else None,
                max((f.until or f.happened_at for f in mine), default=None),
                max(imported, default=""),
            )
        )
    return rows
