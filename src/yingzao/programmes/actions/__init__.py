"""Use cases of programmes. Each checks its rule, writes in its own transaction, and leaves an audit line."""

from yingzao.programmes.actions.programmes import (
    create_programme,
    edit_programme,
    make_edition,
    publish_programme,
    unpublish_programme,
)
from yingzao.programmes.actions.staff import (
    add_staff,
    end_staff_role,
    invite_again,
    invite_staff,
    make_staff_reset_link,
    refuse_link_for_roles_elsewhere,
    take_up_role,
)
from yingzao.programmes.actions.stages import add_stage, close_stage, edit_stage, open_stage, remove_stage

__all__ = [
    "add_staff",
    "add_stage",
    "close_stage",
    "create_programme",
    "edit_programme",
    "edit_stage",
    "end_staff_role",
    "invite_again",
    "invite_staff",
    "make_edition",
    "make_staff_reset_link",
    "open_stage",
    "publish_programme",
    "refuse_link_for_roles_elsewhere",
    "remove_stage",
    "take_up_role",
    "unpublish_programme",
]
