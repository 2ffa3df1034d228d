"""Use cases of practice. Each checks its rule, writes in its own transaction, and leaves an audit line."""

from yingzao.practice.actions.answers import record_need_told, set_need_state, tell_finders
from yingzao.practice.actions.documents import read_document
from yingzao.practice.actions.field import (
    Bearer,
    field_ticket,
    read_field_ticket,
    show_interviewed_to_mentor,
    take_delivery,
    take_photo_piece,
)
from yingzao.practice.actions.findings import (
    add_need_photos,
    ask_again,
    change_leader,
    change_need,
    give_consent,
    log_contact,
    record_leader,
    record_need,
    remove_need_photo,
    show_contact_to_mentor,
    show_own_contact,
    take_step,
    withdraw_consent,
)
from yingzao.practice.actions.likeness import look_for_likeness
from yingzao.practice.actions.mentoring import remove_note, remove_phrase, save_note, save_phrase
from yingzao.practice.actions.parts import (
    add_part,
    change_part,
    copy_parts,
    move_part,
    remove_part,
    set_task,
    use_template,
)
from yingzao.practice.actions.remarks import add_remark, remove_remark, settle_remark
from yingzao.practice.actions.work import (
    answer,
    begin_again,
    hand_in,
    is_handed_in,
    keep_typed,
    save_work,
)

__all__ = [
    "Bearer",
    "add_need_photos",
    "add_part",
    "add_remark",
    "answer",
    "ask_again",
    "begin_again",
    "change_leader",
    "change_need",
    "change_part",
    "copy_parts",
    "field_ticket",
    "give_consent",
    "hand_in",
    "is_handed_in",
    "keep_typed",
    "log_contact",
    "look_for_likeness",
    "move_part",
    "read_document",
    "read_field_ticket",
    "record_leader",
    "record_need",
    "record_need_told",
    "remove_need_photo",
    "remove_note",
    "remove_part",
    "remove_phrase",
    "remove_remark",
    "save_note",
    "save_phrase",
    "save_work",
    "set_need_state",
    "set_task",
    "settle_remark",
    "show_contact_to_mentor",
    "show_interviewed_to_mentor",
    "show_own_contact",
    "take_delivery",
    "take_photo_piece",
    "take_step",
    "tell_finders",
    "use_template",
    "withdraw_consent",
]
