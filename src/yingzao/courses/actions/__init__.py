"""What is done with courses, their units, lessons and quizzes."""

from yingzao.courses.actions.attempts import (
    Sent,
    Took,
    begin_attempt,
    close_overdue,
    hand_in,
    read_answers,
    read_ticket,
    send,
    ticket_for,
)
from yingzao.courses.actions.bank import remove_pool, retire_question, save_pool, write_question
from yingzao.courses.actions.columns import Form, Looked, look_at_list, say_columns
from yingzao.courses.actions.completions import (
    keep_list,
    only_news,
    say_again,
    take_back_list,
    take_list,
    told_in,
)
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
from yingzao.courses.actions.foreseeing import Foreseen, foresee_list
from yingzao.courses.actions.foreseeing import Line as ForeseenLine
from yingzao.courses.actions.lessons import ask_of_lesson, finish_lesson, write_lesson
from yingzao.courses.actions.question_files import keep_questions, plan_of, take_questions, write_pool
from yingzao.courses.actions.quizzes import Line, copy_quizzes, lines_of, set_items, set_quiz
from yingzao.courses.actions.remarking import Remarked, preview_remarking, remark

__all__ = [
    "Foreseen",
    "ForeseenLine",
    "Form",
    "Line",
    "Looked",
    "Remarked",
    "Sent",
    "Took",
    "add_lesson",
    "add_unit",
    "ask_of_lesson",
    "begin_attempt",
    "change_lesson",
    "change_unit",
    "close_overdue",
    "copy_quizzes",
    "finish_lesson",
    "foresee_list",
    "hand_in",
    "keep_list",
    "keep_questions",
    "lines_of",
    "look_at_list",
    "move_lesson",
    "only_news",
    "plan_of",
    "preview_remarking",
    "read_answers",
    "read_ticket",
    "remark",
    "remove_lesson",
    "remove_pool",
    "remove_unit",
    "retire_question",
    "save_pool",
    "say_again",
    "say_columns",
    "send",
    "set_course",
    "set_items",
    "set_quiz",
    "take_back_list",
    "take_list",
    "take_questions",
    "take_video",
    "ticket_for",
    "told_in",
    "write_lesson",
    "write_pool",
    "write_question",
]
