"""Devices: browsers in which a person switched notices on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, locking, ports
from yingzao.core.codes import new_code
from yingzao.core.errors import Refused
from yingzao.notices import phrases, queries
from yingzao.notices.enums import TO_GO, Channel, DeliveryState
from yingzao.notices.models import Delivery, Device, Message
from yingzao.people.models import Organisation, Person

MOST = 10  # devices of one person; of more the oldest goes
TESTS_AN_HOUR = 10
TESTING = "push_test"


@transaction.atomic
def add_device(
    *, person: Person, endpoint: str, key: str, secret: str, user_agent: str, session_key: str
) -> Device:
    """Switch notices on in a browser; the same browser again stays one device, of whoever is signed in there now.

    Raises Refused where this Yingzao sends none, and for an endpoint to which nothing may be posted from here.
    """
    courier = ports.port("push")
    if courier.missing():
        raise Refused(_("This Yingzao sends no notices to devices."), code="no_push")
    if len(endpoint) > 1000 or len(key) > 120 or len(secret) > 40 or courier.refuses(endpoint, (key, secret)):
        raise Refused(
            _("From here nothing can be sent to this browser's push service. Use e-mail instead."),
            code="endpoint",
        )
    locking.take_turn(f"notices.devices:{person.code}")
    had = Device.objects.filter(endpoint=endpoint).first()
    if had is not None and had.person_id != person.pk:
        let_go(Device.objects.filter(pk=had.pk))
        had = None
    told = {"key": key, "secret": secret, "user_agent": user_agent[:200], "session_key": session_key}
    if had is not None:
        Device.objects.filter(pk=had.pk).update(**told)
        return had
    device = Device.objects.create(person=person, endpoint=endpoint, **told)
    surplus = queries.devices_of(person).values_list("pk", flat=True)[MOST:]
    let_go(Device.objects.filter(pk__in=list(surplus)))
    _record(device, "added")
    return device


@transaction.atomic
def remove_device(*, device: Device) -> None:
    """Nothing goes there any more, neither what waits."""
    _record(device, "removed")
    let_go(Device.objects.filter(pk=device.pk))


@transaction.atomic
def test_device(*, device: Device, organisation: Organisation) -> None:
    """Send one notice to this device alone, at once; the person's messages say what became of it."""
    person, now = device.person, clock.now()
    asked = Message.objects.filter(person=person, kind=TESTING, sent_at__gt=now - dt.timedelta(hours=1))
    if asked.count() >= TESTS_AN_HOUR:
        raise Refused(_("Enough tests for one hour. Try again later."), code="too_many")
    message = Message.objects.create(
        organisation=organisation,
        person=person,
        key=f"{TESTING}:{new_code()}",
        kind=TESTING,
        language=person.language or settings.LANGUAGE_CODE,
        title=_("A test: notices arrive on this device."),
        url=reverse("notices:settings"),
        is_urgent=True,
        sent_at=now,
        read_at=now,
        sent_by=person,
    )
    Delivery.objects.create(
        organisation=organisation,
        message=message,
        channel=Channel.PUSH,
        device=device.code,
        next_try_at=now,
        created_at=now,
    )


@transaction.atomic
def forget_signed_out(*, person: Person, session_keys: Sequence[str] | None) -> None:
    """Nothing more goes to where the person signed out; None: was signed out everywhere."""
    devices = queries.devices_of(person)
    let_go(
        devices if session_keys is None else devices.filter(session_key__in=[k for k in session_keys if k])
    )


def let_go(devices: QuerySet[Device]) -> None:
    """The devices go, and with them what waits for them. In the caller's transaction."""
    codes = list(devices.values_list("code", flat=True))
    if not codes:
        return
    Delivery.objects.filter(channel=Channel.PUSH, device__in=codes, state__in=TO_GO, lease_until=None).update(
        state=DeliveryState.GIVEN_UP, problem=phrases.NO_DEVICE, next_try_at=None
    )
    Device.objects.filter(code__in=codes).delete()


def _record(device: Device, what: str) -> None:
    audit.record(
        actor=device.person,
        act=f"notices.device.{what}",
        subject=device.code,
        organisation_id=None,
        after={"service": phrases.push_service(device.endpoint)},
    )
