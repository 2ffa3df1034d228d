"""Handing over what waits: nothing twice, whatever happens to the worker.

1. A worker claims some deliveries: it writes its mark and a lease on them. Nothing has left the house yet; when the worker
   dies, the lease ends and another claims them.
2. For each letter it commits `handing_over`, hands it over, and writes down the answer. The answer to one and the
   beginning of the next are one commit.
3. What stands at `handing_over` past its lease has nobody who knows what became of it: it is `uncertain`, stays so, and is
   listed at the desk until a person sends it again.

So a killed worker leaves one letter uncertain, and every other one is certain.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from yingzao.core import audit, clock, jobs, locking, ports
from yingzao.core.codes import new_code
from yingzao.core.errors import Refused
from yingzao.core.ports import Answer, Letter, Outcome
from yingzao.notices import phrases, queries, rules
from yingzao.notices.actions import devices
from yingzao.notices.enums import STUCK, TO_GO, Channel, DeliveryState
from yingzao.notices.models import Delivery, Device, Robot
from yingzao.people.models import Person

log = logging.getLogger(__name__)

BATCH = 50
CLAIM = dt.timedelta(minutes=2)  # what a dead worker had claimed and not begun is free again after this
LEASE = dt.timedelta(minutes=10)  # of what was begun: longer than any courier waits for an answer
COURIERS = {Channel.EMAIL: "mail", Channel.ROBOT: "robots", Channel.PUSH: "push"}

Parcel = list[Delivery]  # what goes as one letter: one delivery, or the digest of one person or device


def hand_over_due(channel: Channel, *, now: Callable[[], dt.datetime] = clock.now) -> int:
    """Hand over everything of a channel that is due, and how many letters were accepted. Ends when nothing is due or
    nothing gets through."""
    list_uncertain(now())
    courier = ports.port(COURIERS[channel])
    if courier.missing():
        return 0
    accepted = 0
    while _due(channel, now()).exists():
        mark = new_code(12)
        parcels = _claimed(channel, mark, now())
        if not parcels:
            break
        with courier.opened() as hand_over:
            many, shut = _carry(parcels, mark, hand_over, now)
        accepted += many
        if shut:
            break
    return accepted


def list_uncertain(now: dt.datetime) -> int:
    """What was being handed over by a worker that is no more becomes uncertain; how many."""
    lost = Delivery.objects.filter(state=DeliveryState.HANDING_OVER, lease_until__lt=now)
    if not lost.exists():
        return 0
    return lost.update(state=DeliveryState.UNCERTAIN, problem="broken_off", next_try_at=None)


@transaction.atomic
def send_again(*, delivery: Delivery, by: Person) -> None:
    """Let one that is stuck go once more, now. The caller has checked that `by` runs its programme."""
    again = Delivery.objects.filter(pk=delivery.pk, state__in=STUCK).update(
        state=DeliveryState.WAITING,
        tries=0,
        next_try_at=clock.now(),
        claim="",
        lease_until=None,
        in_digest=False,
        problem="",
        answer="",
    )
    if not again:
        raise Refused(phrases.not_stuck(), code="not_stuck")
    audit.record(
        actor=by,
        act="notices.delivery.sent_again",
        subject=delivery.code,
        organisation_id=delivery.organisation_id,
        before={"state": delivery.state, "problem": delivery.problem},
    )


def _due(channel: Channel, now: dt.datetime) -> QuerySet[Delivery]:
    """What may go now and is in nobody's hands."""
    return Delivery.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now), channel=channel, state__in=TO_GO, next_try_at__lte=now
    )


@transaction.atomic
def _claimed(channel: Channel, mark: str, now: dt.datetime) -> list[Parcel]:
    """Some of what is due, with this worker's mark and lease; other workers pass it by."""
    rows = list(_locked(_due(channel, now).order_by("next_try_at", "pk"))[:BATCH])
    readers = {row.message.person_id for row in rows if row.in_digest and row.message}
    if readers:  # the rest of their digests, so that one day's letter is one letter
        rest = _due(channel, now).filter(in_digest=True, message__person__in=readers)
        rows += list(_locked(rest.exclude(pk__in=[row.pk for row in rows]).order_by("next_try_at", "pk")))
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(claim=mark, lease_until=now + CLAIM)
    digests: dict[tuple[int, str], Parcel] = defaultdict(list)
    parcels: list[Parcel] = []
    for row in rows:
        if row.in_digest and row.message:
            reader = row.message.person_id, row.device
            if reader not in digests:
                parcels.append(digests[reader])
            digests[reader].append(row)
        else:
            parcels.append([row])
    return parcels


def _locked(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    rows = rows.select_related("message__person", "message__organisation", "post__robot")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return rows  # SQLite has one writer: this transaction


def _carry(
    parcels: Sequence[Parcel],
    mark: str,
    hand_over: Callable[[Letter], Answer],
    now: Callable[[], dt.datetime],
) -> tuple[int, bool]:
    """How many letters were accepted, and whether to end here: nothing gets through, or the worker is to end."""
    accepted = 0
    answered: tuple[Parcel, Answer] | None = None
    for place, parcel in enumerate(parcels):
        _keep_pace(parcel)
        with transaction.atomic():
            if answered:
                _write_down(*answered, mark, now())
            begun = _begin(parcel, mark, now())
        answered = None
        if not begun:
            continue
        answer = _handed(parcel, hand_over)
        answered = parcel, answer
        accepted += answer.outcome == Outcome.ACCEPTED
        if answer.shut or jobs.is_stopping():
            with transaction.atomic():
                _write_down(parcel, answer, mark, now())
                _put_back(
                    parcels[place + 1 :], mark, now() + (rules.PAUSES[0] if answer.shut else dt.timedelta())
                )
            return accepted, True
    if answered:
        with transaction.atomic():
            _write_down(*answered, mark, now())
    return accepted, False


def _handed(parcel: Parcel, hand_over: Callable[[Letter], Answer]) -> Answer:
    try:
        letter = phrases.letter_of(parcel)
    except Exception:  # nothing has left the house
        log.exception("The letter %s could not be written", parcel[0].code)
        return Answer(Outcome.NEVER, "inside")
    try:
        return hand_over(letter)
    except Exception:  # couriers raise nothing; if one does, it may have been anywhere
        log.exception("The letter %s may not have arrived", letter.code)
        return Answer(Outcome.UNKNOWN, "inside")


def _begin(parcel: Parcel, mark: str, now: dt.datetime) -> bool:
    """Write down that it leaves the house; False where it must not, or is no longer ours."""
    mine = Delivery.objects.filter(pk__in=[d.pk for d in parcel], claim=mark, state__in=TO_GO)
    if problem := _hindrance(parcel):
        mine.update(state=DeliveryState.GIVEN_UP, problem=problem, next_try_at=None)
        return False
    robot = parcel[0].post.robot if parcel[0].post else None
    if robot is not None and (free_at := _free_at(robot, now)) > now:
        mine.update(claim="", lease_until=None, next_try_at=free_at)
        return False
    begun = mine.filter(lease_until__gte=now).update(
        state=DeliveryState.HANDING_OVER, tries=F("tries") + 1, begun_at=now, lease_until=now + LEASE
    )
    if begun != len(parcel):  # somebody took some of it: none of it goes from here
        Delivery.objects.filter(
            pk__in=[d.pk for d in parcel], claim=mark, state=DeliveryState.HANDING_OVER
        ).update(
            state=DeliveryState.WAITING, claim="", lease_until=None, next_try_at=now, tries=F("tries") - 1
        )
        return False
    for delivery in parcel:
        delivery.tries += 1
    return True


def _hindrance(parcel: Parcel) -> str:
    """Why it cannot go any more, as a code."""
    first = parcel[0]
    if first.post is not None:
        robot = Robot.objects.get(pk=first.post.robot_id)
        stopped = robot.removed_at or (robot.paused_at and first.post.kind != "robot_test")
        return "paused" if stopped else "" if robot.address else "sealed"
    if first.channel == Channel.PUSH:
        return "" if queries.device_called(first.device) else "no_device"
    person = first.message.person if first.message else None
    if person is None or not person.email or not person.is_active:
        return "no_address"
    unconfirmed = first.message and first.message.kind != phrases.CONFIRMING and not person.email_confirmed_at
    return "no_address" if unconfirmed else ""


def _free_at(robot: Robot, now: dt.datetime) -> dt.datetime:
    """When the robot takes the next post: its last minute holds no more than it allows."""
    locking.take_turn(f"notices.robot:{robot.code}")
    recent = list(
        Delivery.objects.filter(post__robot=robot, begun_at__gt=now - dt.timedelta(minutes=1))
        .order_by("-begun_at")
        .values_list("begun_at", flat=True)[: robot.a_minute]
    )
    if len(recent) < robot.a_minute or recent[-1] is None:
        return now
    return recent[-1] + dt.timedelta(minutes=1)


def _keep_pace(parcel: Parcel) -> None:
    """A short wait before each post, so that no second holds more than a robot takes."""
    if parcel[0].post is not None:
        time.sleep(1 / rules.POSTS_A_SECOND.get(parcel[0].post.robot.service, 5))


def _write_down(parcel: Parcel, answer: Answer, mark: str, now: dt.datetime) -> None:
    """What the other side said. Written too where the lease ended meanwhile: it is known now."""
    mine = Delivery.objects.filter(
        pk__in=[d.pk for d in parcel],
        claim=mark,
        state__in=(DeliveryState.HANDING_OVER, DeliveryState.UNCERTAIN),
    )
    told = {"problem": answer.problem, "answer": answer.said[:300], "lease_until": None}
    if answer.outcome == Outcome.ACCEPTED:
        mine.update(state=DeliveryState.HANDED_OVER, handed_over_at=now, next_try_at=None, **told)
    elif answer.outcome == Outcome.UNKNOWN:
        mine.update(state=DeliveryState.UNCERTAIN, next_try_at=None, **told)
    elif answer.outcome == Outcome.NEVER:
        mine.update(state=DeliveryState.GIVEN_UP, next_try_at=None, **told)
        if answer.problem == "gone":
            devices.let_go(Device.objects.filter(code=parcel[0].device))
    else:
        for delivery in parcel:
            again = _next_try(delivery, answer, now)
            row = mine.filter(pk=delivery.pk)
            if again is None:
                row.update(state=DeliveryState.GIVEN_UP, next_try_at=None, **{**told, "problem": "tries"})
            else:
                row.update(state=DeliveryState.FAILED, next_try_at=again, claim="", **told)


def _next_try(delivery: Delivery, answer: Answer, now: dt.datetime) -> dt.datetime | None:
    pause = rules.pause_after(delivery.tries)
    if pause is None:
        return None
    again = now + max(pause, answer.wait or dt.timedelta())
    thing = delivery.message or delivery.post
    if thing is None or thing.is_urgent:
        return again
    if delivery.message is None:
        return rules.out_of_quiet(again, queries.hours_of_organisation(delivery.organisation))
    wish = queries.wishes_of([delivery.message.person], "", delivery.message.organisation)
    return rules.out_of_quiet(again, wish[delivery.message.person_id].quiet)


def _put_back(parcels: Sequence[Parcel], mark: str, at: dt.datetime) -> None:
    """What was claimed and has not left the house is free again, for then."""
    claimed = [d.pk for parcel in parcels for d in parcel]
    Delivery.objects.filter(pk__in=claimed, claim=mark, state__in=TO_GO).update(
        claim="", lease_until=None, next_try_at=at
    )
