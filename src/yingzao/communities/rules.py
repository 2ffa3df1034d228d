"""Who keeps the register, what may be kept of a resident, and who may be told of it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection

from django.utils.translation import gettext as _

from yingzao.communities import queries
from yingzao.communities.enums import ConsentPurpose
from yingzao.communities.models import Leader, Need, NodePhoto
from yingzao.core.errors import Refused
from yingzao.core.masking import PHONE, has_identity_number
from yingzao.core.models import StoredFile
from yingzao.people.models import Organisation, Visitor
from yingzao.people.personal import working_days_after

MOST_PHOTOS = 6  # of a need
MOST_NODE_PHOTOS = 60  # of a venue or an action
ANSWER_WITHIN = 15  # working days from the day on which a need was entered: a rule of the house, no law
SOON = dt.timedelta(days=3)  # so long before that day its keepers are reminded
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-]+(?=\d)")


def may_keep_register(person: Visitor, organisation: Organisation) -> bool:
    return queries.organisations_kept_by(person).filter(pk=organisation.pk).exists()


def may_read_register(person: Visitor, organisation: Organisation) -> bool:
    """Who keeps it, and supervisors of the organisation's programmes."""
    return queries.organisations_read_by(person).filter(pk=organisation.pk).exists()


def may_read_need_photo(person: Visitor, stored: StoredFile) -> bool:
    """Who reads the register; rooms above let the learner and the mentor read too."""
    need = Need.objects.filter(code=stored.subject).select_related("organisation").first()
    return need is not None and may_read_register(person, need.organisation)


def may_read_node_photo(person: Visitor, stored: StoredFile) -> bool:
    """Who reads the register: people may be seen on it who were not asked about the public."""
    photo = NodePhoto.objects.filter(file=stored).select_related("organisation").first()
    return photo is not None and may_read_register(person, photo.organisation)


def may_read_consent_form(person: Visitor, stored: StoredFile) -> bool:
    """Who keeps the register: a signed sheet may show name, address and telephone in clear."""
    leader = Leader.objects.filter(code=stored.subject).select_related("organisation").first()
    return leader is not None and may_keep_register(person, leader.organisation)


# Leaders


def may_hold_contact(purposes: Collection[str]) -> bool:
    """Whether telephone and other ways to reach somebody may be kept at all."""
    return ConsentPurpose.CONTACT in purposes


def may_mentor_contact(purposes: Collection[str]) -> bool:
    return may_hold_contact(purposes) and ConsentPurpose.MENTOR in purposes


def may_be_named(leader: Leader, purposes: Collection[str]) -> bool:
    """Whether a public page may name the leader."""
    return leader.erased_at is None and ConsentPurpose.PUBLICATION in purposes


def has_mobile_number(text: str) -> bool:
    """Whether a mobile number stands in the text, with blanks or dashes between its groups too."""
    return PHONE.search(_BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text))) is not None


def require_plain(**texts: object) -> None:
    """Raises Refused, naming the field, for an identity-card number, and for a telephone number outside the field for it.

    Free text is read by mentors and supervisors, and stays when consent is withdrawn: no number may hide there.
    """
    for field, text in texts.items():
        if not isinstance(text, str):
            continue
        if has_identity_number(text):
            raise Refused(
                _("Leave out the identity-card number: nothing here needs it."),
                code="identity_number",
                field=field,
            )
        if field not in {"phone", "reach"} and has_mobile_number(text):
            raise Refused(
                _("A telephone number does not belong into the text. Leave it out here."),
                code="phone_in_text",
                field=field,
            )


# Needs


def answer_due(entered_on: dt.date) -> dt.date:
    """The day by which whoever raised a need is to have an answer."""
    return working_days_after(entered_on, ANSWER_WITHIN)
