"""Use cases of the community graph. Each writes in its own transaction and leaves an audit line."""

from yingzao.communities.actions.erasing import (
    erase_leader,
    erase_leader_again,
    keep_leader_lines,
)
from yingzao.communities.actions.register import (
    RegisterImport,
    add_community,
    edit_community,
    import_register,
    register_communities,
    show_contact_phone,
)

__all__ = [
    "RegisterImport",
    "add_community",
    "edit_community",
    "erase_leader",
    "erase_leader_again",
    "import_register",
    "keep_leader_lines",
    "register_communities",
    "show_contact_phone",
]
