"""What people do with schemes, selections, notices, objections and certificates. Each takes `now` for the demo's past."""

from yingzao.honours.actions.badges import renew_key, signed_status_list
from yingzao.honours.actions.certificates import (
    issue_certificates,
    issue_one_by_one,
    reissue_certificate,
    revoke_certificate,
    set_series,
    start_issuing,
    stop_run,
    suggested_series,
)
from yingzao.honours.actions.designs import copy_designs, keep_picture, save_design
from yingzao.honours.actions.handling import note_handling, read_contact
from yingzao.honours.actions.notices import answer_objection, note_names_read, post_notice, raise_objection
from yingzao.honours.actions.points import enter_part, give_points, take_back_points
from yingzao.honours.actions.rechecks import correct_duty, recheck_selection
from yingzao.honours.actions.records import record_credential, signed_record
from yingzao.honours.actions.schemes import copy_scheme, make_scheme
from yingzao.honours.actions.selections import (
    approve_selection,
    bar_learner,
    change_selection,
    create_selection,
    decide_tie,
    freeze_selection,
    lift_bar,
    remake_selection,
    return_selection,
    submit_to_committee,
)

__all__ = [
    "answer_objection",
    "approve_selection",
    "bar_learner",
    "change_selection",
    "copy_designs",
    "copy_scheme",
    "correct_duty",
    "create_selection",
    "decide_tie",
    "enter_part",
    "freeze_selection",
    "give_points",
    "issue_certificates",
    "issue_one_by_one",
    "keep_picture",
    "lift_bar",
    "make_scheme",
    "note_handling",
    "note_names_read",
    "post_notice",
    "raise_objection",
    "read_contact",
    "recheck_selection",
    "record_credential",
    "reissue_certificate",
    "remake_selection",
    "renew_key",
    "return_selection",
    "revoke_certificate",
    "save_design",
    "set_series",
    "signed_record",
    "signed_status_list",
    "start_issuing",
    "stop_run",
    "submit_to_committee",
    "suggested_series",
    "take_back_points",
]
