"""What can be done with accounts: one module a subject, every act importable from here."""

from yingzao.people.actions.accounts import (
    change_password,
    confirm_email,
    create_account,
    enter_email,
    keep_language,
    make_reset_link,
    set_password,
    update_account,
    use_reset_link,
)
from yingzao.people.actions.clear import record_clear_export, require_reason
from yingzao.people.actions.consents import record_consent, withdraw_consents
from yingzao.people.actions.copies import ask_copy, drop_old_copies, make_copy
from yingzao.people.actions.erasing import (
    ask_erasure,
    begin_erasure,
    carry_out_erasure,
    erase_again,
    keep_lines,
    refuse_erasure,
    take_back_erasure,
)
from yingzao.people.actions.invitations import (
    accept_invitation,
    invite,
    join_with_new_account,
    revoke_invitation,
)
from yingzao.people.actions.look import set_look
from yingzao.people.actions.notice import agree_to_notice, publish_privacy_notice
from yingzao.people.actions.retention import foresee, remove_what_is_over, set_retention
from yingzao.people.actions.rights import end_grant, grant
from yingzao.people.actions.setup import (
    create_organisation,
    list_demo_people,
    make_setup_token,
    set_up_instance,
    setup_token_matches,
    wrong_setup_token,
)
from yingzao.people.actions.sign_in import (
    begin_sign_in,
    end_device,
    enter,
    record_sign_out,
    sign_out_everywhere,
    tie_session,
)

__all__ = [
    "accept_invitation",
    "agree_to_notice",
    "ask_copy",
    "ask_erasure",
    "begin_erasure",
    "begin_sign_in",
    "carry_out_erasure",
    "change_password",
    "confirm_email",
    "create_account",
    "create_organisation",
    "drop_old_copies",
    "end_device",
    "end_grant",
    "enter",
    "enter_email",
    "erase_again",
    "foresee",
    "grant",
    "invite",
    "join_with_new_account",
    "keep_language",
    "keep_lines",
    "list_demo_people",
    "make_copy",
    "make_reset_link",
    "make_setup_token",
    "publish_privacy_notice",
    "record_clear_export",
    "record_consent",
    "record_sign_out",
    "refuse_erasure",
    "remove_what_is_over",
    "require_reason",
    "revoke_invitation",
    "set_look",
    "set_password",
    "set_retention",
    "set_up_instance",
    "setup_token_matches",
    "sign_out_everywhere",
    "take_back_erasure",
    "tie_session",
    "update_account",
    "use_reset_link",
    "withdraw_consents",
    "wrong_setup_token",
]
