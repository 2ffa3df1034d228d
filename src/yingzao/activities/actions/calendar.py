"""The learner's calendar address: made, renewed, closed. Nobody else does any of it."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.models import CalendarFeed
from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person


@transaction.atomic
def renew_feed(*, enrolment: Enrolment, by: Person) -> CalendarFeed:
    """Give the learner a calendar address of 192 random bits. One that there was before opens nothing any more."""
    _require_own(enrolment, by)
    feed, made = CalendarFeed.objects.update_or_create(
        enrolment=enrolment,
        defaults={"organisation_id": enrolment.organisation_id, "token": secrets.token_urlsafe(24)},
    )
    _record(enrolment, by, "made" if made else "renewed")
    return feed


@transaction.atomic
def close_feed(*, enrolment: Enrolment, by: Person) -> None:
    """Take the calendar address away; closing what is closed changes nothing."""
    _require_own(enrolment, by)
    gone, _rows = CalendarFeed.objects.filter(enrolment=enrolment).delete()
    if gone:
        _record(enrolment, by, "closed")


def _require_own(enrolment: Enrolment, by: Person) -> None:
    if enrolment.person_id is None or enrolment.person_id != by.pk:
        raise Refused(_("Only the learner may do this."), code="not_own")


def _record(enrolment: Enrolment, by: Person, what: str) -> None:
    audit.record(
        actor=by,
        act=f"activities.calendar.{what}",
        subject=enrolment.code,
        organisation_id=enrolment.organisation_id,
    )
