"""Use cases of surveys of residents. Each writes in its own transaction and leaves an audit line, without a word of what was said."""

from yingzao.fieldwork.actions.forms import FormRead, read_form
from yingzao.fieldwork.actions.knocking import may_knock
from yingzao.fieldwork.actions.sheets import (
    PHOTOS,
    NumberTaken,
    Sending,
    Sent,
    enter_paper,
    send,
    set_sheet_state,
)
from yingzao.fieldwork.actions.surveys import (
    DEFAULT_CONSENT,
    copy_survey,
    edit_survey,
    plan_questions,
    save_questions,
    start_survey,
)

__all__ = [
    "DEFAULT_CONSENT",
    "PHOTOS",
    "FormRead",
    "NumberTaken",
    "Sending",
    "Sent",
    "copy_survey",
    "edit_survey",
    "enter_paper",
    "may_knock",
    "plan_questions",
    "read_form",
    "save_questions",
    "send",
    "set_sheet_state",
    "start_survey",
]
