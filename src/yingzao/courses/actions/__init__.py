"""What is done with courses and their lessons."""

from yingzao.courses.actions.lessons import ask_of_lesson, finish_lesson, set_course, write_lesson
from yingzao.courses.actions.outside import (
    Foreseen,
    Form,
    Line,
    Looked,
    foresee_list,
    keep_list,
    look_at_list,
    only_news,
    say_again,
    say_columns,
    take_back_list,
    take_list,
    told_in,
)

__all__ = [
    "Foreseen",
    "Form",
    "Line",
    "Looked",
    "ask_of_lesson",
    "finish_lesson",
    "foresee_list",
    "keep_list",
    "look_at_list",
    "only_news",
    "say_again",
    "say_columns",
    "set_course",
    "take_back_list",
    "take_list",
    "told_in",
    "write_lesson",
]
