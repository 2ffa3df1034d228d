"""Accounts and their passwords."""

import datetime as dt
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, locking
from yingzao.core.codes import new_code
from yingzao.core.errors import Refused
from yingzao.people import queries, rules, signals
from yingzao.people.actions.sign_in import prove_again
from yingzao.people.models import Organisation, Person, ResetLink
from yingzao.people.validators import check_password, check_username, normal_phone, normal_username

RESET_LINK_LASTS = dt.timedelta(hours=24)


@transaction.atomic
def create_account(
    *,
    by: Person | None,
    display_name: str,
    password: str | None = None,
    username: str = "",
    phone: str = "",
    check: bool = True,
) -> Person:
    """Make an account that signs in by username, phone or both. Without a password nobody can sign in with it yet.

    Raises Refused (field `name`, `username`, `phone` or `password`). `check=False` skips the password rules: for the
    example's people only.
    """
    username, kept_phone = _checked_names(username=username, phone=phone)
    if not (username or kept_phone):
        raise Refused(_("Enter a username or a phone number."), code="no_name", field="name")
    person = Person(
        username=username or f"u{new_code().lower()}", phone=kept_phone, display_name=display_name.strip()
    )
    if not person.display_name:
        raise Refused(_("Enter a name."), code="no_name", field="display_name")
    if password is not None and check:
        _check_password(password, person)
    person.set_password(password)
    _save_named(person)
    audit.record(actor=by or person, act="people.account.created", subject=person.code, organisation_id=None)
    return person


def update_account(
    *,
    person: Person,
    display_name: str,
    username: str,
    phone: str,
    password: str,
    address: str = "",
    device: str = "",
) -> None:
    """Change what one's own account is called, with one's password. Enrolments keep the name that they were given."""
    prove_again(person=person, password=password, address=address, device=device, field="password")
    username, kept_phone = _checked_names(username=username, phone=phone)
    if not username:
        raise Refused(_("Enter a username."), code="no_name", field="username")
    given = {"display_name": display_name.strip(), "username": username, "phone": kept_phone}
    changed = [name for name, value in given.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, given[name])
    with transaction.atomic():
        _save_named(person)
        audit.record(
            actor=person,
            act="people.account.changed",
            subject=person.code,
            organisation_id=None,
            after={"fields": changed},
        )


def keep_language(*, person: Person, language: str) -> None:
    """What messages to the person are written in from now on. ValueError for a language that we do not have."""
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"{language!r} is none of our languages")
    if person.language != language:
        person.language = language
        person.save(update_fields=["language"])


@transaction.atomic
def enter_email(*, person: Person, email: str) -> None:
    """Keep an address that the person has yet to confirm, or none. The one before is forgotten."""
    email = email.strip()
    if email == person.email:
        return
    person.email, person.email_confirmed_at = email, None
    person.save(update_fields=["email", "email_confirmed_at"])
    audit.record(
        actor=person,
        act="people.email.entered" if email else "people.email.removed",
        subject=person.code,
        organisation_id=None,
    )


@transaction.atomic
def confirm_email(*, person: Person, email: str) -> bool:
    """Whoever opened the link reads that mailbox. False where the person has entered another address since."""
    kept = Person.objects.filter(pk=person.pk, email=email, is_active=True)
    if not kept.exists():
        return False
    if kept.filter(email_confirmed_at=None).update(email_confirmed_at=clock.now()):
        audit.record(actor=person, act="people.email.confirmed", subject=person.code, organisation_id=None)
    return True


@transaction.atomic
def set_password(*, person: Person, password: str, by: Person | None) -> None:
    """Set a password by the rules and end every session of the person."""
    _check_password(password, person)
    person.set_password(password)
    person.session_epoch = new_code()
    person.save(update_fields=["password", "session_epoch"])
    signals.signed_out.send(sender=Person, person=person, session_keys=None)
    audit.record(actor=by, act="people.password.set", subject=person.code, organisation_id=None)


def change_password(*, person: Person, old: str, new: str, address: str = "", device: str = "") -> None:
    """Set a new password for somebody who knows the old one. Ends every session; the caller opens this one again."""
    prove_again(person=person, password=old, address=address, device=device, field="old")
    set_password(person=person, password=new, by=person)


@transaction.atomic
def make_reset_link(*, by: Person | None, person: Person, organisation: Organisation | None) -> str:
    """A token for one new password within 24 hours, told once; earlier links of the person end. Audited.

    The calling room has checked that `person` is one of `by`'s learners or staff in `organisation`. Refused where the
    account acts for another organisation too. `by` and `organisation` are None for whoever runs the machine.
    """
    if by is not None:
        if organisation is None or not rules.may_reset(by, person, organisation):
            raise Refused(
                _(
                    "No link can be made for this account: it is closed, your own, or holds rights that you do not. "
                    "Ask whoever runs this Yingzao."
                ),
                code="not_yours",
            )
        signals.reset_link_asked.send(sender=ResetLink, by=by, person=person, organisation=organisation)
    now = clock.now()
    ResetLink.objects.filter(person=person, used_at=None, expires_at__gt=now).update(expires_at=now)
    token = secrets.token_urlsafe(24)
    link = ResetLink.objects.create(
        person=person,
        token_hash=queries.hash_of(token),
        created_by=by,
        created_at=now,
        expires_at=now + RESET_LINK_LASTS,
    )
    audit.record(
        actor=by,
        act="people.reset_link.made",
        subject=person.code,
        organisation_id=organisation.pk if organisation else None,
        after={"expires_at": link.expires_at.isoformat()},
    )
    return token


@transaction.atomic
def use_reset_link(*, token: str, password: str) -> Person:
    """Set the password that the link allows, once. Raises Refused when the link is used, old or unknown."""
    locking.take_turn(f"people.reset:{queries.hash_of(token)}")
    link = queries.live_reset_link(token)
    if link is None:
        raise Refused(
            _("This link has been used or has expired. Ask your organiser for a new one."), code="gone"
        )
    set_password(person=link.person, password=password, by=link.person)
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    audit.record(
        actor=link.person, act="people.reset_link.used", subject=link.person.code, organisation_id=None
    )
    return link.person


def _checked_names(*, username: str, phone: str) -> tuple[str, str | None]:
    username = normal_username(username)
    if username:
        try:
            check_username(username)
        except ValidationError as failure:
            raise Refused(failure.messages[0], code="username", field="username") from None
    kept_phone = normal_phone(phone) if phone.strip() else None
    if phone.strip() and kept_phone is None:
        raise Refused(_("A phone number has 11 digits and begins with 1."), code="phone", field="phone")
    return username, kept_phone


def _check_password(password: str, person: Person) -> None:
    try:
        check_password(password, person)
    except ValidationError as failure:
        raise Refused(" ".join(failure.messages), code="password", field="password") from None


def _save_named(person: Person) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise Refused(
            _(
                "This username or phone number cannot be used for a new account. "
                "If it is yours, sign in with it instead."
            ),
            code="taken",
            field="name",
        ) from None
