"""The library of cases; reading a case and writing about it."""

from yingzao.cases.actions.announcing import announce, announce_due
from yingzao.cases.actions.answers import answer_reflection, ask_to_show, decide_showing
from yingzao.cases.actions.inbox import take_into_library, take_many
from yingzao.cases.actions.library import push_case, save_case, shelve
from yingzao.cases.actions.readings import hand_in_reflection, record_reading, set_case

__all__ = [
    "announce",
    "announce_due",
    "answer_reflection",
    "ask_to_show",
    "decide_showing",
    "hand_in_reflection",
    "push_case",
    "record_reading",
    "save_case",
    "set_case",
    "shelve",
    "take_into_library",
    "take_many",
]
