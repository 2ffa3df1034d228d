"""What a letter says around the message, and what went wrong with one, in words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.core.ports import Letter
from yingzao.core.ui.templatetags.ui import moment
from yingzao.notices import queries
from yingzao.notices.enums import TO_GO, Channel, DeliveryState
from yingzao.notices.models import Delivery, GroupPost, Message
from yingzao.people.models import Person

STOP = "yingzao.notices.stop"
CONFIRM = "yingzao.notices.confirm"
ADDRESS = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")
NO_DEVICE = "no_device"
CONFIRMING = "confirm_address"  # the kind of message that carries a link which its address alone may see


def absolute(path: str) -> str:
    """A page of ours as it is written outside."""
    return f"{settings.YINGZAO_ADDRESS.rstrip('/')}{path}"


def stop_link(person: Person, kind: str) -> str:
    """Where this kind of letters is ended without signing in."""
    token = signing.dumps({"p": person.code, "k": kind}, salt=STOP)
    return absolute(reverse("notices:stop", args=[token]))


def confirm_link(person: Person) -> str:
    token = signing.dumps({"p": person.code, "e": person.email}, salt=CONFIRM)
    return absolute(reverse("notices:confirm-address", args=[token]))


def letter_of(deliveries: Sequence[Delivery]) -> Letter:
    """One letter for one message, for a post in a group, or for a digest of several messages to one person."""
    first = deliveries[0]
    if first.post is not None:
        return _to_group(first.code, first.post)
    message = first.message
    assert message is not None
    with translation.override(message.language or settings.LANGUAGE_CODE):
        if first.channel == Channel.PUSH:
            return _to_device(first, [d.message for d in deliveries if d.message])
        if len(deliveries) > 1:
            return _digest(first.code, [d.message for d in deliveries if d.message])
        return _single(first.code, message)


def _single(code: str, message: Message) -> Letter:
    person, kind = message.person, message.kind
    link = confirm_link(person) if kind == CONFIRMING else absolute(message.url) if message.url else ""
    parts = [message.title, message.body, link, _foot(message)]
    stop = "" if kind == CONFIRMING else stop_link(person, kind)
    return Letter(code, person.email, message.title, "\n\n".join(filter(None, parts)) + "\n", stop)


def _digest(code: str, messages: Sequence[Message]) -> Letter:
    person = messages[0].person
    title = _together(messages)
    parts = []
    for message in messages:
        link = absolute(message.url) if message.url else ""
        parts.append("\n".join(filter(None, [f"■ {message.title}", message.body, link])))
    text = "\n\n".join([title, *parts, _foot(messages[0])]) + "\n"
    return Letter(code, person.email, title, text, stop_link(person, ""))


def _together(messages: Sequence[Message]) -> str:
    return ngettext("%(count)d message for you", "%(count)d messages for you", len(messages)) % {
        "count": len(messages)
    }


def _to_device(delivery: Delivery, messages: Sequence[Message]) -> Letter:
    """What a device shows: the subject, who writes, and the page of ours that it opens. The text stays with us.

    `tag` lets a second copy take the place of the first; `account` keeps it from whoever is signed in there by then.
    """
    first = messages[0]
    device = queries.device_called(delivery.device)
    if device is None:
        raise LookupError(delivery.device)
    alone = len(messages) == 1
    shown = {
        "title": first.title if alone else _together(messages),
        "body": first.organisation.shown_name,
        "url": reverse("notices:message", args=[first.code]) if alone else reverse("notices:messages"),
        "tag": delivery.code,
        "account": first.person.code,
        "language": first.language,
    }
    return Letter(
        delivery.code,
        device.endpoint,
        shown["title"],
        json.dumps(shown, ensure_ascii=False),
        keys=(device.key, device.secret),
        urgent=any(message.is_urgent for message in messages),
    )


def _foot(message: Message) -> str:
    if message.kind == CONFIRMING:
        return _(
            "Somebody entered this address at %(organisation)s. If it was not you, do nothing: nothing more will come."
        ) % {"organisation": message.organisation.shown_name}
    return "-- \n" + _("%(organisation)s. Choose what comes by e-mail, and when: %(link)s") % {
        "organisation": message.organisation.shown_name,
        "link": absolute(reverse("notices:settings")),
    }


def _to_group(code: str, post: GroupPost) -> Letter:
    parts = [post.title, post.body, absolute(post.url) if post.url else ""]
    robot = post.robot
    return Letter(
        code,
        robot.address,
        post.title,
        "\n".join(filter(None, parts)),
        service=robot.service,
        secret=robot.secret,
    )


# Problems


PROBLEMS: dict[str, Callable[[], str]] = {
    "unreachable": lambda: _("The server could not be reached."),
    "busy": lambda: _("The server did not take it just now."),
    "too_many": lambda: _("The service has been used too often; it goes later."),
    "refused": lambda: _("The server refused it for good."),
    "bad_address": lambda: _("The address is not known there."),
    "sign_in": lambda: _("The server does not accept our name and password."),
    "no_answer": lambda: _(
        "No answer came after it was handed over. It may have arrived; it is not sent again by itself."
    ),
    "broken_off": lambda: _(
        "The work was broken off while it was being handed over. It may have arrived; it is not sent again by itself."
    ),
    "unwanted": lambda: _("It is not wanted by this way any more."),
    "tries": lambda: _("It failed too often."),
    "no_address": lambda: _("There is no confirmed address any more."),
    NO_DEVICE: lambda: _("The device was removed, or its person signed out there."),
    "gone": lambda: _("The browser takes no notices any more; the device was removed."),
    "bad_keys": lambda: _("It could not be encrypted for this browser."),
    "paused": lambda: _("The robot has been paused or removed."),
    "sealed": lambda: _(
        "The robot's address was sealed by another instance. Enter it again on the robot's page."
    ),
    "strange": lambda: _("The answer of the server is not understood. It may have arrived."),
    "host": lambda: _("Nothing may be posted to this address."),
    "inside": lambda: _("Something failed here; the log of the worker says what."),
}


def state_words(delivery: Delivery) -> str:
    """How it stands, with the moment where that says something."""
    state = str(delivery.get_state_display())
    if delivery.state == DeliveryState.HANDED_OVER and delivery.handed_over_at:
        return f"{state} {moment(delivery.handed_over_at)}"
    if delivery.state in TO_GO and delivery.tries + delivery.in_digest + (
        delivery.state == DeliveryState.HELD
    ):
        return _("%(state)s until %(moment)s") % {"state": state, "moment": moment(delivery.next_try_at)}
    return state


def problem_sentence(delivery: Delivery) -> str:
    """What went wrong, as a sentence; empty where nothing did."""
    return PROBLEMS[delivery.problem]() if delivery.problem in PROBLEMS else ""


def not_stuck() -> str:
    return _("This one is not stuck: it went, or it goes by itself.")


def masked_address(delivery: Delivery) -> str:
    """Where it goes, so that its owner recognises it and nobody else can use it."""
    if delivery.post is not None:
        return delivery.post.robot.name
    if delivery.channel == Channel.EMAIL and delivery.message is not None:
        return masked_email(delivery.message.person.email)
    return ""


def answer_words(delivery: Delivery) -> str:
    """The other side's own words; servers repeat the address in them, which is masked here too."""
    return ADDRESS.sub(lambda found: masked_email(found[0]), delivery.answer)


def masked_email(address: str) -> str:
    """z***@example.org"""
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}" if at else ""


def push_service(endpoint: str) -> str:
    """Whose push service it is, by its host alone: the rest of the address lets anybody find the browser."""
    return urlsplit(endpoint).hostname or ""


def endpoint_mark(endpoint: str) -> str:
    """By which a browser finds itself in the list."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def masked_robot(address: str) -> str:
    """The host, and the last four characters of what is secret."""
    if not address:
        return _("cannot be read here: enter it again")
    host = address.split("/")[2] if address.count("/") > 2 else ""
    return f"{host}/…{address[-4:]}"
