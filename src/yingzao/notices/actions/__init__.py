"""What is done with messages: one module a subject, every act importable from here."""

from yingzao.notices.actions.devices import add_device, forget_signed_out, remove_device, test_device
from yingzao.notices.actions.handing_over import hand_over_due, send_again
from yingzao.notices.actions.preferences import (
    ask_to_confirm,
    choose,
    confirm_address,
    forget_address,
    set_hours,
    set_organisation_hours,
    stop,
)
from yingzao.notices.actions.robots import add_robot, edit_robot, pause_robot, remove_robot, test_robot
from yingzao.notices.actions.sending import (
    Forecast,
    Told,
    forecast,
    mark_all_read,
    mark_read,
    said_in_each_language,
    send,
    send_to_many,
    tell_groups,
)

__all__ = [
    "Forecast",
    "Told",
    "add_device",
    "add_robot",
    "ask_to_confirm",
    "choose",
    "confirm_address",
    "edit_robot",
    "forecast",
    "forget_address",
    "forget_signed_out",
    "hand_over_due",
    "mark_all_read",
    "mark_read",
    "pause_robot",
    "remove_device",
    "remove_robot",
    "said_in_each_language",
    "send",
    "send_again",
    "send_to_many",
    "set_hours",
    "set_organisation_hours",
    "stop",
    "tell_groups",
    "test_device",
    "test_robot",
]
