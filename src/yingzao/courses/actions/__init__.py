"""What is done with courses and their lessons."""

from yingzao.courses.actions.columns import Form, Looked, look_at_list, say_columns
from yingzao.courses.actions.completions import (
    keep_list,
    only_news,
    say_again,
    take_back_list,
    take_list,
    told_in,
)
from yingzao.courses.actions.foreseeing import Foreseen, Line, foresee_list
from yingzao.courses.actions.lessons import ask_of_lesson, finish_lesson, set_course, write_lesson

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
