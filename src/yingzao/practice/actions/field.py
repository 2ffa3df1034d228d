"""What learners bring from the field, as their phones deliver it: walks, points, photos, interviews, proposals.

A signed ticket of the page proves whose phone it is, so that what was done without a network arrives after the session has ended.
Each item is taken by itself: one that is refused holds no other up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities.models import Community
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork import actions as fieldwork
from yingzao.fieldwork.models import FieldPhoto, Interview, Proposal, Walk, WalkPoint
from yingzao.fieldwork.queries import guide_version
from yingzao.fieldwork.readers.deliveries import Delivery, Item, Receipt
from yingzao.people.models import Person
from yingzao.practice import rules
from yingzao.practice.models import FieldRecord

SALT = "practice.field"
TICKET_DAYS = 60  # in which what a phone kept without a network may still arrive


def field_ticket(enrolment: Enrolment, now: dt.datetime | None = None) -> str:
    """What the learner's page carries: whose phone it is, as which learner."""
    issued = int((now or clock.now()).timestamp())
    return signing.dumps([enrolment.pk, enrolment.person_id or 0, issued], salt=SALT)


@dataclass(frozen=True, slots=True)
class Bearer:
    """The learner of a good ticket."""

    enrolment: Enrolment
    person: Person


def read_field_ticket(token: str, now: dt.datetime) -> Bearer | None:
    """None for what we did not sign, once it is too old, and for who is no learner any more."""
    try:
        enrolment_id, person_id, issued = signing.loads(token, salt=SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    if now.timestamp() - issued > TICKET_DAYS * 86_400:
        return None
    rows = Enrolment.objects.select_related("person", "community", "programme")
    enrolment = rows.filter(pk=enrolment_id, person=person_id).first()
    if enrolment is None or enrolment.person is None:
        return None
    return Bearer(enrolment, enrolment.person)


def take_delivery(*, bearer: Bearer, delivery: Delivery, now: dt.datetime) -> list[Receipt]:
    """One receipt for each item, once it is on the disk. The same delivery twice changes nothing the second time.

    Photos come last: a point that was mended is younger than the photos that wait for it.
    """
    ahead = dt.timedelta(milliseconds=delivery.clock_ms - round(now.timestamp() * 1000))
    return [_take(bearer, item, min(item.at - ahead, now)) for item in sorted(delivery.items, key=_is_photo)]


def _is_photo(item: Item) -> bool:
    return item.do == "field_photo"


def _take(bearer: Bearer, item: Item, at: dt.datetime) -> Receipt:
    """`at`: when it was done, by our clock."""
    handler = _HANDLERS.get(item.do)
    if handler is None:
        sentence = _("The server does not know this kind of record yet. It stays on the phone.")
        return Receipt(item.key, item.sha256, "unknown", sentence, kept=False)
    try:
        with transaction.atomic():
            community = _community(bearer)
            handler(bearer, community, item, at)
    except Refused as refusal:
        return Receipt(item.key, item.sha256, "refused", refusal.sentence, more={"code": refusal.code})
    return Receipt(item.key, item.sha256, "noted")


def _community(bearer: Bearer) -> Community:
    if not rules.may_find(bearer.person, bearer.enrolment):
        raise Refused(_("This learner is not in the programme any more."), code="not_own")
    if bearer.enrolment.community is None:
        raise Refused(
            _("Your community is not in the register yet. Ask the organiser to enter it."),
            code="no_community",
        )
    return bearer.enrolment.community


def _walk(bearer: Bearer, community: Community, item: Item, at: dt.datetime) -> None:
    _walk_of(bearer, community, item.key, at, item.text("title", 120))


def _walk_of(bearer: Bearer, community: Community, key: UUID, began_at: dt.datetime, title: str) -> Walk:
    walk = fieldwork.keep_walk(key=key, community=community, by=bearer.person, began_at=began_at, title=title)
    _belongs(bearer, walk=walk)
    return walk


def _point(bearer: Bearer, community: Community, item: Item, at: dt.datetime) -> None:
    """A point names its walk, which is begun where it has not arrived. `gone` takes the point back."""
    key, walk_key = item.other_key("point"), item.other_key("walk")
    if key is None or walk_key is None:
        raise Refused(_("This point cannot be read. Write it once more."), code="unreadable")
    if item.told.get("gone") is True:
        fieldwork.take_back_point(key=key, by=bearer.person, said_at=at)
        return
    walk = _walk_of(bearer, community, walk_key, at, "")
    seen = fieldwork.Seen(
        kind=item.text("kind", 12),
        facet=item.text("facet", 12),
        text=item.long_text("text", 3000),
        place=item.text("where", 120),
        spot=item.place,
    )
    fieldwork.put_point(key=key, walk=walk, by=bearer.person, said_at=at, seen=seen)


def _photo(bearer: Bearer, _community: Community, item: Item, at: dt.datetime) -> None:
    key = item.other_key("of")
    of: Any = key and (
        WalkPoint.objects.filter(key=key, walk__by=bearer.person).first()
        or Interview.objects.filter(key=key, by=bearer.person).first()
    )
    if of is None:
        raise Refused(_("What this photo belongs to was not taken."), code="unknown")
    fieldwork.announce_photo(
        key=item.key,
        of=of,
        by=bearer.person,
        at=at,
        size=item.number("size") or 0,
        sum=item.text("sum", 64),
    )


def _interview(bearer: Bearer, community: Community, item: Item, at: dt.datetime) -> None:
    version = guide_version(community, item.text("guide", 20), item.number("version") or 0)
    if version is None:
        raise Refused(_("This guide is not there any more. Ask the organiser."), code="no_guide")
    answers = item.told.get("answers")
    interview = fieldwork.keep_interview(
        key=item.key,
        community=community,
        version=version,
        by=bearer.person,
        on=_day(item, at),
        answers=[one if isinstance(one, str) else "" for one in answers] if isinstance(answers, list) else [],
        role=item.text("role", 60),
        name=item.text("name", 60),
        phone=item.text("phone", 20),
        purposes=item.texts("purposes"),
        agreed_note=item.text("agreed_note", 200),
        observed=item.long_text("observed", 3000),
    )
    _belongs(bearer, interview=interview)


def _proposal(bearer: Bearer, community: Community, item: Item, _at: dt.datetime) -> None:
    proposal = fieldwork.propose(
        key=item.key,
        community=community,
        by=bearer.person,
        kind=item.text("kind", 12),
        title=item.text("title", 120),
        text=item.long_text("text", 3000),
        facets=item.texts("facets"),
    )
    _belongs(bearer, proposal=proposal)


Handler = Callable[[Bearer, Community, Item, dt.datetime], None]
_HANDLERS: dict[str, Handler] = {
    "walk": _walk,
    "point": _point,
    "field_photo": _photo,
    "interview": _interview,
    "proposal": _proposal,
}


def _day(item: Item, at: dt.datetime) -> dt.date:
    return clock.parse_day(item.text("on", 10)) or clock.local_date(at)


def _belongs(bearer: Bearer, **what: Walk | Interview | Proposal) -> None:
    """Say once which learner brought it."""
    FieldRecord.objects.get_or_create(
        **what,
        defaults={
            "organisation_id": bearer.enrolment.organisation_id,
            "enrolment": bearer.enrolment,
            "made_at": clock.now(),
        },
    )


def take_photo_piece(*, bearer: Bearer, key: UUID, at: int, data: bytes) -> fieldwork.Arrived:
    """A piece of a photo that this learner's phone told of before. Raises Refused (`unknown`, `too_large`)."""
    photo = FieldPhoto.objects.filter(key=key, by=bearer.person).first()
    if photo is None:
        raise Refused(_("The server does not know this photo yet."), code="unknown")
    return fieldwork.take_piece(photo=photo, at=at, data=data)


@transaction.atomic
def show_interviewed_to_mentor(*, interview: Interview, by: Person) -> str:
    """A resident's telephone in clear for the mentor of the learner who asked. Raises Refused where they did not agree to that."""
    purposes = fieldwork.consents_standing(interview)
    if not rules.may_contact_interviewed_as_mentor(by, interview, purposes):
        raise Refused(_("They have not agreed that the mentor may be in touch."), code="no_consent")
    return fieldwork.show_interview_contact(interview=interview, by=by, reader="mentor")
