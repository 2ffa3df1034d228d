"""Signing in and out.

Tries are counted in the sign-in log itself. A try is written as refused before the password is looked at and turned
into an entry afterwards: a try that is cut off, or one of many at once, still counts.
"""

import datetime as dt
import math

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.core import audit, clock, locking
from yingzao.core.codes import new_code
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_name, mask_phone
from yingzao.people import queries, signals
from yingzao.people.enums import SignInOutcome
from yingzao.people.models import Person, SignIn
from yingzao.people.validators import normal_phone, normal_username

# Tries older than this are forgotten; a lock ends so long after its last try.
WINDOW = dt.timedelta(minutes=15)
TRIES_OF_A_NAME = 5
TRIES_FROM_AN_ADDRESS = 50  # an office and its training room are one address


def begin_sign_in(*, name: str, password: str, address: str, device: str) -> SignIn:
    """Check a name and password. The returned entry names its person; the caller opens the session and ties it.

    Raises Refused with code `locked` or `wrong`. Names that exist and names that do not get the same sentence, the
    same lock, and the work of one password hash.
    """
    person = queries.find_person(name)
    attempt = _open_try(person=person, name=name, address=address, device=device)
    if person is None:
        make_password(password)  # as long as checking one takes
        matches = False
    else:
        matches = person.check_password(password) and person.is_active
    if not matches:
        raise Refused(_("The name or the password is not right. Check both and try again."), code="wrong")
    with transaction.atomic():
        attempt.outcome = SignInOutcome.ENTERED
        attempt.save(update_fields=["outcome"])
    return attempt


def prove_again(*, person: Person, password: str, address: str, device: str, field: str) -> None:
    """Check the password of somebody signed in, before a change that matters. Wrong tries count like those at the door."""
    attempt = _open_try(person=person, name="", address=address, device=device)
    if not person.check_password(password):
        raise Refused(_("The present password is not right."), code="wrong", field=field)
    attempt.delete()


def enter(*, person: Person, address: str, device: str, typed: str = "") -> SignIn:
    """Write an entry for somebody who proved themselves otherwise: a link, a new account, the example's buttons."""
    return SignIn.objects.create(
        person=person,
        typed=typed,
        name_key=_name_key(person, ""),
        outcome=SignInOutcome.ENTERED,
        address=address[:60],
        device=device[:200],
    )


def tie_session(*, sign_in: SignIn, session_key: str) -> None:
    """Remember which session a sign-in opened, so that its person can end it."""
    sign_in.session_key = session_key
    sign_in.save(update_fields=["session_key"])


@transaction.atomic
def record_sign_out(*, person: Person, address: str, device: str, session_key: str = "") -> None:
    SignIn.objects.create(
        person=person, outcome=SignInOutcome.LEFT, address=address[:60], device=device[:200]
    )
    if session_key:
        signals.signed_out.send(sender=Person, person=person, session_keys=[session_key])


@transaction.atomic
def sign_out_everywhere(*, person: Person) -> None:
    """End every session of the person, this one too: the caller may open a new one."""
    keys = list(queries.devices_of(person).values_list("session_key", flat=True))
    person.session_epoch = new_code()
    person.save(update_fields=["session_epoch"])
    Session.objects.filter(session_key__in=keys).delete()
    signals.signed_out.send(sender=Person, person=person, session_keys=None)
    audit.record(
        actor=person,
        act="people.sessions.ended",
        subject=person.code,
        organisation_id=None,
        after={"sessions": len(keys)},
    )


@transaction.atomic
def end_device(*, person: Person, sign_in: SignIn) -> None:
    """End the one session that this sign-in opened."""
    Session.objects.filter(session_key=sign_in.session_key).delete()
    signals.signed_out.send(sender=Person, person=person, session_keys=[sign_in.session_key])
    audit.record(
        actor=person,
        act="people.session.ended",
        subject=person.code,
        organisation_id=None,
        after={"sign_in": sign_in.code},
    )


@transaction.atomic
def count_failure(*, name: str, address: str, device: str) -> None:
    """Count a refusal that told something about accounts (a taken phone number) against its address."""
    _open_try(person=None, name="", address=address, device=device, typed=_masked(name))


def _open_try(*, person: Person | None, name: str, address: str, device: str, typed: str = "") -> SignIn:
    key = _name_key(person, name)
    with transaction.atomic():
        locking.take_turn(f"people.sign-in:{key}")
        now = clock.now()
        wait = _minutes_locked(name_key=key, address=address, now=now)
        attempt = SignIn.objects.create(
            person=person,
            typed=typed or _masked(name),
            name_key=key,
            outcome=SignInOutcome.LOCKED if wait else SignInOutcome.REFUSED,
            at=now,
            address=address[:60],
            device=device[:200],
        )
    if wait:
        raise Refused(
            ngettext(
                "Too many wrong tries. Try again in %(n)d minute, or ask your organiser for a link to set a new password.",
                "Too many wrong tries. Try again in %(n)d minutes, or ask your organiser for a link to set a new password.",
                wait,
            )
            % {"n": wait},
            code="locked",
        )
    return attempt


def _minutes_locked(*, name_key: str, address: str, now: dt.datetime) -> int:
    """Minutes until another try counts, rounded up; 0 where there is no lock."""
    since = now - WINDOW
    recent = SignIn.objects.filter(at__gt=since)
    of_name = recent.filter(name_key=name_key) if name_key else recent.none()
    last_entry = of_name.filter(outcome=SignInOutcome.ENTERED).first()
    refused = of_name.filter(outcome=SignInOutcome.REFUSED)
    if last_entry:
        refused = refused.filter(at__gt=last_entry.at)
    from_address = recent.filter(outcome=SignInOutcome.REFUSED, address=address[:60])
    ends = []
    for tries, limit in ((refused, TRIES_OF_A_NAME), (from_address, TRIES_FROM_AN_ADDRESS)):
        last = list(tries.order_by("-at").values_list("at", flat=True)[:limit])
        if len(last) == limit:
            ends.append(last[0] + WINDOW)
    return max((math.ceil((end - now).total_seconds() / 60) for end in ends), default=0)


def _name_key(person: Person | None, name: str) -> str:
    named = f"person:{person.pk}" if person else f"name:{normal_phone(name) or normal_username(name)}"
    if named == "name:":
        return ""
    return salted_hmac(
        "yingzao.people.tries", named, secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()


def _masked(name: str) -> str:
    return mask_phone(name) if normal_phone(name) else mask_name(name)[:20]
