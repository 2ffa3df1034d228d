"""What notices keep of a person: messages, where they may be sent, and what was chosen about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yingzao.notices import kind as kinds
from yingzao.notices.models import Device, Message, Preference, QuietHours
from yingzao.people import personal
from yingzao.people.models import Organisation, Person
from yingzao.people.personal import Erasure, Kind, plain
from yingzao.people.personal.over import rule_of

STARS = "**"
SHORTEST = 2


def _message_rows(person: Person) -> Iterator[dict[str, Any]]:
    """The words of messages that tell of other people, as those to organisers may, stay out of a copy."""
    for m in Message.objects.filter(person=person):
        is_own = (found := kinds.find(m.kind)) is not None and not found.names_others
        told = {"title": m.title, "body": m.body} if is_own else {"title": "", "body": ""}
        yield plain(m, "kind", "sent_at", "read_at", "url", **told)


def _device_rows(person: Person) -> Iterator[dict[str, Any]]:
    for d in Device.objects.filter(person=person):
        yield plain(d, "user_agent", "added_at")


def _choice_rows(person: Person) -> Iterator[dict[str, Any]]:
    for p in Preference.objects.filter(person=person):
        yield plain(p, "kind", "channel", "wanted")
    for hours in QuietHours.objects.filter(person=person):
        yield plain(hours, "own", "begins", "ends", "digest_at")


def erase(erasure: Erasure) -> None:
    """What was sent to the person goes; in what others were told, the name."""
    person = erasure.person
    if person is not None:
        rows = Message.objects.filter(person=person)
        (rows if erasure.whole else rows.filter(organisation=erasure.organisation)).delete()
        if erasure.whole:
            for model in (Device, Preference, QuietHours):
                model._default_manager.filter(person=person).delete()
    _strike_out(erasure)


def _strike_out(erasure: Erasure) -> None:
    words = [word for word in erasure.words if len(word) >= SHORTEST]
    telling = ["", *kinds.telling_of_others()]
    named = Q(pk=None)
    for word in words:
        named |= Q(title__contains=word) | Q(body__contains=word)
    for m in Message.objects.filter(named, organisation=erasure.organisation, kind__in=telling):
        for word in words:
            m.title, m.body = m.title.replace(word, STARS), m.body.replace(word, STARS)
        m.save(update_fields=["title", "body"])


personal.register(
    Kind(
        "messages",
        _("Messages"),
        why=_("So that you know what is to be done."),
        period="messages",
        rows=_message_rows,
    ),
    Kind(
        "devices",
        _("Devices that get notices"),
        why=_("So that notices reach you there. Their addresses and keys are secrets and not in a copy."),
        period="account",
        rows=_device_rows,
    ),
    Kind(
        "choices",
        _("What you chose about notices"),
        why=_("So that you are left in peace."),
        period="account",
        rows=_choice_rows,
    ),
)
personal.on_erase("notices", erase)


def _over(organisation: Organisation, before: dt.datetime) -> QuerySet[Message]:
    return Message.objects.filter(organisation=organisation, sent_at__lt=before)


personal.remove_by("notices", rule_of("messages", "messages", _over))
