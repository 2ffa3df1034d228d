"""What is done with courses, their units and their lessons."""

from yingzao.courses.actions.courses import (
    add_lesson,
    add_unit,
    change_lesson,
    change_unit,
    move_lesson,
    remove_lesson,
    remove_unit,
    set_course,
    take_video,
)
from yingzao.courses.actions.lessons import ask_of_lesson, finish_lesson, write_lesson

__all__ = [
    "add_lesson",
    "add_unit",
    "ask_of_lesson",
    "change_lesson",
    "change_unit",
    "finish_lesson",
    "move_lesson",
    "remove_lesson",
    "remove_unit",
    "set_course",
    "take_video",
    "write_lesson",
]
