"""What is done with courses and their lessons."""

from yingzao.courses.actions.lessons import ask_of_lesson, finish_lesson, set_course, write_lesson

__all__ = ["ask_of_lesson", "finish_lesson", "set_course", "write_lesson"]
