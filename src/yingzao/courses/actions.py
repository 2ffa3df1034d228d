"""Going through the lessons of a self-paced course."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from yingzao.activities import actions as activities
from yingzao.activities.enums import EvidenceSource, FactKind
from yingzao.activities.models import Activity, Part
from yingzao.core import audit, clock
from yingzao.courses.models import Course, Lesson
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage


@transaction.atomic
def finish_lesson(
    *, enrolment: Enrolment, activity: Activity, part: Part, by: Person, now: dt.datetime | None = None
) -> None:
    """Record that the learner went through a lesson: once, however often it is pressed."""
    require_stage(activity.programme, Act.LEARN)
    now = now or clock.now()
    activities.record_evidence(
        [
            activities.NewFact(
                key=activities.key_from("lesson", part.code, enrolment.code),
                enrolment=enrolment,
                activity=activity,
                part=part,
                fact=FactKind.READ,
                happened_at=now,
                source=EvidenceSource.LEARNER,
            )
        ],
        by=by,
        now=now,
    )


@transaction.atomic
def set_course(*, activity: Activity, provider: str, url: str, by: Person) -> Course:
    """Say on which platform the course is, when it is elsewhere."""
    course, _created = Course.objects.update_or_create(
        activity=activity,
        defaults={"organisation_id": activity.organisation_id, "provider": provider, "url": url},
    )
    audit.record(
        actor=by,
        act="courses.course.set",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        after={"url": url},
    )
    return course


@transaction.atomic
def write_lesson(*, part: Part, text: str, html: str, by: Person) -> Lesson:
    """Keep the text of a lesson. `html` is the same, made safe by the articles' reader."""
    lesson, _created = Lesson.objects.update_or_create(
        part=part, defaults={"organisation_id": part.organisation_id, "text": text, "html": html}
    )
    audit.record(
        actor=by, act="courses.lesson.written", subject=part.code, organisation_id=part.organisation_id
    )
    return lesson
