"""Use cases of enrolment. Each checks its rule, writes in its own transaction, and leaves an audit line."""

from yingzao.enrolment.actions.identity import (
    link,
    link_all,
    match_rows,
    set_aside,
    undo_decision,
    undo_source,
)
from yingzao.enrolment.actions.learners import (
    add_learner,
    edit_learner,
    edit_team,
    invite_learner,
    invite_learners,
    join,
    make_learner_reset_link,
    make_team,
    record_clear_phones,
    refuse_link_for_learning_elsewhere,
    reinstate,
    show_phone,
    transfer,
    withdraw,
)
from yingzao.enrolment.actions.names import commit_names
from yingzao.enrolment.actions.roster import confirm_roster, preview_roster, read_roster, undo_roster
from yingzao.enrolment.actions.sources import keep_source, record_source_read
from yingzao.enrolment.bridge import Seen

__all__ = [
    "Seen",
    "add_learner",
    "commit_names",
    "confirm_roster",
    "edit_learner",
    "edit_team",
    "invite_learner",
    "invite_learners",
    "join",
    "keep_source",
    "link",
    "link_all",
    "make_learner_reset_link",
    "make_team",
    "match_rows",
    "preview_roster",
    "read_roster",
    "record_clear_phones",
    "record_source_read",
    "refuse_link_for_learning_elsewhere",
    "reinstate",
    "set_aside",
    "show_phone",
    "transfer",
    "undo_decision",
    "undo_roster",
    "undo_source",
    "withdraw",
]
