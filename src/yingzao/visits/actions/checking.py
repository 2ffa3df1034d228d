"""Checking in and out at a stop. Three ways end in the same evidence: the code on the screen, the learner's own code, the
list. Every act is kept as it came (`Scan`); the first one of a learner at a stop becomes the fact."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState, EvidenceSource, FactKind
from yingzao.activities.models import Activity, Evidence
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.visits import queries, rules
from yingzao.visits.actions.field import Asked, Batch, Knock, Receipt, handle, take_one
from yingzao.visits.actions.tickets import Ticket, read_pass
from yingzao.visits.enums import ScanState, ScanWay, ScanWhat
from yingzao.visits.models import Scan, Stop
from yingzao.visits.readers import Item, read_item
from yingzao.visits.settling import codes

WRONG_TRIES, TRIES_WINDOW = 10, dt.timedelta(minutes=10)
OLD_CODE = dt.timedelta(seconds=90)  # between a code's half-minute and the scan of it: more is worth a look


@dataclass(slots=True)
class _Standing:
    """What the ledger says of one learner, stop and direction: the fact that stands, and how many there ever were."""

    key: uuid.UUID | None = None
    is_unconfirmed: bool = False
    ever: int = 0


@dataclass(slots=True)
class _Work:
    """What comes of a batch: rows to write, and what stands meanwhile."""

    standing: dict[tuple[int, int, str], _Standing]
    tries: Counter[int]
    scans: list[Scan] = field(default_factory=list)
    facts: list[activities.NewFact] = field(default_factory=list)


@handle("in", "out")
def check_in_or_out(batch: Batch, asked: Sequence[Asked]) -> list[Receipt]:
    """Keep every act, and write the facts that follow. A key that is known is answered as it was the first time."""
    known = {
        s.key: s
        for s in Scan.objects.filter(key__in=[a.item.key for a in asked]).select_related("stop__part")
    }
    work = _Work(_standing(batch, asked), _wrong_tries(asked))
    receipts = []
    for one in asked:
        scan = known.get(one.item.key)
        if scan is None:
            receipt = _take_one(batch, work, one)
            if work.scans and work.scans[-1].key == one.item.key:
                known[one.item.key] = work.scans[-1]
        elif _is_of(scan, one):
            receipt = _receipt(scan)
        else:
            receipt = _refused(one.item, "key-taken", _("This record was already used for something else."))
        receipts.append(receipt)
    Scan.objects.bulk_create(work.scans)
    _record(batch, work.facts, asked[0].knock.now)
    return receipts


def _record(batch: Batch, facts: Sequence[activities.NewFact], now: dt.datetime) -> None:
    by_activity: dict[Activity, list[activities.NewFact]] = defaultdict(list)
    for fact in facts:
        by_activity[fact.activity].append(fact)
    for activity, group in by_activity.items():
        activities.record_evidence(group, by=None, now=now, plan=batch.plan_of(activity))


def _standing(batch: Batch, asked: Sequence[Asked]) -> dict[tuple[int, int, str], _Standing]:
    """(enrolment, part, in or out) → what stands of those who may be meant here. One query."""
    found: dict[tuple[int, int, str], _Standing] = defaultdict(_Standing)
    whom = [_whom(batch, one) for one in asked]
    rows = Evidence.objects.filter(
        enrolment__in={e.pk for e in whom if e is not None},
        activity__in={one.knock.ticket.activity_id for one in asked},
        fact__in=[*queries.ARRIVED, FactKind.CHECKED_OUT],
    ).order_by("happened_at", "pk")
    for enrolment, part, fact, key, withdrawn_at, detail in rows.values_list(
        "enrolment_id", "part_id", "fact", "key", "withdrawn_at", "detail"
    ):
        one = found[enrolment, part, ScanWhat.OUT if fact == FactKind.CHECKED_OUT else ScanWhat.IN]
        one.ever += 1
        if withdrawn_at is not None:
            continue
        is_unconfirmed = str(detail.get("state", "")).endswith("_unconfirmed")
        if one.key is None or (one.is_unconfirmed and not is_unconfirmed):
            one.key, one.is_unconfirmed = key, is_unconfirmed
    return found


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


def _take_one(batch: Batch, work: _Work, one: Asked) -> Receipt:
    """One act: who, where, when, and what it is worth. What cannot be kept at all is refused without a row."""
    ticket, item, now = one.knock.ticket, one.item, one.knock.now
    activity = batch.activities.get(ticket.activity_id)
    stop = batch.stops.get((ticket.activity_id, item.text("stop", 20)))
    if activity is None or stop is None:
        return _refused(item, "no-stop", _("This stop is not part of the visit any more."))
    person = batch.people.get(ticket.person_id)
    enrolment = _whom(batch, one)
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
        ahead_ms=one.knock.ahead_ms,
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
    _write(work, scan, worth, activity)
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


def _way(one: Asked) -> str:
    if not one.knock.ticket.is_staff:
        return ScanWay.CODE
    return ScanWay.PASS if one.item.text("pass", 80) else ScanWay.LIST


def _why_not(
    batch: Batch, one: Asked, activity: Activity, person: Person | None, enrolment: Enrolment | None
) -> tuple[str, str] | None:
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
    """None for a code that the stop does not show, or showed too long ago."""
    knock, item, stop = one.knock, one.item, scan.stop
    typed, named = codes.digits_of(item.text("digits", 20)), item.number("counter")
    now_counter = codes.counter_at(knock.now)
    if named is not None:
        counter = named if codes.is_code_of(stop.secret, typed, named) else None
    else:
        counter = codes.counter_shown(stop.secret, typed, knock.now)
    is_prompt = rules.is_prompt(item.at_ms, knock.clock_ms)
    corrected = item.at - dt.timedelta(milliseconds=knock.ahead_ms)
    if counter is None and named is None and not is_prompt:
        counter = codes.counter_near(stop.secret, typed, corrected) or codes.counter_near(
            stop.secret, typed, item.at
        )
    if counter is None:
        return None
    scan.counter = counter
    place = _place(item, stop, scan)
    if -1 <= now_counter - counter <= codes.GRACE:
        return _Worth(knock.now, "place_unconfirmed" if place else "", place)
    if is_prompt:
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


def _write(work: _Work, scan: Scan, worth: _Worth, activity: Activity) -> None:
    """What the act adds to the ledger: nothing where the same stands already."""
    enrolment, stop = scan.enrolment, scan.stop
    assert enrolment is not None
    scan.reason = ",".join(worth.hints)[:40]
    if worth.at is None:
        scan.state = ScanState.TIMELESS
        work.scans.append(scan)
        return
    standing = work.standing[enrolment.pk, stop.part_id, scan.what]
    fact = FactKind.CHECKED_OUT if scan.what == ScanWhat.OUT else FactKind.CHECKED_IN
    if standing.key is not None and (worth.state or not standing.is_unconfirmed):
        scan.state, scan.evidence = ScanState.AGAIN, standing.key
    else:
        # What was withdrawn counts along: checking in after that is a record of its own.
        key = activities.key_from(
            "check-in" if scan.what == ScanWhat.IN else "check-out",
            stop.part.code,
            enrolment.code,
            standing.ever,
        )
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
            )
        )
        standing.key, standing.is_unconfirmed, standing.ever = key, bool(worth.state), standing.ever + 1
        scan.state = ScanState.WAITING if worth.state else ScanState.COUNTED
        scan.evidence = key
    work.scans.append(scan)


# Receipts


def _refused(item: Item, code: str, sentence: str) -> Receipt:
    return Receipt(item.key, item.sha256, "refused", sentence, more={"code": code})


def _receipt(scan: Scan) -> Receipt:
    """What the phone is told of an act that is kept."""
    if scan.state == ScanState.REFUSED:
        sentence = _(
            "This code is not shown at any stop now. It changes every 30 seconds: scan or type the one on the screen."
        )
        return Receipt(scan.key, scan.sha256, "refused", sentence, more={"code": scan.reason})
    more = {"stop": scan.stop.part.code, "what": scan.what}
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
        raise Refused(_("This visit has no stops."), code="no-stop", field="code")
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
    return Knock(ticket, (item,), now, at_ms, language=get_language() or "")
