"""The one door of the outbox: telling people something, once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import translation

from yingzao.core import audit, clock, ports
from yingzao.notices import kind as kinds
from yingzao.notices import queries, rules
from yingzao.notices.enums import Channel
from yingzao.notices.models import Delivery, GroupPost, Message, Robot
from yingzao.people.models import Organisation, Person

Told = (
    str | Callable[[], str]
)  # words as somebody wrote them, or a function that says them in the language of the moment


def send(
    *,
    organisation: Organisation,
    person: Person,
    kind: str,
    key: str,
    title: Told,
    body: Told = "",
    url: str = "",
    programme_code: str = "",
    urgent: bool = False,
    by: Person | None = None,
    now: dt.datetime | None = None,
) -> Message:
    """Send a message to one person; the same key again adds nothing and gives back what was sent first.

    `key` says what it is about (`enrolment.remind:<activity code>:2021-11-20`), `url` is a page of ours that it leads
    to. Raises ValueError for an address elsewhere and for a kind that no room declared.
    """
    send_to_many(
        organisation=organisation,
        people=[person],
        kind=kind,
        key=key,
        title=title,
        body=body,
        url=url,
        programme_code=programme_code,
        urgent=urgent,
        by=by,
        now=now,
    )
    return Message.objects.get(person=person, key=key)


@transaction.atomic
def send_to_many(
    *,
    organisation: Organisation,
    people: Iterable[Person],
    kind: str,
    key: str,
    title: Told,
    body: Told = "",
    url: str = "",
    programme_code: str = "",
    urgent: bool = False,
    by: Person | None = None,
    now: dt.datetime | None = None,
) -> int:
    """The same message to several people, each in their language, and how many of them had not got it yet.

    With each message its deliveries are made: one a way that the kind, the person's wishes and a confirmed address allow.
    `urgent` goes through quiet hours, as kinds do that are urgent always. One audit line for all of them.
    """
    declared = kinds.get(kind)
    if not declared.to_people:
        raise ValueError(f"messages of the kind {kind!r} are for groups alone")
    require_ours(url)
    wanted = {person.pk: person for person in people}
    had = set(Message.objects.filter(key=key, person__in=wanted).values_list("person_id", flat=True))
    fresh = [person for pk, person in wanted.items() if pk not in had]
    if not fresh:
        return 0
    sent_at = now or clock.now()
    urgent = urgent or declared.urgent
    words = Words(title, body)
    Message.objects.bulk_create(
        [
            Message(
                organisation=organisation,
                person=person,
                key=key,
                kind=kind,
                programme_code=programme_code,
                language=(language := person.language or settings.LANGUAGE_CODE),
                title=words.title(language),
                body=words.body(language),
                url=url,
                is_urgent=urgent,
                sent_at=sent_at,
                sent_by=by,
            )
            for person in fresh
        ],
        ignore_conflicts=True,  # somebody else was sending the same at the same time
    )
    _deliver(fresh, organisation, key, declared, urgent, sent_at)
    audit.record(
        actor=by,
        act="notices.message.sent",
        subject=key[:80],
        organisation_id=organisation.pk,
        after={"kind": kind, "people": [person.code for person in fresh]},
    )
    return len(fresh)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What sending would do just now. `later` says when how many letters go that quiet hours hold back."""

    people: int
    at_once: int
    later: tuple[tuple[dt.datetime, int], ...]
    digests: int
    unwanted: int
    without_address: tuple[Person, ...]
    no_mail: bool
    on_devices: int = 0


def forecast(
    *, organisation: Organisation, people: Iterable[Person], kind: str, now: dt.datetime | None = None
) -> Forecast:
    """Which ways a message would go to these people, without sending anything."""
    now = now or clock.now()
    people = list(people)
    reachable = queries.may_be_mailed(people)
    devices = {} if ports.port("push").missing() else queries.devices_by_person(people)
    wishes = queries.wishes_of(people, kind, organisation)
    leaving = [
        rules.departure(
            now,
            urgent=kinds.get(kind).urgent,
            quiet=wishes[person.pk].quiet,
            digest_at=wishes[person.pk].digest_at,
        )
        for person in reachable
        if Channel.EMAIL in wishes[person.pk].ways
    ]
    later = Counter(d.at for d in leaving if d.at > now and not d.in_digest)
    reached = {person.pk for person in reachable}
    return Forecast(
        people=len(people),
        at_once=sum(d.at <= now for d in leaving),
        later=tuple(sorted(later.items())),
        digests=sum(d.in_digest for d in leaving),
        unwanted=len(reachable) - len(leaving),
        without_address=tuple(p for p in people if p.pk not in reached),
        no_mail=bool(ports.port("mail").missing()),
        on_devices=sum(Channel.PUSH in wishes[person].ways for person in devices),
    )


def said_in_each_language(title: Told, body: Told) -> list[tuple[str, str, str, str]]:
    """(language, its name, title, body), as readers of each language get them."""
    words = Words(title, body)
    return [(code, name, words.title(code), words.body(code)) for code, name in settings.LANGUAGES]


@transaction.atomic
def tell_groups(
    *,
    organisation: Organisation,
    programme_code: str,
    kind: str,
    key: str,
    title: Told,
    body: Told = "",
    url: str = "",
    urgent: bool = False,
    now: dt.datetime | None = None,
) -> int:
    """Tell the groups of a programme whose robots are set to this kind, once a key; how many were told.

    Raises ValueError for a kind that is not for groups: what may speak of one person never goes there.
    """
    if not kinds.get(kind).to_group:
        raise ValueError(f"messages of the kind {kind!r} are not for groups")
    require_ours(url)
    if ports.port("robots").missing():
        return 0
    return sum(
        post(robot, organisation, kind, key, Words(title, body), url, urgent, now or clock.now())
        for robot in queries.robots_told(programme_code, kind)
    )


def post(
    robot: Robot,
    organisation: Organisation,
    kind: str,
    key: str,
    words: Words,
    url: str,
    urgent: bool,
    now: dt.datetime,
) -> bool:
    """Queue one post for one group; False where it was queued before."""
    language = robot.language or settings.LANGUAGE_CODE
    made, created = GroupPost.objects.get_or_create(
        robot=robot,
        key=key,
        defaults={
            "organisation": organisation,
            "kind": kind,
            "title": words.title(language),
            "body": words.body(language),
            "url": url,
            "is_urgent": urgent,
        },
    )
    if created:
        leaves = rules.departure(now, urgent=urgent, quiet=queries.hours_of_organisation(organisation))
        Delivery.objects.create(
            organisation=organisation,
            post=made,
            channel=Channel.ROBOT,
            programme_code=robot.programme_code,
            state=leaves.state,
            next_try_at=leaves.at,
            created_at=now,
        )
    return created


def mark_read(*, message: Message) -> None:
    """Note when its person first read it."""
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=clock.now())


def mark_all_read(*, person: Person) -> int:
    """Mark everything as read, and how many were not."""
    return Message.objects.filter(person=person, read_at=None).update(read_at=clock.now())


def require_ours(url: str) -> None:
    if url and (not url.startswith("/") or url.startswith(("//", "/\\"))):
        raise ValueError(f"{url!r} is not a page of this host")


class Words:
    """Says title and body once a language, however many people read it."""

    def __init__(self, title: Told, body: Told) -> None:
        self._told = (title, body)
        self._said: dict[str, tuple[str, str]] = {}

    def _in(self, language: str) -> tuple[str, str]:
        if language not in self._said:
            with translation.override(language):
                title, body = (str(words() if callable(words) else words) for words in self._told)
            self._said[language] = title[:120], body
        return self._said[language]

    def title(self, language: str) -> str:
        return self._in(language)[0]

    def body(self, language: str) -> str:
        return self._in(language)[1]


def _deliver(
    people: Sequence[Person],
    organisation: Organisation,
    key: str,
    declared: kinds.NoticeKind,
    urgent: bool,
    now: dt.datetime,
) -> None:
    """Nothing is queued for a way that is not set up: what lay there for weeks would all go out on the day that it is."""
    mailed = [] if ports.port("mail").missing() else [p.pk for p in queries.may_be_mailed(people)]
    devices = {} if ports.port("push").missing() else queries.devices_by_person(people)
    reached = [person for person in people if person.pk in devices or person.pk in set(mailed)]
    if not reached:
        return
    wishes = queries.wishes_of(reached, declared.key, organisation)
    addresses = [(pk, Channel.EMAIL, "") for pk in mailed]
    addresses += [(pk, Channel.PUSH, code) for pk, codes in devices.items() for code in codes]
    made = {
        person: (message, programme_code)
        for message, person, programme_code in Message.objects.filter(
            key=key, person__in=[person.pk for person in reached]
        ).values_list("pk", "person_id", "programme_code")
    }
    leaving = {
        pk: rules.departure(now, urgent=urgent, quiet=wish.quiet, digest_at=wish.digest_at)
        for pk, wish in wishes.items()
    }
    Delivery.objects.bulk_create(
        [
            Delivery(
                organisation=organisation,
                message_id=made[pk][0],
                channel=channel,
                device=device,
                programme_code=made[pk][1],
                state=leaving[pk].state,
                in_digest=leaving[pk].in_digest,
                next_try_at=leaving[pk].at,
                created_at=now,
            )
            for pk, channel, device in addresses
            if channel in wishes[pk].ways
        ],
        ignore_conflicts=True,
    )
