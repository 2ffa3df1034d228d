"""Checking in and out at a stop. Three ways end in the same evidence: the code on the screen, the learner's own code, the
list. Every act is kept as it came (`Scan`); the first one of a learner at a stop becomes the fact."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState, EvidenceSource, FactKind
from yingzao.activities.models import Activity
from yingzao.core import clock, rows
from yingzao.core.errors import Refused
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork.readers.deliveries import Item, read_item
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.visits import queries, rules
from yingzao.visits.actions.field import Asked, Batch, Knock, Receipt, handle, take_one
from yingzao.visits.actions.tickets import Ticket, read_pass
from yingzao.visits.enums import ScanState, ScanWay, ScanWhat
from yingzao.visits.models import Scan, Stop
from yingzao.visits.settling import codes, is_unconfirmed

WRONG_TRIES, TRIES_WINDOW = 10, dt.timedelta(minutes=10)
OLD_CODE = dt.timedelta(seconds=90)  # between a code's half-minute and the scan of it: more is worth a look


@dataclass(slots=True)
class _Standing:
    """The fact that stands of one learner, stop and direction."""

    key: uuid.UUID | None = None
    is_unconfirmed: bool = False


@dataclass(slots=True)
class _Work:
    """What comes of a batch: rows to write, and what stands meanwhile."""

    standing: dict[tuple[int, str, str], _Standing]
    keys: set[uuid.UUID]  # that evidence of these learners has, or gets
    tries: Counter[int]
    scans: list[Scan] = field(default_factory=list)
    facts: list[activities.NewFact] = field(default_factory=list)


@handle("in", "out")
def check_in_or_out(batch: Batch, asked: Sequence[Asked]) -> list[Receipt]:
    """Keep every act, and write the facts that follow. A key that is known is answered as it was the first time."""
    known = _known_scans(asked)
    whom = [_whom(batch, one) for one in asked]
    ledger = activities.Ledger.of(
        {found.pk for found in whom if found is not None}, {one.knock.ticket.activity_id for one in asked}
    )
    work = _Work(_standing(ledger), set(ledger.keys), _wrong_tries(asked))
    receipts = []
    for one, enrolment in zip(asked, whom, strict=True):
        scan = known.get(one.item.key)
        if scan is None:
            receipt = _take_one(batch, work, one, enrolment)
            if work.scans and work.scans[-1].key == one.item.key:
                known[one.item.key] = work.scans[-1]
        elif _is_of(scan, one):
            receipt = _receipt(scan)
        else:
            receipt = _refused(one.item, "key-taken", _("This record was already used for something else."))
        receipts.append(receipt)
    rows.insert(work.scans)
    _record(batch, ledger, work.facts, asked[0].knock.now)
    return receipts


def _known_scans(asked: Sequence[Asked]) -> dict[uuid.UUID, Scan]:
    """Those that were delivered before. Nearly always there are none, which a short query tells."""
    keys = {one.item.key for one in asked}
    there = list(Scan.objects.filter(key__in=keys).order_by().values_list("key", flat=True))
    if not there:
        return {}
    return {scan.key: scan for scan in Scan.objects.filter(key__in=there).select_related("stop__part")}


def _record(
    batch: Batch, ledger: activities.Ledger, facts: Sequence[activities.NewFact], now: dt.datetime
) -> None:
    by_activity: dict[Activity, list[activities.NewFact]] = defaultdict(list)
    for fact in facts:
        by_activity[fact.activity].append(fact)
    for activity, group in by_activity.items():
        activities.add_evidence(group, by=None, now=now, plan=batch.plan_of(activity), ledger=ledger)


def _standing(ledger: activities.Ledger) -> dict[tuple[int, str, str], _Standing]:
    """(enrolment, part's code, in or out) → what stands."""
    found: dict[tuple[int, str, str], _Standing] = defaultdict(_Standing)
    for (enrolment, _activity), facts in ledger.standing.items():
        for fact in facts:
            if fact.fact not in (*queries.ARRIVED, FactKind.CHECKED_OUT):
                continue
            what = ScanWhat.OUT if fact.fact == FactKind.CHECKED_OUT else ScanWhat.IN
            one = found[enrolment, fact.part, what]
            if one.key is None or (one.is_unconfirmed and not is_unconfirmed(fact)):
                one.key, one.is_unconfirmed = uuid.UUID(fact.key), is_unconfirmed(fact)
    return found


def next_key(what: str, stop: Stop, enrolment: Enrolment, known: Collection[uuid.UUID]) -> uuid.UUID:
    """The key of a learner's next record at a stop: the first that is free. What was withdrawn counts along, so that checking
    in after that is a record of its own."""
    name = "check-out" if what == ScanWhat.OUT else "check-in"
    numbers = (activities.key_from(name, stop.part.code, enrolment.code, n) for n in itertools.count())
    return next(key for key in numbers if key not in known)


def _wrong_tries(asked: Sequence[Asked]) -> Counter[int]:
    """Enrolment → codes that were wrong within ten minutes: a program could try six digits out from afar in some hours;
    at this pace it takes years."""
    trying = {a.knock.ticket.enrolment_id for a in asked if not a.knock.ticket.is_staff}
    if not trying:
        return Counter()
    since = asked[0].knock.now - TRIES_WINDOW
    wrong = Scan.objects.filter(
        enrolment__in=trying, state=ScanState.REFUSED, reason="code-not-good", received_at__gt=since
    )
    return Counter(wrong.values_list("enrolment_id", flat=True))


def _is_of(scan: Scan, one: Asked) -> bool:
    return scan.stop.part.activity_id == one.knock.ticket.activity_id and (
        one.knock.ticket.is_staff or scan.enrolment_id == one.knock.ticket.enrolment_id
    )


def _take_one(batch: Batch, work: _Work, one: Asked, enrolment: Enrolment | None) -> Receipt:
    """One act: who, where, when, and what it is worth. What cannot be kept at all is refused without a row."""
    ticket, item, now = one.knock.ticket, one.item, one.knock.now
    activity = batch.activities.get(ticket.activity_id)
    stop = batch.stops.get((ticket.activity_id, item.text("stop", 20))) or _stop_of_code(batch, one)
    if activity is None or stop is None:
        return _refused(item, "no-stop", _("This stop is not part of the visit any more."))
    person = batch.people.get(ticket.person_id)
    sentence = _why_not(batch, one, activity, person, enrolment)
    if sentence or enrolment is None:
        code, text = sentence or ("no-learner", _("This learner is not in the programme."))
        return _refused(item, code, text)
    scan = Scan(
        organisation_id=activity.organisation_id,
        key=item.key,
        stop=stop,
        enrolment=enrolment,
        what=ScanWhat.OUT if item.do == "out" else ScanWhat.IN,
        way=_way(one),
        at=item.at,
        received_at=now,
        ahead_ms=one.ahead_ms,
        device=one.knock.device,
        by=person,
        sha256=item.sha256,
        state=ScanState.COUNTED,
    )
    if not ticket.is_staff and work.tries[enrolment.pk] >= WRONG_TRIES:
        text = _("Too many wrong codes. Wait some minutes, or ask the organiser to tick you on the list.")
        return _refused(item, "too-many-tries", text)
    worth = _worth_of_staff(one, activity) if ticket.is_staff else _worth_of_code(one, activity, scan)
    if worth is None:
        work.tries[enrolment.pk] += 1
        scan.state, scan.reason = ScanState.REFUSED, "code-not-good"
        work.scans.append(scan)
        return _receipt(scan)
    _write(work, scan, worth, activity, one.knock.origin)
    return _receipt(scan)


@dataclass(frozen=True, slots=True)
class _Worth:
    """When it happened as far as we take it, and what staff have to confirm first; `at` None: no time follows."""

    at: dt.datetime | None
    state: str = ""  # offline_unconfirmed, place_unconfirmed
    hints: tuple[str, ...] = ()


def _whom(batch: Batch, one: Asked) -> Enrolment | None:
    if not one.knock.ticket.is_staff:
        return batch.enrolments.get(one.knock.ticket.enrolment_id)
    activity = batch.activities.get(one.knock.ticket.activity_id)
    code = one.item.text("learner", 20) or read_pass(one.item.text("pass", 80))
    found = batch.enrolments_by_code.get(code or "")
    is_of = found is not None and activity is not None and found.programme_id == activity.programme_id
    return found if is_of else None


def _stop_of_code(batch: Batch, one: Asked) -> Stop | None:
    """The stop of a learner's digits, typed without saying where: the one that shows them, or showed them then; the first
    stop, where none did."""
    if not one.knock.ticket.enrolment_id or one.item.text("stop", 20):
        return None
    stops = sorted(
        (s for (activity, _code), s in batch.stops.items() if activity == one.knock.ticket.activity_id),
        key=lambda s: (s.part.position, s.part_id),
    )
    fitting = (stop for stop in stops if _counter(one, stop) is not None)
    return next(fitting, stops[0] if stops else None)


def _counter(one: Asked, stop: Stop) -> int | None:
    """Which half-minute's code of the stop the digits are: the one that the QR named, that is shown now, or that was shown when
    the phone recorded it without a network."""
    knock, item = one.knock, one.item
    typed, named = codes.digits_of(item.text("digits", 20)), item.number("counter")
    if named is not None:
        return named if codes.is_code_of(stop.secret, typed, named) else None
    shown = codes.counter_shown(stop.secret, typed, knock.now)
    corrected = item.at - dt.timedelta(milliseconds=one.ahead_ms)
    if shown is not None:
        return shown
    if rules.is_prompt(item.at_ms, knock.clock_ms):
        return codes.counter_shown(stop.secret, typed, corrected)
    near = codes.counter_near(stop.secret, typed, corrected)
    return near if near is not None else codes.counter_near(stop.secret, typed, item.at)


def _way(one: Asked) -> str:
    if not one.knock.ticket.is_staff:
        return ScanWay.CODE
    return ScanWay.PASS if one.item.text("pass", 80) else ScanWay.LIST


def _why_not(
    batch: Batch, one: Asked, activity: Activity, person: Person | None, enrolment: Enrolment | None
) -> tuple[str, str | Promise] | None:
    """Why nobody can be checked in here by this ticket, as (code, sentence)."""
    if one.knock.ticket.is_staff:
        if person is None or not batch.is_staff(person, activity):
            return "not-staff", _("You do not organise this programme any more.")
        if one.item.text("pass", 80) and enrolment is None:
            return "bad-pass", _("This is not a code of a learner of this programme.")
    if enrolment is None or enrolment.state != EnrolmentState.ACTIVE:
        return "no-learner", _("This learner is not in the programme.")
    if activity.state == ActivityState.CANCELLED:
        return "cancelled", _("This visit was cancelled.")
    if not batch.stage_allows(activity, Act.RECORD if one.knock.ticket.is_staff else Act.LEARN):
        return "no_stage", _("The programme is in no stage in which people check in.")
    return None


def _worth_of_staff(one: Asked, activity: Activity) -> _Worth:
    """Staff saw the learner: nothing is left to confirm but the time, where the phone's clock was far off."""
    knock, item = one.knock, one.item
    if rules.is_prompt(item.at_ms, knock.clock_ms):
        return _Worth(knock.now)
    return _Worth(_own_time(item, activity, knock.now))


def _own_time(item: Item, activity: Activity, now: dt.datetime) -> dt.datetime | None:
    """The phone's own time, unless it cannot be one of this visit: then staff say which it was."""
    return item.at if rules.is_of_the_visit(item.at, activity.starts_at, activity.ends_at, now) else None


def _worth_of_code(one: Asked, activity: Activity, scan: Scan) -> _Worth | None:
    """None for a code that the stop does not show, or showed too long ago. A line that broke off for half a minute is no
    network, too: what was good when it was scanned, and is not any more when it arrives, waits for staff."""
    knock, item, stop = one.knock, one.item, scan.stop
    is_prompt = rules.is_prompt(item.at_ms, knock.clock_ms)
    corrected = item.at - dt.timedelta(milliseconds=one.ahead_ms)
    counter = _counter(one, stop)
    if counter is None:
        return None
    scan.counter = counter
    place = _place(item, stop, scan)
    if codes.is_shown(counter, knock.now):
        return _Worth(knock.now, "place_unconfirmed" if place else "", place)
    if is_prompt and not codes.is_shown(counter, corrected):
        return None
    hints = list(place)
    if abs(codes.began_at(counter) - corrected) > OLD_CODE:
        hints.append("old_code")
    return _Worth(_own_time(item, activity, knock.now), "offline_unconfirmed", tuple(hints))


def _place(item: Item, stop: Stop, scan: Scan) -> tuple[str, ...]:
    """What staff should know of the place. The place itself is not kept: how far it was from the stop is."""
    if not stop.place_check_m:
        return ()
    if item.place is None:
        return ("no_place",)
    latitude, longitude, accuracy = item.place
    distance = rules.metres_between(latitude, longitude, stop.community)
    if distance is None:
        return ()
    scan.distance_m, scan.accuracy_m = distance, min(round(accuracy), 10_000_000)
    return ("far",) if distance - accuracy > stop.place_check_m else ()


def _write(work: _Work, scan: Scan, worth: _Worth, activity: Activity, origin: str) -> None:
    """What the act adds to the ledger: nothing where the same stands already."""
    enrolment, stop = scan.enrolment, scan.stop
    assert enrolment is not None
    scan.reason = ",".join(worth.hints)[:40]
    if worth.at is None:
        scan.state = ScanState.TIMELESS
        work.scans.append(scan)
        return
    standing = work.standing[enrolment.pk, stop.part.code, scan.what]
    fact = FactKind.CHECKED_OUT if scan.what == ScanWhat.OUT else FactKind.CHECKED_IN
    if standing.key is not None and (worth.state or not standing.is_unconfirmed):
        scan.state, scan.evidence = ScanState.AGAIN, standing.key
    else:
        key = next_key(scan.what, stop, enrolment, work.keys)
        detail: dict[str, Any] = {
            "by": "code" if scan.way == ScanWay.CODE else "staff",
            "scan": str(scan.key),
        }
        if worth.state:
            detail |= {"state": worth.state, "hints": list(worth.hints)}
        if scan.counter is not None:
            detail["counter"] = scan.counter
        work.facts.append(
            activities.NewFact(
                key=key,
                enrolment=enrolment,
                activity=activity,
                part=stop.part,
                fact=fact,
                happened_at=worth.at,
                source=EvidenceSource.LEARNER if scan.way == ScanWay.CODE else EvidenceSource.STAFF,
                detail=detail,
                by=scan.by,
                origin=origin,
            )
        )
        work.keys.add(key)
        standing.key, standing.is_unconfirmed = key, bool(worth.state)
        scan.state = ScanState.WAITING if worth.state else ScanState.COUNTED
        scan.evidence = key
    work.scans.append(scan)


# Receipts


def _refused(item: Item, code: str, sentence: str | Promise) -> Receipt:
    return Receipt(item.key, item.sha256, "refused", sentence, more={"code": code})


def _receipt(scan: Scan) -> Receipt:
    """What the phone is told of an act that is kept."""
    if scan.state == ScanState.REFUSED:
        sentence = _(
            "This code is not shown at any stop now. It changes every 30 seconds: scan or type the one on the screen."
        )
        return Receipt(scan.key, scan.sha256, "refused", sentence, more={"code": scan.reason})
    more = {"stop": scan.stop.part.code, "title": scan.stop.part.title, "what": scan.what}
    return Receipt(scan.key, scan.sha256, scan.state, more=more)


# Pages that do it without a script


def check_in_by_code(
    *,
    enrolment: Enrolment,
    activity: Activity,
    typed: str,
    stops: Sequence[Stop],
    by: Person | None,
    what: str = ScanWhat.IN,
    now: dt.datetime | None = None,
) -> Stop:
    """Check the learner in (or out) at the stop whose code this is. A second time is the same record.

    Raises Refused for a code that no stop of this visit shows now, and for any code after ten wrong ones.
    """
    now = now or clock.now()
    good = (s for s in stops if codes.code_is_good(s.secret, typed, now))
    stop = next(good, stops[0] if stops else None)
    if stop is None:
        raise Refused(str(_("This visit has no stops.")), code="no-stop", field="code")
    ticket = Ticket(
        activity.organisation_id, activity.pk, enrolment.person_id or 0, enrolment.pk, int(now.timestamp())
    )
    take_one(_knock(ticket, what, stop, now, digits=typed))
    return stop


def check_in_by_staff(
    *,
    stop: Stop,
    enrolment: Enrolment,
    by: Person,
    what: str = ScanWhat.IN,
    shown: str = "",
    now: dt.datetime | None = None,
) -> Receipt:
    """Tick a learner on the list, or by the pass that the learner shows. Raises Refused with a sentence."""
    now = now or clock.now()
    activity = stop.part.activity
    ticket = Ticket(activity.organisation_id, activity.pk, by.pk, 0, int(now.timestamp()))
    told = {"learner": enrolment.code} | ({"pass": shown} if shown else {})
    return take_one(_knock(ticket, what, stop, now, **told))


def _knock(ticket: Ticket, what: str, stop: Stop, now: dt.datetime, **told: str) -> Knock:
    at_ms = round(now.timestamp() * 1000)
    text = json.dumps({"key": str(uuid.uuid4()), "do": what, "at": at_ms, "stop": stop.part.code, **told})
    item = read_item(text)
    assert item is not None
    return Knock(ticket, (item,), now, at_ms)
