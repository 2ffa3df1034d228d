"""The messages of a person, and what became of what was sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from yingzao.notices import kind as kinds
from yingzao.notices.enums import CHOSEN, Channel
from yingzao.notices.models import (
    QUIET_FROM,
    QUIET_UNTIL,
    Delivery,
    Device,
    Hours,
    Message,
    OrganisationHours,
    Preference,
    QuietHours,
    Robot,
)
from yingzao.people.models import Organisation, Person
from yingzao.people.queries import organisations_of


def messages_for(person: Person) -> QuerySet[Message]:
    """Everything that was sent to the person, newest first, with the ways that it went."""
    return Message.objects.filter(person=person).select_related("organisation").prefetch_related("deliveries")


def unread_count(person: Person) -> int:
    return Message.objects.filter(person=person, read_at=None).count()


def organisation_writing_to(person: Person) -> Organisation | None:
    """The organisation that wrote to the person last, else one that the person organises, else whose instance it is."""
    last = Message.objects.filter(person=person).select_related("organisation").first()
    if last is not None:
        return last.organisation
    return organisations_of(person).first() or Organisation.objects.order_by("pk").first()


# What persons and organisations chose


def hours_of_organisation(organisation: Organisation) -> Hours | None:
    row = OrganisationHours.objects.filter(organisation=organisation).first()
    if row is None:
        return QUIET_FROM, QUIET_UNTIL
    return (row.begins, row.ends) if row.begins and row.ends else None


@dataclass(frozen=True, slots=True)
class Wish:
    """How one person wants one kind of message to come: by which ways, and when."""

    ways: frozenset[str]
    quiet: Hours | None
    digest_at: dt.time | None


def wishes_of(people: Collection[Person], kind: str, organisation: Organisation) -> dict[int, Wish]:
    """Person pk → wish. Three queries, however many people."""
    found = kinds.find(kind)
    usual = {way for way in CHOSEN if found is not None and found.goes_by(way)}
    hours = hours_of_organisation(organisation)
    chosen: dict[tuple[int, str], bool] = {
        (person, way): wanted
        for person, way, wanted in Preference.objects.filter(person__in=people, kind=kind).values_list(
            "person_id", "channel", "wanted"
        )
    }
    own = {row.person_id: row for row in QuietHours.objects.filter(person__in=people)}

    def wish(person: Person) -> Wish:
        row = own.get(person.pk)
        quiet = hours
        if row is not None and row.own:
            quiet = (row.begins, row.ends) if row.begins and row.ends else None
        ways = frozenset(way for way in CHOSEN if chosen.get((person.pk, way), way in usual))
        return Wish(ways, quiet, row.digest_at if row else None)

    return {person.pk: wish(person) for person in people}


def preferences_of(person: Person, channel: Channel = Channel.EMAIL) -> dict[str, bool]:
    """Kind → whether the person wants it by this way, for each kind that may be chosen about."""
    chosen = dict(Preference.objects.filter(person=person, channel=channel).values_list("kind", "wanted"))
    return {found.key: chosen.get(found.key, found.goes_by(channel)) for found in kinds.offered()}


def quiet_hours_of(person: Person) -> QuietHours:
    """The person's row, or one as it would be."""
    return QuietHours.objects.filter(person=person).first() or QuietHours(person=person)


# Devices


def devices_of(person: Person) -> QuerySet[Device]:
    return Device.objects.filter(person=person)


def device_called(code: str) -> Device | None:
    """The device, while it is there and its person's account is in use."""
    return Device.objects.filter(code=code, person__is_active=True).first()


def devices_by_person(people: Iterable[Person]) -> dict[int, list[str]]:
    """Person pk → codes of devices, of those whose account is in use. One query."""
    found: dict[int, list[str]] = {}
    active = [person.pk for person in people if person.is_active]
    for person, code in (
        Device.objects.filter(person__in=active).order_by("pk").values_list("person_id", "code")
    ):
        found.setdefault(person, []).append(code)
    return found


# Robots


def robots_of(programme_code: str) -> QuerySet[Robot]:
    return Robot.objects.filter(programme_code=programme_code, removed_at=None)


def robots_told(programme_code: str, kind: str) -> list[Robot]:
    """The programme's robots whose groups are told of this kind."""
    return [r for r in robots_of(programme_code).filter(paused_at=None) if kind in r.kinds]


# The record


def deliveries_of(programme_code: str) -> QuerySet[Delivery]:
    """Everything that went out, or was to go out, for one programme; newest first."""
    return Delivery.objects.filter(programme_code=programme_code).select_related(
        "message__person", "message__organisation", "post__robot"
    )


def found_in(
    deliveries: QuerySet[Delivery], *, words: str = "", state: str = "", channel: str = ""
) -> QuerySet[Delivery]:
    """Those with the words in their title or their person's name."""
    if words:
        deliveries = deliveries.filter(
            Q(message__title__icontains=words)
            | Q(message__person__display_name__icontains=words)
            | Q(post__title__icontains=words)
            | Q(post__robot__name__icontains=words)
        )
    if state:
        deliveries = deliveries.filter(state=state)
    return deliveries.filter(channel=channel) if channel else deliveries


def counts_by(deliveries: QuerySet[Delivery], field: str) -> dict[str, int]:
    """Value of `state` or `channel` → deliveries."""
    return dict(deliveries.order_by().values_list(field).annotate(Count("pk")))


def may_be_mailed(people: Iterable[Person]) -> list[Person]:
    """Those with an account in use and an address that they confirmed."""
    return [p for p in people if p.is_active and p.email and p.email_confirmed_at is not None]
