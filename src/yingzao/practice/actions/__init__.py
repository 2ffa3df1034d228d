"""Use cases of practice. Each checks its rule, writes in its own transaction, and leaves an audit line."""

from yingzao.practice.actions.documents import read_document
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
    "add_part",
    "add_remark",
    "answer",
    "begin_again",
    "change_part",
    "copy_parts",
    "hand_in",
    "is_handed_in",
    "keep_typed",
    "look_for_likeness",
    "move_part",
    "read_document",
    "remove_note",
    "remove_part",
    "remove_phrase",
    "remove_remark",
    "save_note",
    "save_phrase",
    "save_work",
    "set_task",
    "settle_remark",
    "use_template",
]
