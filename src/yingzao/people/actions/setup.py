"""The first minutes of an instance: its organisation, its first organiser, the example's sign-in buttons."""

import json
import os
import secrets

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, locking
from yingzao.core.errors import Refused
from yingzao.people import queries
from yingzao.people.actions.accounts import create_account
from yingzao.people.actions.notice import agree_to_notice
from yingzao.people.actions.rights import grant
from yingzao.people.enums import OrganisationKind
from yingzao.people.models import Organisation, Person
from yingzao.people.validators import normal_phone

TOKEN_FILE = "setup-token"


def make_setup_token() -> str:
    """The word that `/setup/` asks of everybody who is not on this machine. Kept in the data folder, mode 600."""
    path = settings.DATA / TOKEN_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    token = secrets.token_urlsafe(12)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)
    return token


def wrong_setup_token() -> str:
    return _("This is not the word from the terminal. Look there and copy it whole.")


def setup_token_matches(typed: str) -> bool:
    try:
        kept = (settings.DATA / TOKEN_FILE).read_text().strip()
    except OSError:
        return False
    return bool(kept) and secrets.compare_digest(kept.encode(), typed.strip().encode())


@transaction.atomic
def create_organisation(
    *, by: Person | None, name: str, short_name: str = "", kind: str = OrganisationKind.OFFICE
) -> Organisation:
    organisation = Organisation.objects.create(name=name.strip(), short_name=short_name.strip(), kind=kind)
    audit.record(
        actor=by,
        act="people.organisation.created",
        subject=organisation.code,
        organisation_id=organisation.pk,
    )
    return organisation


@transaction.atomic
def set_up_instance(
    *, organisation_name: str, short_name: str = "", display_name: str, name: str, password: str
) -> Person:
    """Make the first organisation and its organiser. Refused once there is an organisation."""
    locking.take_turn("people.setup")
    if not queries.is_empty_instance():
        raise Refused(_("This instance has been set up already. Sign in."), code="set_up")
    phone = normal_phone(name)
    person = create_account(
        by=None,
        display_name=display_name,
        password=password,
        username="" if phone else name,
        phone=name if phone else "",
    )
    organisation = create_organisation(by=person, name=organisation_name, short_name=short_name)
    grant(by=None, person=person, organisation=organisation)
    transaction.on_commit(lambda: (settings.DATA / TOKEN_FILE).unlink(missing_ok=True))
    return person


def list_demo_people(people: list[tuple[Person, str]]) -> None:
    """Offer these people, each with the label of its button, on the sign-in page of a demo instance.

    They are invented, so they count as having agreed to the privacy notice: one press leads to the person's page.
    """
    if notice := queries.current_privacy_notice():
        for person, _label in people:
            agree_to_notice(person=person, notice=notice)
    listed = [{"code": person.code, "label": label} for person, label in people]
    target = settings.DATA / queries.DEMO_PEOPLE_FILE
    draft = target.with_suffix(".new")
    draft.write_text(json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(target)
