"""Use cases of field visits. Each checks its rule, writes in its own transaction, and leaves an audit line."""

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
from yingzao.visits.actions.documents import DOCUMENTS, add_document, move_document, remove_document
from yingzao.visits.actions.field import Knock, Receipt, take
from yingzao.visits.actions.hosts import (
    HOST_NAMED,
    HOST_WORD,
    MOST_CAME,
    Aftermath,
    ask_visitors,
    ask_visitors_no_more,
    end_host,
    invite_host,
    name_host,
    say_after,
    say_ready,
    set_contact,
)
from yingzao.visits.actions.plan import close_visit, set_stop
from yingzao.visits.actions.stops import StopPlan, change_stop, move_stop, plan_stop, remove_stop
from yingzao.visits.actions.tickets import Ticket, learner_ticket, pass_of, read_pass, staff_ticket
from yingzao.visits.actions.walk_ins import add_walk_in

__all__ = [
    "DOCUMENTS",
    "HOST_NAMED",
    "HOST_WORD",
    "MOST_CAME",
    "Aftermath",
    "Knock",
    "Receipt",
    "StopPlan",
    "Ticket",
    "add_document",
    "add_walk_in",
    "ask_visitors",
    "ask_visitors_no_more",
    "change_stop",
    "check_in_by_code",
    "check_in_by_staff",
    "close_visit",
    "confirm_scans",
    "end_host",
    "excuse",
    "invite_host",
    "learner_ticket",
    "leave_time",
    "move_document",
    "move_stop",
    "name_host",
    "pass_of",
    "plan_stop",
    "read_pass",
    "remove_document",
    "remove_stop",
    "say_after",
    "say_ready",
    "set_contact",
    "set_stop",
    "staff_ticket",
    "take",
    "take_excuse_back",
    "take_time",
    "turn_down_scans",
    "untick",
]
