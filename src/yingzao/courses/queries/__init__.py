"""Courses and how far a learner is."""

from __future__ import annotations

from dataclasses import dataclass

from yingzao.activities.enums import FactKind
from yingzao.activities.models import Activity, Evidence, Part
from yingzao.courses.models import Course, Lesson
from yingzao.enrolment.models import Enrolment


def course_of(activity: Activity) -> Course | None:
    return Course.objects.filter(activity=activity).first()


def lesson_text(part: Part) -> str:
    """What the organiser wrote, to go on writing."""
    return Lesson.objects.filter(part=part).values_list("text", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class LessonRow:
    part: Part
    html: str
    done: bool


def lessons_of(activity: Activity, enrolment: Enrolment | None = None) -> list[LessonRow]:
    """The lessons in order, with whether this learner went through them. Three queries."""
    parts = list(activity.parts.order_by("position", "pk"))
    texts = dict(Lesson.objects.filter(part__in=parts).values_list("part_id", "html"))
    done: set[int] = set()
    if enrolment is not None:
        done = set(
            Evidence.objects.filter(
                enrolment=enrolment,
                activity=activity,
                fact__in=[FactKind.READ, FactKind.WATCHED],
                withdrawn_at=None,
            ).values_list("part_id", flat=True)
        )
    return [LessonRow(p, texts.get(p.pk, ""), p.pk in done) for p in parts]
