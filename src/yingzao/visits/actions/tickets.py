"""What a phone proves itself by: a signed ticket for deliveries, and the signed code that a learner carries."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person

SALT = "visits.field"
PASS_SALT = "visits.pass"
TICKET_DAYS = 60  # in which what a phone kept without a network may still arrive


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose phone it is, for which visit, as what: a learner by the enrolment, or staff (enrolment 0).

    Signed, so that what was kept without a network arrives after the session has ended, and is checked without a query.
    `bundle` is the start of the hash of what the phone was given to work with.
    """

    organisation_id: int
    activity_id: int
    person_id: int
    enrolment_id: int
    issued: int  # seconds since 1970
    bundle: str = ""

    @property
    def is_staff(self) -> bool:
        return self.enrolment_id == 0

    def sign(self) -> str:
        told = [
            self.organisation_id,
            self.activity_id,
            self.person_id,
            self.enrolment_id,
            self.issued,
            self.bundle,
        ]
        return signing.dumps(told, salt=SALT)

    @classmethod
    def read(cls, token: str, now: dt.datetime) -> Ticket | None:
        """None for what we did not sign, and once it is too old."""
        ticket = _ticket_of(token, settings.SECRET_KEY)
        if ticket is None:
            return None
        return ticket if now.timestamp() - ticket.issued <= TICKET_DAYS * 86_400 else None


@lru_cache(maxsize=1024)  # a phone shows its ticket with each delivery
def _ticket_of(token: str, secret: str) -> Ticket | None:
    try:
        return Ticket(*signing.loads(token, key=secret, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def learner_ticket(enrolment: Enrolment, activity: Activity, now: dt.datetime | None = None) -> str:
    issued = int((now or clock.now()).timestamp())
    person = enrolment.person_id or 0
    return Ticket(activity.organisation_id, activity.pk, person, enrolment.pk, issued).sign()


def staff_ticket(person: Person, activity: Activity, bundle: str = "", now: dt.datetime | None = None) -> str:
    issued = int((now or clock.now()).timestamp())
    return Ticket(activity.organisation_id, activity.pk, person.pk, 0, issued, bundle[:16]).sign()


def pass_of(enrolment_code: str) -> str:
    """The code that a learner shows to staff: the enrolment's and 80 bits that only we can make."""
    return _pass_of(enrolment_code, settings.SECRET_KEY)


@lru_cache(maxsize=8192)  # asked at every stop
def _pass_of(enrolment_code: str, secret: str) -> str:
    seal = salted_hmac(PASS_SALT, enrolment_code, secret=secret, algorithm="sha256").digest()[:10]
    return f"{enrolment_code}.{base64.b32encode(seal).decode().lower()}"


def read_pass(shown: str) -> str | None:
    """The enrolment's code, if the pass is ours."""
    code = shown.rpartition(".")[0]
    return code if code and hmac.compare_digest(shown.encode(), pass_of(code).encode()) else None
