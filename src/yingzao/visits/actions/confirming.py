"""What staff decide afterwards: confirm what came without a network, put a phone's time right, take back, excuse."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import EvidenceSource, FactKind
from yingzao.activities.models import Activity, Evidence
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage
from yingzao.visits import queries
from yingzao.visits.actions.checking import next_key
from yingzao.visits.enums import ScanState, ScanWay, ScanWhat
from yingzao.visits.models import Scan, Stop

FACTS = {ScanWhat.IN: queries.ARRIVED, ScanWhat.OUT: (FactKind.CHECKED_OUT,)}


@transaction.atomic
def confirm_scans(
    *, activity: Activity, scans: Collection[uuid.UUID], by: Person, now: dt.datetime | None = None
) -> int:
    """Confirm check-ins and check-outs that wait (keys of scans); how many. What does not wait any more is left as it is.

    A confirmation is a fact of its own beside the one that it confirms, at the same time.
    """
    require_stage(activity.programme, Act.RECORD)
    now = now or clock.now()
    locking.take_turn(f"evidence:{activity.programme.code}")
    waiting = list(queries.waiting_scans(activity).filter(key__in=scans))
    standing = Evidence.objects.filter(key__in=[s.evidence for s in waiting], withdrawn_at=None).in_bulk(
        field_name="key"
    )
    facts = [
        _confirmation(scan, standing[scan.evidence], activity, by)
        for scan in waiting
        if scan.evidence in standing
    ]
    activities.record_evidence(facts, by=by, now=now)
    Scan.objects.filter(pk__in=[scan.pk for scan in waiting]).update(state=ScanState.COUNTED)
    return len(facts)


def _confirmation(scan: Scan, fact: Evidence, activity: Activity, by: Person) -> activities.NewFact:
    is_out = scan.what == ScanWhat.OUT
    assert scan.enrolment is not None
    return activities.NewFact(
        key=activities.key_from("confirmed", fact.key),
        enrolment=scan.enrolment,
        activity=activity,
        part=scan.stop.part,
        fact=FactKind.CHECKED_OUT if is_out else FactKind.CONFIRMED,
        happened_at=fact.happened_at,
        source=EvidenceSource.STAFF,
        detail={"by": "staff", "confirms": str(fact.key)},
        by=by,
    )


@transaction.atomic
def turn_down_scans(
    *, activity: Activity, scans: Collection[uuid.UUID], by: Person, now: dt.datetime | None = None
) -> int:
    """Say of check-ins that wait that the learner was not there: they are withdrawn, and stay readable."""
    require_stage(activity.programme, Act.RECORD)
    waiting = list(queries.waiting_scans(activity).filter(key__in=scans))
    facts = Evidence.objects.filter(key__in=[s.evidence for s in waiting], withdrawn_at=None)
    activities.withdraw_evidence(
        facts.select_related("activity__programme"),
        by=by,
        reason=_("not confirmed by staff: was not there"),
        now=now,
    )
    Scan.objects.filter(pk__in=[s.pk for s in waiting]).update(state=ScanState.WITHDRAWN)
    return len(waiting)


@transaction.atomic
def take_time(*, scan: Scan, at: dt.datetime, by: Person, now: dt.datetime | None = None) -> None:
    """Let the learner's check-in (or check-out) at this stop have happened at `at`, one of the times that the scan offers.

    The record with the other time is withdrawn, with the reason, and a new one is written: nothing is edited.
    """
    activity = scan.stop.part.activity
    require_stage(activity.programme, Act.RECORD)
    is_walk_in = scan.state == ScanState.WALK_IN
    if is_walk_in:
        scan = next(iter(queries.known_walk_ins([scan])), scan)
    if at not in queries.times_of(scan) or scan.enrolment is None:
        raise Refused(_("This time was not offered. Reload the page."), code="other-time")
    now = now or clock.now()
    locking.take_turn(f"evidence:{activity.programme.code}")
    ever = Evidence.objects.filter(
        enrolment=scan.enrolment, part=scan.stop.part, fact__in=FACTS[ScanWhat(scan.what)]
    )
    if is_walk_in:  # what it was decided to be, and no more: undoing the decision takes no other record along
        assert scan.evidence is not None  # a walk-in who is known has both
        ever = ever.filter(key=scan.evidence)
    standing = list(
        ever.filter(withdrawn_at=None).select_related("activity__programme", "source_row", "decision")
    )
    kept = {"confirms": True} if any("confirms" in fact.detail for fact in standing) else {}
    state = "" if kept else next((f.detail.get("state", "") for f in standing), "")
    known = set(
        Evidence.objects.filter(enrolment=scan.enrolment, activity=activity).values_list("key", flat=True)
    )
    minutes = round(scan.ahead_ms / 60_000)
    reason = (
        _("the phone's clock was %(minutes)d minutes fast") % {"minutes": minutes}
        if minutes > 0
        else _("the phone's clock was %(minutes)d minutes slow") % {"minutes": -minutes}
        if minutes < 0
        else _("another scan tells the time")
    )
    activities.withdraw_evidence(standing, by=by, reason=reason, now=now)
    key = next_key(scan.what, scan.stop, scan.enrolment, known)
    detail: dict[str, Any] = {
        "by": "code" if scan.way == ScanWay.CODE else "staff",
        "scan": str(scan.key),
        "time": "settled",
    }
    if scan.counter is not None:
        detail["counter"] = scan.counter
    if standing:
        detail["instead_of"] = str(standing[0].key)
    if state:
        detail["state"] = state
    activities.record_evidence(
        [
            activities.NewFact(
                key=key,
                enrolment=scan.enrolment,
                activity=activity,
                part=scan.stop.part,
                fact=FactKind.CHECKED_OUT if scan.what == ScanWhat.OUT else FactKind.CHECKED_IN,
                happened_at=at,
                source=EvidenceSource.STAFF,
                source_row=standing[0].source_row if is_walk_in and standing else None,
                decision=standing[0].decision if is_walk_in and standing else None,
                detail=detail,
                by=by,
            )
        ],
        by=by,
        now=now,
    )
    if is_walk_in:
        Scan.objects.filter(pk=scan.pk).update(is_time_settled=True)
        return
    others = Scan.objects.filter(stop=scan.stop, enrolment=scan.enrolment, what=scan.what)
    others.filter(evidence__in=[f.key for f in standing]).update(evidence=key)
    others.filter(pk=scan.pk).update(
        evidence=key,
        is_time_settled=True,
        state=ScanState.WAITING if state else ScanState.COUNTED,
    )


@transaction.atomic
def leave_time(*, scan: Scan, by: Person) -> None:
    """Say that the recorded time stays as it is: no scan of the learner at this stop offers another any more."""
    require_stage(scan.stop.part.activity.programme, Act.RECORD)
    same = Scan.objects.filter(stop=scan.stop, enrolment=scan.enrolment, what=scan.what)
    (same if scan.evidence else same.filter(pk=scan.pk)).update(is_time_settled=True)
    audit.record(
        actor=by,
        act="visits.scan.time_left",
        subject=scan.stop.part.code,
        organisation_id=scan.organisation_id,
        after={"scan": str(scan.key)},
    )


@transaction.atomic
def untick(*, stop: Stop, enrolment: Enrolment, by: Person, reason: str, what: str = ScanWhat.IN) -> None:
    """Take a check-in or check-out back; it stays readable as withdrawn."""
    require_stage(stop.part.activity.programme, Act.RECORD)
    standing = Evidence.objects.filter(
        enrolment=enrolment, part=stop.part, fact__in=FACTS[ScanWhat(what)], withdrawn_at=None
    )
    rows = list(standing.select_related("activity__programme"))
    activities.withdraw_evidence(rows, by=by, reason=reason)
    Scan.objects.filter(stop=stop, enrolment=enrolment, what=what, evidence__in=[r.key for r in rows]).update(
        state=ScanState.WITHDRAWN
    )


@transaction.atomic
def excuse(
    *, stop: Stop, enrolment: Enrolment, by: Person, reason: str, now: dt.datetime | None = None
) -> None:
    """Excuse a learner from one stop. Raises Refused without a reason. A second time changes nothing."""
    activity = stop.part.activity
    require_stage(activity.programme, Act.RECORD)
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say why the learner is excused."), code="reason-missing", field="reason")
    now = now or clock.now()
    ever = Evidence.objects.filter(enrolment=enrolment, part=stop.part, fact=FactKind.EXCUSED)
    if ever.filter(withdrawn_at=None).exists():
        return
    activities.record_evidence(
        [
            activities.NewFact(
                key=activities.key_from("excused", stop.part.code, enrolment.code, ever.count()),
                enrolment=enrolment,
                activity=activity,
                part=stop.part,
                fact=FactKind.EXCUSED,
                happened_at=now,
                source=EvidenceSource.STAFF,
                detail={"reason": reason[:200]},
            )
        ],
        by=by,
        now=now,
    )


@transaction.atomic
def take_excuse_back(*, stop: Stop, enrolment: Enrolment, by: Person) -> None:
    require_stage(stop.part.activity.programme, Act.RECORD)
    standing = Evidence.objects.filter(
        enrolment=enrolment, part=stop.part, fact=FactKind.EXCUSED, withdrawn_at=None
    )
    activities.withdraw_evidence(
        standing.select_related("activity__programme"), by=by, reason=_("excuse taken back on the list")
    )
