"""Use cases of the community graph. Each writes in its own transaction and leaves an audit line."""

from yingzao.communities.actions.erasing import (
    erase_leader,
    erase_leader_again,
    keep_leader_lines,
)
from yingzao.communities.actions.leaders import (
    CONSENT_FORMS,
    Agreed,
    add_leader,
    ask_again,
    edit_leader,
    give_consent,
    log_contact,
    note_form_read,
    record_clear_contacts,
    show_leader_contact,
    take_step,
    withdraw_consent,
)
from yingzao.communities.actions.needs import (
    NEED_PHOTOS,
    add_need,
    add_need_photos,
    edit_need,
    remove_need_photo,
    set_need_state,
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
    "CONSENT_FORMS",
    "NEED_PHOTOS",
    "Agreed",
    "RegisterImport",
    "add_community",
    "add_leader",
    "add_need",
    "add_need_photos",
    "ask_again",
    "edit_community",
    "edit_leader",
    "edit_need",
    "erase_leader",
    "erase_leader_again",
    "give_consent",
    "import_register",
    "keep_leader_lines",
    "log_contact",
    "note_form_read",
    "record_clear_contacts",
    "register_communities",
    "remove_need_photo",
    "set_need_state",
    "show_contact_phone",
    "show_leader_contact",
    "take_step",
    "withdraw_consent",
]
