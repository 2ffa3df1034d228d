"""Who is there, and what waits for staff: scans to confirm, times to settle, codes and phones that look shared."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yingzao.activities.enums import ActivityState, FactKind
from yingzao.activities.kind import Fact, PartFrame
from yingzao.activities.models import Activity, Evidence
from yingzao.activities.queries import asked_learners, learners_of
from yingzao.enrolment.enums import EnrolmentState, Outcome
from yingzao.enrolment.models import Enrolment, IdentityMatch
from yingzao.programmes.models import Programme
from yingzao.visits.enums import ScanState, ScanWay, ScanWhat, SignUpState
from yingzao.visits.models import Scan, Stop
from yingzao.visits.queries.sign_up import sign_up_states
from yingzao.visits.settling import AtStop, at_stop

ARRIVED = (FactKind.CHECKED_IN, FactKind.CONFIRMED)
OF_A_STOP = (*ARRIVED, FactKind.CHECKED_OUT, FactKind.EXCUSED)
WRONG_CLOCK = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StopRow:
    """One stop for one learner."""

    stop: Stop
    at_stop: AtStop

    @property
    def checked_in_at(self) -> dt.datetime | None:
        return self.at_stop.arrived_at

    @property
    def is_here_still(self) -> bool:
        """Checked in, and not out yet."""
        return (self.at_stop.arrived or self.at_stop.waiting) is not None and self.at_stop.left is None


def stops_with(enrolment: Enrolment, stops: Iterable[Stop]) -> list[StopRow]:
    """These stops with what is recorded of one learner at each. One query beside that of the stops."""
    stops = list(stops)
    here = Evidence.objects.filter(enrolment=enrolment, part__in=[stop.part_id for stop in stops])
    facts = _facts(here)
    return [StopRow(stop, _at(stop, facts.get((enrolment.pk, stop.part_id), ()))) for stop in stops]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One learner's line on the list of a stop."""

    learner: Enrolment
    at_stop: AtStop
    sign_up: str | None = None  # in, waiting, or neither; None where nobody has to sign up
    is_asked: bool = True  # whether the visit is for this learner, or they came all the same

    @property
    def is_expected(self) -> bool:
        return self.is_asked and (self.sign_up is None or self.sign_up == SignUpState.IN)

    @property
    def at(self) -> dt.datetime | None:
        return self.at_stop.arrived_at

    @property
    def out_at(self) -> dt.datetime | None:
        return self.at_stop.left_at

    @property
    def waits_since(self) -> dt.datetime | None:
        return self.at_stop.waiting.happened_at if self.at_stop.waiting else None

    @property
    def is_here(self) -> bool:
        """Whether the learner was checked in, confirmed or not."""
        return self.at is not None or self.at_stop.waiting is not None


def arrivals(stop: Stop) -> list[Arrival]:
    """Every learner whom the visit expects, and who came all the same, with what is recorded of them at this stop."""
    activity = stop.part.activity
    facts = _facts(Evidence.objects.filter(activity=activity, part=stop.part))
    came = [enrolment for enrolment, _part in facts]
    states = sign_up_states(activity)
    asked = set(asked_learners(activity).values_list("pk", flat=True))
    listed = {*(asked if states is None else _with_place(states)), *came}
    learners = learners_of(activity.programme).filter(pk__in=listed).select_related("community", "team")
    return [
        Arrival(one, _at(stop, facts.get((one.pk, stop.part_id), ())), _of(states, one), one.pk in asked)
        for one in learners
    ]


def others_at(stop: Stop, listed: Sequence[Arrival]) -> list[Arrival]:
    """Where one signs up: those for whom the visit is and who do not stand on the list, which is `arrivals(stop)`."""
    activity = stop.part.activity
    if listed and listed[0].sign_up is None:
        return []
    states = sign_up_states(activity)
    if states is None:
        return []
    learners = asked_learners(activity).exclude(pk__in=[one.learner.pk for one in listed])
    learners = learners.select_related("community", "team")
    return [Arrival(one, _at(stop, ()), _of(states, one)) for one in learners]


def _with_place(states: dict[int, str]) -> list[int]:
    return [enrolment for enrolment, state in states.items() if state == SignUpState.IN]


def _of(states: dict[int, str] | None, learner: Enrolment) -> str | None:
    return None if states is None else states.get(learner.pk, "")


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many are expected, how many of these are there, and how many came who are not expected."""

    expected: int
    arrived: int
    unplaced: int  # learners for whom it is not, or who have no place
    walk_ins: int = 0

    @property
    def beside(self) -> int:
        return self.unplaced + self.walk_ins

    @property
    def there(self) -> int:
        return self.arrived + self.beside


def headcount(listed: Iterable[Arrival], walk_ins: Iterable[WalkIn] = ()) -> Headcount:
    """Whoever was excused is not expected, unless there all the same. A walk-in who turned out to be a learner of the list is
    counted there, and not again."""
    listed = list(listed)
    here = [one for one in listed if one.is_here]
    return Headcount(
        expected=sum(one.is_expected and (one.is_here or one.at_stop.excused is None) for one in listed),
        arrived=sum(one.is_expected for one in here),
        unplaced=sum(not one.is_expected for one in here),
        walk_ins=sum(one.learner is None for one in walk_ins),
    )


def arrived_count(stop: Stop) -> int:
    """How many learners were checked in here: what the screen asks for every few seconds."""
    here = Evidence.objects.filter(part=stop.part, fact__in=ARRIVED, withdrawn_at=None)
    here = here.filter(enrolment__state=EnrolmentState.ACTIVE)
    return here.order_by().values("enrolment").distinct().count()


def arrival(stop: Stop, learner: Enrolment) -> Arrival:
    """One learner's line."""
    facts = _facts(Evidence.objects.filter(part=stop.part, enrolment=learner))
    states = sign_up_states(stop.part.activity)
    return Arrival(learner, _at(stop, facts.get((learner.pk, stop.part_id), ())), _of(states, learner))


def here_now(activity: Activity) -> dict[str, dict[str, list[int | None]]]:
    """Stop's code → learner's code → [in, out], in milliseconds since 1970; who waits for confirmation is here, too. Two
    queries."""
    facts = _facts(Evidence.objects.filter(activity=activity))
    codes = dict(Enrolment.objects.filter(pk__in={pk for pk, _part in facts}).values_list("pk", "code"))
    found: dict[str, dict[str, list[int | None]]] = {}
    for part in activity.parts.all():
        frame = PartFrame(part.code, part.title, part.starts_at, part.ends_at)
        rows = {pk: at_stop(frame, group) for (pk, part_pk), group in facts.items() if part_pk == part.pk}
        found[part.code] = {
            codes[pk]: [_ms(here.happened_at), _ms(row.left_at)]
            for pk, row in rows.items()
            if (here := row.arrived or row.waiting) is not None and pk in codes
        }
    return found


def _ms(moment: dt.datetime | None) -> int | None:
    return round(moment.timestamp() * 1000) if moment else None


def walk_in_counts(activity: Activity) -> dict[str, int]:
    """Stop's code → how many came there without being on the list, as `headcount` has it: whoever turned out to be a learner
    is counted among these."""
    rows = Scan.objects.filter(stop__part__activity=activity, state=ScanState.WALK_IN)
    known = IdentityMatch.objects.filter(source_file=OuterRef("source_file"), enrolment__isnull=False)
    rows = rows.exclude(source_file=None).exclude(Exists(known))
    return dict(rows.order_by().values_list("stop__part__code").annotate(Count("pk")))


def _facts(evidence: QuerySet[Evidence]) -> dict[tuple[int, int], list[Fact]]:
    """(enrolment, part) → its standing facts, oldest first. One query."""
    found: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    standing = evidence.filter(withdrawn_at=None, fact__in=OF_A_STOP).exclude(part=None)
    rows = standing.order_by("happened_at", "pk").values_list(
        "enrolment_id", "part_id", "key", "fact", "happened_at", "source", "detail"
    )
    for enrolment, part, key, fact, happened_at, source, detail in rows:
        found[enrolment, part].append(Fact(str(key), fact, happened_at, source=source, detail=detail))
    return found


def _at(stop: Stop, facts: Sequence[Fact]) -> AtStop:
    part = stop.part
    return at_stop(PartFrame(part.code, part.title, part.starts_at, part.ends_at), facts)


# What waits for staff


def scans_of(activity: Activity) -> QuerySet[Scan]:
    return (
        Scan.objects.filter(stop__part__activity=activity)
        .select_related("stop__part__activity__programme", "stop__community", "enrolment__community", "by")
        .order_by("stop__part__position", "stop__part__pk", "at", "pk")
    )


def waiting_scans(activity: Activity) -> QuerySet[Scan]:
    """Check-ins and check-outs that staff have to confirm."""
    return scans_of(activity).filter(state=ScanState.WAITING)


def refused_scans(activity: Activity) -> QuerySet[Scan]:
    """Codes that were not good, of learners who are not on the list of that stop by now."""
    arrived = Evidence.objects.filter(activity=activity, fact__in=ARRIVED, withdrawn_at=None)
    there = set(arrived.values_list("enrolment_id", "part_id"))
    refused = scans_of(activity).filter(state=ScanState.REFUSED)
    last = {(s.enrolment_id, s.stop.part_id): s.pk for s in refused}  # of several tries the last one
    return refused.filter(pk__in=[pk for pair, pk in last.items() if pair not in there])


@dataclass(frozen=True, slots=True)
class TimeOffer:
    """What is recorded of a learner at a stop, and the other times that scans tell of."""

    scan: Scan
    recorded_at: dt.datetime | None
    times: tuple[dt.datetime, ...]

    @property
    def minutes(self) -> int:
        """How far the phone's clock was ahead, in minutes."""
        return round(self.scan.ahead_ms / 60_000)


def corrected(scan: Scan) -> dt.datetime:
    """The scan's time by our clock, as far as the phone's clock was wrong when it delivered."""
    return scan.at - dt.timedelta(milliseconds=scan.ahead_ms)


def _was_prompt(scan: Scan) -> bool:
    return scan.received_at - corrected(scan) <= dt.timedelta(minutes=1)


def times_of(scan: Scan) -> list[dt.datetime]:
    """The times that a scan can stand for: by our clock, and as its phone told."""
    if _was_prompt(scan):
        return [scan.received_at]
    told = [corrected(scan)] if abs(scan.ahead_ms) > WRONG_CLOCK / dt.timedelta(milliseconds=1) else []
    return [*told, scan.at]


def offered_times(activity: Activity) -> list[TimeOffer]:
    """Scans that tell another time than the one recorded: of a phone whose clock was wrong, or earlier (later, of leaving) than
    what arrived first. Of several scans of one learner at one stop the one that goes farthest is offered. Three queries."""
    unsettled = list(scans_of(activity).filter(is_time_settled=False))
    gone = (ScanState.REFUSED, ScanState.WITHDRAWN, ScanState.WALK_IN)
    scans = [scan for scan in unsettled if scan.state not in gone] + known_walk_ins(unsettled)
    keys = {s.evidence for s in scans if s.evidence}
    standing: dict[uuid.UUID | None, tuple[dt.datetime | None, dict]] = {
        key: (at, detail)
        for key, at, detail in Evidence.objects.filter(key__in=keys, withdrawn_at=None).values_list(
            "key", "happened_at", "detail"
        )
    }
    offers = []
    for scan in scans:
        recorded, detail = standing.get(scan.evidence, (None, {}))
        if scan.evidence and recorded is None:
            continue
        times = _worth_offering(scan, recorded, is_origin=detail.get("scan") == str(scan.key))
        if times:
            offers.append(TimeOffer(scan, recorded, tuple(times)))
    return _farthest(offers)


def known_walk_ins(scans: Iterable[Scan]) -> list[Scan]:
    """Those of these who turned out to be learners, each with the learner and the record that it became. Neither is kept with
    the scan: the decision may be undone. One query, none without walk-ins."""
    of_file = {s.source_file_id: s for s in scans if s.state == ScanState.WALK_IN and s.source_file_id}
    facts = Evidence.objects.filter(source_row__source_file__in=list(of_file), withdrawn_at=None)
    found: dict[int, Scan] = {}
    for fact in facts.filter(fact__in=ARRIVED).select_related("enrolment__community", "source_row"):
        assert fact.source_row is not None
        scan = of_file[fact.source_row.source_file_id]
        if fact.part_id == scan.stop.part_id and scan.pk not in found:
            scan.enrolment, scan.evidence = fact.enrolment, fact.key
            found[scan.pk] = scan
    return list(found.values())


def _farthest(offers: Sequence[TimeOffer]) -> list[TimeOffer]:
    """One offer a learner, stop and direction: the earliest check-in, the latest check-out; those without a time all stay."""
    best: dict[tuple, TimeOffer] = {}
    for offer in offers:
        scan = offer.scan
        whom = (scan.stop_id, scan.enrolment_id, scan.what) if offer.recorded_at else (scan.pk,)
        other = best.get(whom)
        is_farther = other is None or (
            offer.times[0] > other.times[0] if scan.what == ScanWhat.OUT else offer.times[0] < other.times[0]
        )
        if is_farther:
            best[whom] = offer
    return list(best.values())


def _worth_offering(scan: Scan, recorded: dt.datetime | None, *, is_origin: bool) -> list[dt.datetime]:
    if recorded is None:  # no time followed from it
        return times_of(scan)
    best = times_of(scan)[0]
    if abs(best - recorded) < WRONG_CLOCK:
        return []
    is_better = best > recorded if scan.what == ScanWhat.OUT else best < recorded
    return [best] if is_origin or is_better else []


@dataclass(frozen=True, slots=True)
class CodeUse:
    """One half-minute's code of a stop, and how many learners and phones used it."""

    stop: Stop
    counter: int
    learners: int
    phones: int
    expected: int


def codes_used_often(activity: Activity, expected: int) -> list[CodeUse]:
    """Codes that more learners, or more phones, used than the stop expects at all: somebody sent a picture around."""
    used = (
        Scan.objects.filter(stop__part__activity=activity, what=ScanWhat.IN, way=ScanWay.CODE)
        .exclude(counter=None)
        .exclude(state=ScanState.REFUSED)
        .values("stop", "counter")
        .annotate(learners=Count("enrolment", distinct=True), phones=Count("device", distinct=True))
        .filter(Q(learners__gt=expected) | Q(phones__gt=expected))
        .order_by("stop", "counter")
    )
    rows = list(used)
    stops = Stop.objects.select_related("part").in_bulk([row["stop"] for row in rows])
    return [
        CodeUse(stops[row["stop"]], row["counter"] or 0, row["learners"], row["phones"], expected)
        for row in rows
    ]


def devices_shared(activity: Activity) -> dict[str, list[Scan]]:
    """Phone → scans by code, where one phone checked in several learners by the code on the screen."""
    scans = scans_of(activity).filter(way=ScanWay.CODE, what=ScanWhat.IN).exclude(device=None)
    by_device: dict[str, dict[tuple[int | None, int], Scan]] = defaultdict(dict)
    for scan in scans.exclude(state=ScanState.REFUSED):
        by_device[str(scan.device)].setdefault((scan.enrolment_id, scan.stop_id), scan)
    return {
        device: list(rows.values())
        for device, rows in by_device.items()
        if len({enrolment for enrolment, _stop in rows}) > 1
    }


def open_count(activity: Activity) -> int:
    """How many decisions wait for staff."""
    return waiting_scans(activity).count() + len(offered_times(activity)) + refused_scans(activity).count()


def active_learners() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(state=EnrolmentState.ACTIVE).select_related("programme", "community")


def stops_around(programme: Programme, now: dt.datetime) -> list[Stop]:
    """The stops of the programme's visits that are on within a day of now; of the nearest visit, where none is."""
    stops = Stop.objects.filter(part__activity__programme=programme, part__activity__is_published=True)
    stops = stops.exclude(part__activity__state=ActivityState.CANCELLED).select_related(
        "part__activity__programme__organisation", "community"
    )
    ordered = sorted(
        stops, key=lambda s: (_distance(s.part.activity, now), s.part.activity_id, s.part.position, s.part_id)
    )
    near = [s for s in ordered if _distance(s.part.activity, now) <= dt.timedelta(days=1)]
    return near or [s for s in ordered if s.part.activity_id == ordered[0].part.activity_id]


def _distance(activity: Activity, now: dt.datetime) -> dt.timedelta:
    begins, ends = activity.starts_at or now, activity.ends_at or activity.starts_at or now
    return max(begins - now, now - ends, dt.timedelta(0))


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Somebody who came without being on the list, and whom the name means by now."""

    name: str
    at: dt.datetime
    outcome: str  # of enrolment's Outcome
    learner: Enrolment | None

    @property
    def waits(self) -> bool:
        return self.outcome in (Outcome.PROPOSED, Outcome.UNMATCHED)


def walk_ins(stop: Stop) -> list[WalkIn]:
    """The walk-ins of a stop. Two queries."""
    scans = Scan.objects.filter(stop=stop, state=ScanState.WALK_IN).exclude(source_file=None).order_by("at")
    at = {s.source_file_id: s.at for s in scans}
    matches = IdentityMatch.objects.filter(source_file__in=list(at)).select_related("enrolment")
    found = [WalkIn(m.name_as_given, at[m.source_file_id], m.outcome, m.enrolment) for m in matches]
    return sorted(found, key=lambda one: one.at)
