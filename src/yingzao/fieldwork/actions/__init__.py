"""Use cases of field tools. Each writes in its own transaction and leaves an audit line, without a word of what was said."""

from yingzao.fieldwork.actions.forms import FormRead, read_form
from yingzao.fieldwork.actions.guides import add_guide, add_ready_guides, change_guide, ready_guides
from yingzao.fieldwork.actions.interviews import (
    consents_standing,
    erase_interview,
    erase_interview_again,
    keep_interview,
    keep_interview_lines,
    show_interview_contact,
    withdraw_interview_consent,
)
from yingzao.fieldwork.actions.knocking import may_knock
from yingzao.fieldwork.actions.making import (
    MADE_OF_POINTS,
    make_need_of_interview,
    make_of_point,
    tie_to_interview,
)
from yingzao.fieldwork.actions.photos import (
    FIELD_PHOTOS,
    Arrived,
    announce_photo,
    remove_photo,
    take_piece,
)
from yingzao.fieldwork.actions.proposals import (
    accept_proposal,
    decline_proposal,
    merge_proposal,
    propose,
)
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
from yingzao.fieldwork.actions.walks import Seen, keep_walk, put_point, take_back_point

__all__ = [
    "DEFAULT_CONSENT",
    "FIELD_PHOTOS",
    "MADE_OF_POINTS",
    "PHOTOS",
    "Arrived",
    "FormRead",
    "NumberTaken",
    "Seen",
    "Sending",
    "Sent",
    "accept_proposal",
    "add_guide",
    "add_ready_guides",
    "announce_photo",
    "change_guide",
    "consents_standing",
    "copy_survey",
    "decline_proposal",
    "edit_survey",
    "enter_paper",
    "erase_interview",
    "erase_interview_again",
    "keep_interview",
    "keep_interview_lines",
    "keep_walk",
    "make_need_of_interview",
    "make_of_point",
    "may_knock",
    "merge_proposal",
    "plan_questions",
    "propose",
    "put_point",
    "read_form",
    "ready_guides",
    "remove_photo",
    "save_questions",
    "send",
    "set_sheet_state",
    "show_interview_contact",
    "start_survey",
    "take_back_point",
    "take_piece",
    "tie_to_interview",
    "withdraw_interview_consent",
]
