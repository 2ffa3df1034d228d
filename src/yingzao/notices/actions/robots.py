"""Robots in the groups of a programme. The callers have checked that `by` organises it."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, ports
from yingzao.core.codes import new_code
from yingzao.core.errors import Refused
from yingzao.notices import kind as kinds
from yingzao.notices import rules
from yingzao.notices.actions.sending import Words, post
from yingzao.notices.models import Robot
from yingzao.people.models import Organisation, Person

TESTING = "robot_test"


@transaction.atomic
def add_robot(
    *,
    organisation: Organisation,
    programme_code: str,
    name: str,
    service: str,
    address: str,
    secret: str,
    kinds_told: Collection[str],
    language: str,
    by: Person,
) -> Robot:
    """Raises Refused (field `address`) for one to which nothing may be posted from here."""
    _require_address(service, address)
    robot = Robot.objects.create(
        organisation=organisation,
        programme_code=programme_code,
        name=name,
        service=service,
        address=address.strip(),
        secret=secret.strip(),
        kinds=_for_groups(kinds_told),
        language=language,
        a_minute=rules.POSTS_A_MINUTE[service],
        added_by=by,
    )
    _record(robot, by, "added", {"service": service, "kinds": robot.kinds})
    return robot


@transaction.atomic
def edit_robot(
    *,
    robot: Robot,
    name: str,
    address: str,
    secret: str,
    kinds_told: Collection[str],
    language: str,
    a_minute: int,
    by: Person,
) -> None:
    """An empty address or secret keeps the one that is there."""
    if address.strip():
        _require_address(robot.service, address)
        robot.address = address.strip()
    if secret.strip():
        robot.secret = secret.strip()
    robot.name, robot.kinds, robot.language = name, _for_groups(kinds_told), language
    robot.a_minute = a_minute
    robot.save(update_fields=["name", "address", "secret", "kinds", "language", "a_minute"])
    _record(robot, by, "edited", {"kinds": robot.kinds, "new_address": bool(address.strip())})


@transaction.atomic
def pause_robot(*, robot: Robot, by: Person, paused: bool) -> None:
    robot.paused_at = clock.now() if paused else None
    robot.save(update_fields=["paused_at"])
    _record(robot, by, "paused" if paused else "resumed")


@transaction.atomic
def remove_robot(*, robot: Robot, by: Person) -> None:
    """The record stays; the address and the secret go."""
    robot.removed_at, robot.address, robot.secret = clock.now(), "", ""
    robot.save(update_fields=["removed_at", "address", "secret"])
    _record(robot, by, "removed")


@transaction.atomic
def test_robot(*, robot: Robot, by: Person) -> None:
    """Post one sentence to the group; the record says what became of it."""
    words = Words(
        lambda: _("A test: messages of the programme will arrive here."),
        lambda: _("Sent from “%(name)s”.") % {"name": robot.name},
    )
    post(robot, robot.organisation, TESTING, f"test:{new_code()}", words, "", True, clock.now())
    _record(robot, by, "tested")


def _require_address(service: str, address: str) -> None:
    if ports.port("robots").refuses(service, address.strip()):
        raise Refused(
            _(
                "Nothing may be posted to this address. Copy it from the robot's page in the group; it begins with "
                "https:// and the host of the service."
            ),
            code="address",
            field="address",
        )


def _for_groups(chosen: Collection[str]) -> list[str]:
    return [found.key for found in kinds.for_groups() if found.offered and found.key in chosen]


def _record(robot: Robot, by: Person, what: str, after: dict | None = None) -> None:
    audit.record(
        actor=by,
        act=f"notices.robot.{what}",
        subject=robot.code,
        organisation_id=robot.organisation_id,
        after=after,
    )
