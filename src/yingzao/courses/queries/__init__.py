"""Courses, their lessons in order, and how far learners are."""

from yingzao.courses.queries.lessons import (
    LessonRow,
    Outline,
    UnitRow,
    course_of,
    is_finished_by_saying_so,
    lesson_at,
    lesson_of,
    lesson_text,
    outline_of,
    unit_named,
    units_of,
)
from yingzao.courses.queries.standing import StandingRow, standing_rows

__all__ = [
    "LessonRow",
    "Outline",
    "StandingRow",
    "UnitRow",
    "course_of",
    "is_finished_by_saying_so",
    "lesson_at",
    "lesson_of",
    "lesson_text",
    "outline_of",
    "standing_rows",
    "unit_named",
    "units_of",
]
