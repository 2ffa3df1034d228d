"""Use cases of field visits. Each checks its rule, writes in its own transaction, and leaves an audit line."""

from yingzao.visits.actions.bundles import Bundle, bundle_of
from yingzao.visits.actions.checking import check_in_by_code, check_in_by_staff
from yingzao.visits.actions.confirming import (
    confirm_scans,
    excuse,
    leave_time,
    take_excuse_back,
    take_time,
    turn_down_scans,
    untick,
)
from yingzao.visits.actions.field import Knock, Receipt, take
from yingzao.visits.actions.groups import (
    GroupPlan,
    add_group,
    change_group,
    fill_groups,
    remove_group,
    seat_learner,
)
from yingzao.visits.actions.material import Progress, agree, hold, take_bytes, take_down, want_original
from yingzao.visits.actions.plan import close_visit, set_stop
from yingzao.visits.actions.sign_up import (
    Contact,
    SignUpTerms,
    TermsSet,
    cancel_own_sign_up,
    cancel_sign_up,
    complete_sign_up,
    forget_contacts,
    free_places_of_those_who_left,
    let_in,
    names_to_ask,
    set_sign_up,
    show_emergency_phone,
    sign_up,
    sign_up_others,
)
from yingzao.visits.actions.stops import StopPlan, change_stop, move_stop, plan_stop, remove_stop
from yingzao.visits.actions.tickets import Ticket, learner_ticket, pass_of, read_pass, staff_ticket
from yingzao.visits.actions.walk_ins import add_walk_in

__all__ = [
    "Bundle",
    "Contact",
    "GroupPlan",
    "Knock",
    "Progress",
    "Receipt",
    "SignUpTerms",
    "StopPlan",
    "TermsSet",
    "Ticket",
    "add_group",
    "add_walk_in",
    "agree",
    "bundle_of",
    "cancel_own_sign_up",
    "cancel_sign_up",
    "change_group",
    "change_stop",
    "check_in_by_code",
    "check_in_by_staff",
    "close_visit",
    "complete_sign_up",
    "confirm_scans",
    "excuse",
    "fill_groups",
    "forget_contacts",
    "free_places_of_those_who_left",
    "hold",
    "learner_ticket",
    "leave_time",
    "let_in",
    "move_stop",
    "names_to_ask",
    "pass_of",
    "plan_stop",
    "read_pass",
    "remove_group",
    "remove_stop",
    "seat_learner",
    "set_sign_up",
    "set_stop",
    "show_emergency_phone",
    "sign_up",
    "sign_up_others",
    "staff_ticket",
    "take",
    "take_bytes",
    "take_down",
    "take_excuse_back",
    "take_time",
    "turn_down_scans",
    "untick",
    "want_original",
]
