"""What people choose about messages: which come by e-mail, to which address, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, ports
from yingzao.core.errors import Refused
from yingzao.notices import kind as kinds
from yingzao.notices import phrases
from yingzao.notices.enums import TO_GO, Channel, DeliveryState
from yingzao.notices.models import (
    Delivery,
    Hours,
    Message,
    OrganisationHours,
    Preference,
    QuietHours,
)
from yingzao.people import actions as people
from yingzao.people.models import Organisation, Person

LINK_LASTS = dt.timedelta(days=3)
CONFIRMATIONS_A_DAY = 5  # whoever enters strangers' addresses fills no mailbox


@transaction.atomic
def ask_to_confirm(*, person: Person, organisation: Organisation, email: str) -> None:
    """Keep an address and write there a link that confirms it. Raises Refused (field `email`)."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(
            _("This is no e-mail address. It looks like name@example.org."), code="email", field="email"
        ) from None
    if person.email == email and person.email_confirmed_at:
        return
    if ports.port("mail").missing():
        raise Refused(
            _("This Yingzao sends no e-mail: whoever runs it has not set it up."),
            code="no_mail",
            field="email",
        )
    now = clock.now()
    asked = Message.objects.filter(
        person=person, kind=phrases.CONFIRMING, sent_at__gt=now - dt.timedelta(days=1)
    )
    if asked.count() >= CONFIRMATIONS_A_DAY:
        raise Refused(
            _("Enough links for one day. Look into the mailbox, or try again tomorrow."),
            code="too_many",
            field="email",
        )
    people.enter_email(person=person, email=email)
    message = Message.objects.create(
        organisation=organisation,
        person=person,
        key=f"{phrases.CONFIRMING}:{now.isoformat()}",
        kind=phrases.CONFIRMING,
        language=person.language or settings.LANGUAGE_CODE,
        title=_("Confirm your e-mail address"),
        body=_("Open the link in the letter within three days. Messages come by e-mail from then on."),
        url=reverse("notices:settings"),
        is_urgent=True,
        sent_at=now,
        read_at=now,
        sent_by=person,
    )
    Delivery.objects.create(
        organisation=organisation, message=message, channel=Channel.EMAIL, next_try_at=now, created_at=now
    )


def confirm_address(*, token: str) -> bool:
    """Confirm the address that the link was written to; False for a link that is old, changed or overtaken."""
    try:
        told = signing.loads(token, salt=phrases.CONFIRM, max_age=LINK_LASTS)
    except signing.BadSignature:
        return False
    person = Person.objects.filter(code=told["p"], is_active=True).first()
    return person is not None and people.confirm_email(person=person, email=told["e"])


def forget_address(*, person: Person) -> None:
    people.enter_email(person=person, email="")


@transaction.atomic
def choose(*, person: Person, wanted: Mapping[str, bool], channel: Channel = Channel.EMAIL) -> None:
    """Kind → whether the person wants it by this way. ValueError for a kind that nobody may choose about."""
    offered = {found.key for found in kinds.offered()}
    for key, yes in wanted.items():
        if key not in offered:
            raise ValueError(f"{key!r} is not offered")
        Preference.objects.update_or_create(
            person=person, kind=key, channel=channel, defaults={"wanted": yes}
        )
    _take_back_unwanted(person, [key for key, yes in wanted.items() if not yes], channel)


@transaction.atomic
def set_hours(
    *, person: Person, own: bool, hours: Hours | None, digest_at: dt.time | None, language: str
) -> None:
    """A person's own quiet hours (None: none) or the organisation's, the hour of a daily digest, and the language."""
    people.keep_language(person=person, language=language)
    QuietHours.objects.update_or_create(
        person=person,
        defaults={
            "own": own,
            "begins": hours[0] if own and hours else None,
            "ends": hours[1] if own and hours else None,
            "digest_at": digest_at,
        },
    )


@transaction.atomic
def set_organisation_hours(*, organisation: Organisation, hours: Hours | None, by: Person) -> None:
    """An organisation's usual quiet hours, or none. The caller has checked that `by` runs it."""
    OrganisationHours.objects.update_or_create(
        organisation=organisation,
        defaults={"begins": hours[0] if hours else None, "ends": hours[1] if hours else None},
    )
    audit.record(
        actor=by,
        act="notices.quiet_hours.set",
        subject=organisation.code,
        organisation_id=organisation.pk,
        after={"hours": [f"{moment:%H:%M}" for moment in hours] if hours else []},
    )


def read_stop(token: str) -> tuple[Person, str] | None:
    """Whose letters of which kind (empty: all) a link ends; None for a link that is not ours. Such links never grow old."""
    try:
        told = signing.loads(token, salt=phrases.STOP)
    except signing.BadSignature:
        return None
    person = Person.objects.filter(code=told["p"]).first()
    return (person, told["k"]) if person else None


@transaction.atomic
def stop(*, person: Person, kind: str) -> None:
    """No more e-mail of this kind; of no kind at all where it is empty or nobody may choose about it."""
    offered = [found.key for found in kinds.offered()]
    choose(person=person, wanted=dict.fromkeys([kind] if kind in offered else offered, False))
    audit.record(
        actor=person,
        act="notices.email.stopped",
        subject=person.code,
        organisation_id=None,
        after={"kind": kind},
    )


def _take_back_unwanted(person: Person, unwanted: list[str], channel: Channel) -> None:
    """What waits and is not wanted any more does not go."""
    Delivery.objects.filter(
        message__person=person,
        message__kind__in=unwanted,
        channel=channel,
        state__in=TO_GO,
        lease_until=None,
    ).update(state=DeliveryState.GIVEN_UP, problem="unwanted", next_try_at=None)
