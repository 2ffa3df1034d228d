"""The lessons of a course in order, each with how far a learner is and whether it is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yingzao.activities import queries as activities
from yingzao.activities.enums import DutyState
from yingzao.activities.kind import Fact
from yingzao.activities.models import Activity, Duty, Part
from yingzao.core import clock
from yingzao.courses import settling
from yingzao.courses.enums import LessonKind
from yingzao.courses.models import Course, Lesson, Unit
from yingzao.enrolment.models import Enrolment


def course_of(activity: Activity) -> Course | None:
    return Course.objects.filter(activity=activity).select_related("after").first()


def units_of(activity: Activity) -> list[Unit]:
    return list(Unit.objects.filter(activity=activity).select_related("after"))


def lesson_text(part: Part) -> str:
    """What the organiser wrote, to go on writing."""
    return Lesson.objects.filter(part=part).values_list("text", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class LessonRow:
    """One lesson. `shut` names what has to be finished first; empty where it is open, and at the desk."""

    part: Part
    lesson: Lesson | None
    asked: settling.Asked
    how_far: settling.Finished
    shut: str = ""

    @property
    def kind(self) -> str:
        return self.lesson.kind if self.lesson else LessonKind.TEXT

    @property
    def html(self) -> str:
        return self.lesson.html if self.lesson else ""

    @property
    def done(self) -> bool:
        return self.how_far.at is not None

    @property
    def state(self) -> str:
        if self.done:
            return "done"
        return "part" if self.how_far.evidence else "offered" if self.asked.optional else "todo"

    @property
    def is_filled(self) -> bool:
        """Whether there is anything in it yet; a quiz says so itself."""
        lesson = self.lesson
        if lesson is None:
            return False
        by_kind = {"text": lesson.html, "video": lesson.video_id, "file": lesson.file_id, "link": lesson.url}
        return bool(by_kind.get(lesson.kind, True))


@dataclass(frozen=True, slots=True)
class UnitRow:
    unit: Unit | None  # None: lessons that are in none
    lessons: tuple[LessonRow, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A course as its page shows it."""

    course: Course | None
    units: tuple[UnitRow, ...]
    shut: str = ""  # the course that has to be finished first

    @property
    def lessons(self) -> list[LessonRow]:
        return [lesson for unit in self.units for lesson in unit.lessons]

    @property
    def next(self) -> LessonRow | None:
        """Where to go on: the first open lesson that is not finished, an offered one last."""
        waiting = [row for row in self.lessons if not row.done and not row.shut]
        return next((row for row in waiting if not row.asked.optional), next(iter(waiting), None))

    @property
    def done(self) -> int:
        return sum(row.done for row in self.lessons if not row.asked.optional)

    @property
    def count(self) -> int:
        return sum(not row.asked.optional for row in self.lessons)


def outline_of(
    activity: Activity, enrolment: Enrolment | None = None, now: dt.datetime | None = None
) -> Outline:
    """The course in order, with how far this learner is. A fixed number of queries."""
    now = now or clock.now()
    course = course_of(activity)
    units = units_of(activity)
    lessons = {
        lesson.part_id: lesson
        for lesson in Lesson.objects.filter(part__activity=activity).select_related("video", "file", "unit")
    }
    parts = list(activity.parts.order_by("position", "pk"))
    facts = _facts(activity, enrolment) if enrolment is not None else ()
    frame = activities.frames([activity], now)[activity.pk]
    how_far = settling.lessons_finished(frame, facts)
    rows = [
        LessonRow(
            part,
            lessons.get(part.pk),
            settling.Asked.of(activity.rule, part.code),
            how_far.get(part.code, settling.Finished()),
        )
        for part in parts
    ]
    ordered = _in_units(rows, units)
    if enrolment is None:
        return Outline(course, ordered)
    first = _course_before(course, enrolment)
    return Outline(course, _shut(ordered, in_order=bool(course and course.in_order), all_of_it=first), first)


def _facts(activity: Activity, enrolment: Enrolment) -> Sequence[Fact]:
    standing = activities.standing_evidence(activity.programme).filter(activity=activity, enrolment=enrolment)
    return activities.facts_by_pair(standing).get((enrolment.pk, activity.pk), [])


def _in_units(rows: Sequence[LessonRow], units: Sequence[Unit]) -> tuple[UnitRow, ...]:
    """Lessons without a unit first, then the units in order, empty ones too."""
    by_unit: dict[int | None, list[LessonRow]] = {None: []} | {unit.pk: [] for unit in units}
    for row in rows:
        unit = row.lesson.unit_id if row.lesson else None
        by_unit[unit if unit in by_unit else None].append(row)
    loose = (UnitRow(None, tuple(by_unit[None])),) if by_unit[None] else ()
    return (*loose, *(UnitRow(unit, tuple(by_unit[unit.pk])) for unit in units))


def _course_before(course: Course | None, enrolment: Enrolment) -> str:
    """The title of the activity that has to be done before this course, while it is not."""
    if course is None or course.after is None:
        return ""
    done = Duty.objects.filter(
        enrolment=enrolment,
        activity=course.after,
        state__in=[DutyState.DONE, DutyState.LATE, DutyState.EXCUSED],
    )
    return "" if done.exists() else course.after.title


def _shut(units: Sequence[UnitRow], *, in_order: bool, all_of_it: str) -> tuple[UnitRow, ...]:
    open_after: Mapping[int, bool] = {
        row.unit.pk: all(lesson.done for lesson in row.lessons if not lesson.asked.optional)
        for row in units
        if row.unit is not None
    }
    before = ""  # the first required lesson that is not finished
    out = []
    for row in units:
        waits_for = row.unit.after if row.unit is not None else None
        unit_shut = waits_for.title if waits_for and not open_after.get(waits_for.pk, True) else ""
        lessons = []
        for lesson in row.lessons:
            shut = "" if lesson.done else all_of_it or unit_shut or (before if in_order else "")
            lessons.append(LessonRow(lesson.part, lesson.lesson, lesson.asked, lesson.how_far, shut))
            if not before and not lesson.done and not lesson.asked.optional:
                before = lesson.part.title
        out.append(UnitRow(row.unit, tuple(lessons)))
    return tuple(out)


def lesson_at(
    outline: Outline, part_code: str
) -> tuple[LessonRow | None, LessonRow | None, LessonRow | None]:
    """(the lesson before it, the lesson, the one after it)."""
    lessons = outline.lessons
    for place, row in enumerate(lessons):
        if row.part.code == part_code:
            before = lessons[place - 1] if place else None
            after = lessons[place + 1] if place + 1 < len(lessons) else None
            return before, row, after
    return None, None, None


def lesson_of(part: Part) -> Lesson | None:
    return Lesson.objects.filter(part=part).select_related("video", "file", "unit").first()


def unit_named(activity: Activity, code: str) -> Unit | None:
    return Unit.objects.filter(activity=activity, code=code).first() if code else None


def is_finished_by_saying_so(row: LessonRow) -> bool:
    """Whether the lesson has a button for it: neither a video that can be measured nor a quiz, and something to go through."""
    if row.done or row.shut or row.kind == LessonKind.QUIZ:
        return False
    if row.kind == LessonKind.VIDEO:
        return not row.asked.seconds and bool(row.lesson and row.lesson.video and row.lesson.video.is_there)
    return True
