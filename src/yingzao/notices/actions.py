"""Telling people something, once."""

from collections.abc import Iterable

from django.db import transaction

from yingzao.core import audit, clock
from yingzao.notices.models import Message
from yingzao.people.models import Organisation, Person


def send(
    *,
    organisation: Organisation,
    person: Person,
    key: str,
    title: str,
    body: str = "",
    url: str = "",
    by: Person | None = None,
) -> Message:
    """Send a message to one person; the same key again adds nothing and gives back what was sent first.

    `key` says what it is about (`enrolment.remind:<activity code>:2021-11-20`), `url` is a page of ours that it leads
    to. Raises ValueError for an address elsewhere.
    """
    send_to_many(organisation=organisation, people=[person], key=key, title=title, body=body, url=url, by=by)
    return Message.objects.get(person=person, key=key)


@transaction.atomic
def send_to_many(
    *,
    organisation: Organisation,
    people: Iterable[Person],
    key: str,
    title: str,
    body: str = "",
    url: str = "",
    by: Person | None = None,
) -> int:
    """The same message to several people, and how many of them had not got it yet. One audit line for all of them."""
    if url and (not url.startswith("/") or url.startswith(("//", "/\\"))):
        raise ValueError(f"{url!r} is not a page of this host")
    wanted = {person.pk: person for person in people}
    had = set(Message.objects.filter(key=key, person__in=wanted).values_list("person_id", flat=True))
    fresh = [person for pk, person in wanted.items() if pk not in had]
    if not fresh:
        return 0
    sent_at = clock.now()
    Message.objects.bulk_create(
        [
            Message(
                organisation=organisation,
                person=person,
                key=key,
                title=title[:120],
                body=body,
                url=url,
                sent_at=sent_at,
                sent_by=by,
            )
            for person in fresh
        ],
        ignore_conflicts=True,  # somebody else was sending the same at the same time
    )
    audit.record(
        actor=by,
        act="notices.message.sent",
        subject=key[:80],
        organisation_id=organisation.pk,
        after={"people": [person.code for person in fresh]},
    )
    return len(fresh)


def mark_read(*, message: Message) -> None:
    """Note when its person first read it."""
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=clock.now())


def mark_all_read(*, person: Person) -> int:
    """Mark everything as read, and how many were not."""
    return Message.objects.filter(person=person, read_at=None).update(read_at=clock.now())
