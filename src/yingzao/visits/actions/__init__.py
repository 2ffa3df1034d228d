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
from yingzao.visits.actions.material import (
    Progress,
    agree,
    hold,
    take_bytes,
    take_down,
    want_original,
)
from yingzao.visits.actions.plan import close_visit, set_stop
from yingzao.visits.actions.stops import StopPlan, change_stop, move_stop, plan_stop, remove_stop
from yingzao.visits.actions.tickets import Ticket, learner_ticket, pass_of, read_pass, staff_ticket
from yingzao.visits.actions.walk_ins import add_walk_in

__all__ = [
    "Bundle",
    "Knock",
    "Progress",
    "Receipt",
    "StopPlan",
    "Ticket",
    "add_walk_in",
    "agree",
    "bundle_of",
    "change_stop",
    "check_in_by_code",
    "check_in_by_staff",
    "close_visit",
    "confirm_scans",
    "excuse",
    "hold",
    "learner_ticket",
    "leave_time",
    "move_stop",
    "pass_of",
    "plan_stop",
    "read_pass",
    "remove_stop",
    "set_stop",
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
