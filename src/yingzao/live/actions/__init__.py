"""What is done with a live course: its session is described, attendance comes in and is taken back."""

from yingzao.live.actions.columns import Columns, look_at_columns, take_columns
from yingzao.live.actions.paper import Signed, type_in_sheet
from yingzao.live.actions.reports import credit_report, import_attendance, take_back_report
from yingzao.live.actions.room import (
    add_material,
    answer_check,
    ask_teacher,
    close_check,
    decide_question,
    like,
    open_check,
    remove_material,
    take_question_back,
)
from yingzao.live.actions.rule import set_share, take_recording
from yingzao.live.actions.sessions import FIELDS as SESSION_FIELDS
from yingzao.live.actions.sessions import set_session, tell_of_door

__all__ = [
    "SESSION_FIELDS",
    "Columns",
    "Signed",
    "add_material",
    "answer_check",
    "ask_teacher",
    "close_check",
    "credit_report",
    "decide_question",
    "import_attendance",
    "like",
    "look_at_columns",
    "open_check",
    "remove_material",
    "set_session",
    "set_share",
    "take_back_report",
    "take_columns",
    "take_question_back",
    "take_recording",
    "tell_of_door",
    "type_in_sheet",
]
