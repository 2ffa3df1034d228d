"""What people keeps of a person: the account and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yingzao.core import media
from yingzao.core.codes import new_code
from yingzao.people import signals
from yingzao.people.enums import ConsentSubject
from yingzao.people.models import Consent, DataCopy, Grant, Invitation, Person, SignIn
from yingzao.people.personal.registry import Erasure, Kind, on_erase, on_hold, plain, register


def _account(person: Person) -> Iterator[dict[str, Any]]:
    yield plain(
        person, "code", "username", "phone", "email", "email_confirmed_at", "language", "display_name",
        "date_joined", "last_login",
    )  # fmt: skip


def _sign_ins(person: Person) -> Iterator[dict[str, Any]]:
    for row in SignIn.objects.filter(person=person):
        yield plain(row, "at", "outcome", "typed", "address", "device")


def _agreements(person: Person) -> Iterator[dict[str, Any]]:
    for row in person.privacy_agreements.select_related("notice"):
        yield plain(row, "agreed_at", version=row.notice.version)


def _consents(person: Person) -> Iterator[dict[str, Any]]:
    for row in Consent.objects.filter(subject_kind=ConsentSubject.PERSON, subject_code=person.code):
        yield plain(row, "code", "purpose", "given_at", "withdrawn_at")


def _rights(person: Person) -> Iterator[dict[str, Any]]:
    for row in Grant.objects.filter(person=person).select_related("organisation"):
        yield plain(row, "right", "created_at", "ended_at", organisation=row.organisation.name)


def _acts(person: Person) -> Iterator[dict[str, Any]]:
    """What was done; the rows that it was done to are named by their codes alone."""
    for row in person.audit_lines.order_by("pk"):
        yield plain(row, "at", "act", "subject", "origin")


def _organisations_of(person: Person) -> Iterable[int]:
    return Grant.objects.filter(person=person, ended_at=None).values_list("organisation_id", flat=True)


def erase(erasure: Erasure) -> None:
    """Rights in the organisation end; the account goes where nobody else keeps anything of the person."""
    person = erasure.person
    if person is None:
        return
    Grant.objects.filter(person=person, organisation=erasure.organisation, ended_at=None).update(
        ended_at=erasure.at
    )
    if erasure.whole:
        _erase_account(person, erasure)


def _erase_account(person: Person, erasure: Erasure) -> None:
    keys = list(
        SignIn.objects.filter(person=person).exclude(session_key="").values_list("session_key", flat=True)
    )
    Session.objects.filter(session_key__in=keys).delete()
    signals.signed_out.send(sender=Person, person=person, session_keys=None)
    SignIn.objects.filter(person=person).update(typed="", name_key="", session_key="")
    person.reset_links.all().delete()
    for copy in DataCopy.objects.filter(person=person).select_related("file"):
        if copy.file is not None:
            media.remove(copy.file)
    DataCopy.objects.filter(person=person).delete()
    consents = Consent.objects.filter(subject_kind=ConsentSubject.PERSON, subject_code=person.code)
    consents.filter(withdrawn_at=None).update(withdrawn_at=erasure.at)
    for consent in consents.select_related("form"):
        if consent.form is not None:
            media.blank(consent.form)
    consents.update(note="")
    Invitation.objects.filter(Q(accepted_by=person)).update(shown_name=erasure.name)
    person.username, person.phone, person.email = f"erased-{person.code.lower()}", None, ""
    person.email_confirmed_at, person.language, person.last_login = None, "", None
    person.display_name = erasure.name
    person.is_active = person.is_staff = person.is_superuser = False
    person.session_epoch, person.erased_at = new_code(), erasure.at
    person.set_unusable_password()
    person.save()


register(
    Kind("account", _("Account"), why=_("So that it is you who signs in."), period="account", rows=_account),
    Kind(
        "sign_ins",
        _("Sign-ins"),
        why=_("The law asks for network logs, and they show when somebody else uses your account."),
        period="sign_ins",
        rows=_sign_ins,
    ),
    Kind(
        "agreements",
        _("Agreements to the privacy notice"),
        why=_("Which version you agreed to, and when."),
        period="account",
        rows=_agreements,
    ),
    Kind(
        "consents",
        _("Consents"),
        why=_("What you consented to beyond that, and what you took back."),
        period="account",
        rows=_consents,
    ),
    Kind("rights", _("Rights"), why=_("So that you may do your work."), period="account", rows=_rights),
    Kind(
        "acts",
        _("Record of acts"),
        why=_("Who did what and when, so that it can be checked. Rows stand by their codes."),
        period="acts",
        rows=_acts,
    ),
)
on_erase("people", erase)
on_hold(_organisations_of)
