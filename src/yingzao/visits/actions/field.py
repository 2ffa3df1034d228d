"""The door for phones in the field: what they deliver is written by one writer, and answered once it is on the disk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yingzao.activities import actions as activities
from yingzao.activities.models import Activity
from yingzao.core import locking
from yingzao.core.errors import Refused
from yingzao.core.writer import Remembered, Writer
from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork.readers.deliveries import Item, Receipt
from yingzao.people.models import Person
from yingzao.programmes.rules import stage_allows
from yingzao.visits import rules
from yingzao.visits.actions.tickets import Ticket, read_pass
from yingzao.visits.models import Stop


@dataclass(frozen=True, slots=True)
class Knock:
    """What one phone delivered: checked so far that its ticket is ours."""

    ticket: Ticket
    items: tuple[Item, ...]
    now: dt.datetime
    clock_ms: int
    device: uuid.UUID | None = None
    origin: str = ""

    @property
    def ahead_ms(self) -> int:
        """How far the phone's clock is ahead of ours."""
        return self.clock_ms - round(self.now.timestamp() * 1000)


class _Known:
    """Rows that a batch needs and does not write; a writer keeps them while nobody else has written."""

    def __init__(self) -> None:
        self.activities: dict[int, Activity] = {}
        self.plans: dict[int, activities.Plan] = {}  # by activity
        self.people: dict[int, Person] = {}
        self.stops: dict[tuple[int, str], Stop] = {}
        self.enrolments: dict[int, Enrolment] = {}
        self.enrolments_by_code: dict[str, Enrolment] = {}
        self.allowed: dict[tuple, bool] = {}

    def read(self, knocks: Sequence[Knock]) -> None:
        """Read what these deliveries name and is not known yet."""
        new = {k.ticket.activity_id for k in knocks} - self.activities.keys()
        if new:
            rows = Activity.objects.filter(pk__in=new).select_related("programme")
            self.activities |= {a.pk: a for a in rows.prefetch_related("parts")}
        if unmet := {k.ticket.person_id for k in knocks} - self.people.keys() - {0}:
            self.people |= Person.objects.in_bulk(unmet)
        named = {(k.ticket.activity_id, item.text("stop", 20)) for k in knocks for item in k.items}
        if unread := named - self.stops.keys():
            stops = Stop.objects.filter(part__activity__in={pk for pk, _code in unread})
            self.stops |= {
                (s.part.activity_id, s.part.code): s for s in stops.select_related("part", "community")
            }
        self._read_enrolments(knocks)

    def _read_enrolments(self, knocks: Sequence[Knock]) -> None:
        by_staff = [item for k in knocks for item in k.items if k.ticket.is_staff]
        codes = {item.text("learner", 20) or (read_pass(item.text("pass", 80)) or "") for item in by_staff}
        codes -= self.enrolments_by_code.keys() | {""}
        own = {k.ticket.enrolment_id for k in knocks} - self.enrolments.keys() - {0}
        light = Enrolment.objects.only("code", "organisation", "programme", "person", "team", "state")
        found = list(light.filter(pk__in=own)) if own else []
        if codes:
            programmes = {a.programme_id for a in self.activities.values()}
            found += light.filter(code__in=codes, programme__in=programmes)
        self.enrolments |= {e.pk: e for e in found}
        self.enrolments_by_code |= {e.code: e for e in found}


_remembered = Remembered("visits.field", _Known)
_programme_codes: dict[int, str] = {}  # of every activity that phones named: neither ever changes


def _codes_of(activity_ids: set[int]) -> set[str]:
    """Codes of the programmes of these activities."""
    if unmet := activity_ids - _programme_codes.keys():
        rows = Activity.objects.filter(pk__in=unmet).values_list("pk", "programme__code")
        _programme_codes.update(dict(rows))
    return {_programme_codes[pk] for pk in activity_ids if pk in _programme_codes}


class Batch:
    """What a batch of deliveries needs to know, read once for all of them."""

    def __init__(self, knocks: Sequence[Knock]) -> None:
        for code in sorted(_codes_of({k.ticket.activity_id for k in knocks})):
            locking.take_turn(f"evidence:{code}")
        self._known = known = _remembered.get()  # behind the lock that a changed rule waits for, too
        known.read(knocks)
        self.activities, self.people, self.stops = known.activities, known.people, known.stops
        self.enrolments, self.enrolments_by_code = known.enrolments, known.enrolments_by_code

    def plan_of(self, activity: Activity) -> activities.Plan:
        """What settling needs to know of the visit."""
        if activity.pk not in self._known.plans:
            self._known.plans[activity.pk] = activities.Plan.of([activity] if activity.is_published else [])
        return self._known.plans[activity.pk]

    def stage_allows(self, activity: Activity, act: str) -> bool:
        key = (activity.programme_id, act)
        if key not in self._known.allowed:
            self._known.allowed[key] = stage_allows(activity.programme, act)
        return self._known.allowed[key]

    def is_staff(self, person: Person | None, activity: Activity) -> bool:
        key = ("staff", person.pk if person else 0, activity.programme_id)
        if key not in self._known.allowed:
            self._known.allowed[key] = rules.may_check_in_others(person, activity.programme)
        return self._known.allowed[key]


@dataclass(frozen=True, slots=True)
class Asked:
    """One item with the delivery that it came in."""

    knock: Knock
    item: Item

    @property
    def ahead_ms(self) -> int:
        """How far the phone's clock was ahead of ours when this was done."""
        return rules.ahead_when_done(
            self.item.at_ms,
            self.knock.clock_ms,
            ahead_ms=self.knock.ahead_ms,
            known_ms=self.item.number("ahead") or 0,
        )


Handler = Callable[[Batch, Sequence[Asked]], Sequence[Receipt]]
_handlers: dict[str, Handler] = {}


def handle(*acts: str) -> Callable[[Handler], Handler]:
    """Let a function answer the items that `do` one of these acts, all of a batch at once."""

    def register(handler: Handler) -> Handler:
        _handlers.update(dict.fromkeys(acts, handler))
        return handler

    return register


def _take(knocks: Sequence[Knock]) -> list[list[Receipt]]:
    """Write what phones delivered, inside the writer's transaction; each delivery's receipts. Sentences are lazy: whoever answers says in which language."""
    batch = Batch(knocks)
    answers: list[list[Receipt]] = [[] for _knock in knocks]
    grouped: dict[Handler, list[tuple[int, Asked]]] = {}
    for place, knock in enumerate(knocks):
        for item in knock.items:
            grouped.setdefault(_handlers.get(item.do, _unknown), []).append((place, Asked(knock, item)))
    for handler, rows in grouped.items():
        for (place, _asked), receipt in zip(rows, handler(batch, [row[1] for row in rows]), strict=True):
            answers[place].append(receipt)
    return answers


def _unknown(batch: Batch, asked: Sequence[Asked]) -> list[Receipt]:
    """Acts of a newer page than this server's: the phone keeps them."""
    sentence = _("The server does not know this kind of record yet. It stays on the phone.")
    return [Receipt(one.item.key, one.item.sha256, "unknown", sentence, kept=False) for one in asked]


_writer: Writer[Knock, list[Receipt]] = Writer("visits.field", _take)


def take(knock: Knock) -> list[Receipt]:
    """Write what a phone delivered; returns once it is on the disk. One receipt for each item, by its key."""
    return _writer.write(knock) if knock.items else []


def take_one(knock: Knock) -> Receipt:
    """The same for a page that delivers a single item. Raises Refused where it is not taken."""
    receipt = take(knock)[0]
    if receipt.state == "refused":
        raise Refused(str(receipt.sentence), code=str(receipt.more.get("code", "refused")), field="code")
    return receipt
