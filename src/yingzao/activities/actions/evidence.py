"""The ledger: facts are added or withdrawn, and the duties that follow are settled in the same transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from yingzao.activities import queries, settling
from yingzao.activities.enums import ActivityState, FactKind
from yingzao.activities.models import Activity, Duty, Evidence, Part
from yingzao.core import audit, clock, locking, rows
from yingzao.core.errors import Refused
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment, IdentityDecision, SourceRow
from yingzao.people.models import Person
from yingzao.programmes.models import Programme

NAMESPACE = uuid.UUID("6f0b5f2e-2f0b-4f52-9f6b-5b8c1f0c7f11")


def key_from(*parts: object) -> uuid.UUID:
    """The key of a fact that comes from a known source: the same parts give the same key on every machine."""
    return uuid.uuid5(NAMESPACE, "\x1f".join(str(p) for p in parts))


@dataclass(frozen=True, slots=True)
class NewFact:
    key: uuid.UUID
    enrolment: Enrolment
    activity: Activity
    fact: str
    happened_at: dt.datetime
    source: str
    until: dt.datetime | None = None
    part: Part | None = None
    source_row: SourceRow | None = None
    decision: IdentityDecision | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    by: Person | None = None  # who recorded it, where facts of several people are written at once
    origin: str = ""  # from where, then


@dataclass(frozen=True, slots=True)
class Plan:
    """What settling needs to know of activities of one programme beside evidence: read once by whoever records often."""

    activities: Sequence[Activity]  # with their parts and programme
    asked: queries.Asked

    @classmethod
    def of(cls, activities: Sequence[Activity]) -> Plan:
        prefetch_related_objects(list(activities), "parts", "programme")
        return cls(activities, queries.asked_by(activities))


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that is recorded of some learners for some activities, as read in this transaction by whoever writes to it."""

    standing: Mapping[tuple[int, int], Sequence[settling.Fact]]  # (enrolment, activity) → facts, oldest first
    keys: Mapping[uuid.UUID, tuple[int, int]]  # of what was withdrawn too

    @classmethod
    def of(cls, enrolments: Collection[int], activities: Collection[int]) -> Ledger:
        """One query."""
        evidence = Evidence.objects.filter(enrolment__in=enrolments, activity__in=activities)
        return cls(*queries.facts_and_keys(evidence))


@dataclass(frozen=True, slots=True)
class Recorded:
    written: int
    known: int  # keys that were there already: the same fact sent again


@transaction.atomic
def record_evidence(
    facts: Sequence[NewFact], *, by: Person | None, now: dt.datetime | None = None
) -> Recorded:
    """Add facts of one programme and settle the duties that they touch. A key that is known writes nothing.

    The same key for another learner or activity is refused: keys come from phones, and one must not stand for two.
    """
    return add_evidence(facts, by=by, now=now)


def add_evidence(
    facts: Sequence[NewFact],
    *,
    by: Person | None,
    now: dt.datetime | None = None,
    plan: Plan | None = None,
    ledger: Ledger | None = None,
) -> Recorded:
    """The same inside the caller's transaction, which fails with it: no savepoint.

    A `plan` and `ledger` have to be what the database says in this transaction, of all learners and activities of the facts;
    without them it is read. They come together.
    """
    if not facts:
        return Recorded(0, 0)
    now = now or clock.now()
    programme = facts[0].activity.programme
    locking.take_turn(f"evidence:{programme.code}")
    known = _known_keys([f.key for f in facts]) if ledger is None else ledger.keys
    new: dict[uuid.UUID, NewFact] = {}
    for fact in facts:
        if fact.activity.programme_id != programme.pk or fact.enrolment.programme_id != programme.pk:
            raise Refused(_("Evidence belongs to one programme at a time."), code="other-programme")
        held_by = known.get(fact.key)
        if held_by and held_by != (fact.enrolment.pk, fact.activity.pk):
            raise Refused(_("This record was already used for something else."), code="key-taken")
        if not held_by:
            new.setdefault(fact.key, fact)
    rows.insert_told(
        Evidence,
        (
            {
                "key": f.key,
                "organisation_id": programme.organisation_id,
                "enrolment_id": f.enrolment.pk,
                "activity_id": f.activity.pk,
                "part_id": f.part.pk if f.part else None,
                "source_row_id": f.source_row.pk if f.source_row else None,
                "decision_id": f.decision.pk if f.decision else None,
                "fact": f.fact,
                "happened_at": f.happened_at,
                "until": f.until,
                "recorded_at": now,
                "recorded_by_id": recorder.pk if (recorder := f.by or by) else None,
                "source": f.source,
                "detail": dict(f.detail),
            }
            for f in new.values()
        ),
    )
    if new:
        _audit_facts(new.values(), by=by, programme=programme)
        if plan is None or ledger is None:
            resettle(
                programme,
                enrolments={f.enrolment.pk for f in new.values()},
                activities={f.activity.pk for f in new.values()},
                now=now,
            )
        else:
            _settle_learners(programme, plan, ledger, new.values(), now)
    return Recorded(len(new), len(facts) - len(new))


def _known_keys(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    known = Evidence.objects.filter(key__in=keys).values_list("key", "enrolment_id", "activity_id")
    return {key: (enrolment, activity) for key, enrolment, activity in known}


def _audit_facts(facts: Collection[NewFact], *, by: Person | None, programme: Programme) -> None:
    """One line for each person, activity and origin: which facts of how many learners."""
    groups: dict[tuple[int | None, str, str], list[NewFact]] = {}
    actors: dict[int | None, Person | None] = {}
    for fact in facts:
        actor = fact.by or by
        pk = actor.pk if actor is not None else None
        actors[pk] = actor
        groups.setdefault((pk, fact.activity.code, fact.origin), []).append(fact)
    audit.record_all(
        audit.Line(
            actor=actors[pk],
            act="activities.evidence.recorded",
            subject=code,
            organisation_id=programme.organisation_id,
            after={
                "facts": len(group),
                "kinds": sorted({f.fact for f in group}),
                "learners": sorted({f.enrolment.code for f in group})[:50],
            },
            origin=origin,
        )
        for (pk, code, origin), group in groups.items()
    )


@transaction.atomic
def withdraw_evidence(
    evidence: Collection[Evidence], *, by: Person | None, reason: str, now: dt.datetime | None = None
) -> int:
    """Withdraw standing facts of one programme, with a reason; they stay readable. Settles the duties they touched."""
    rows = [e for e in evidence if e.withdrawn_at is None]
    if not rows:
        return 0
    if not reason.strip():
        raise Refused(_("Say why this record is withdrawn."), code="reason-missing", field="reason")
    now = now or clock.now()
    programme = rows[0].activity.programme
    locking.take_turn(f"evidence:{programme.code}")
    Evidence.objects.filter(pk__in=[e.pk for e in rows], withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_by=by, withdrawn_reason=reason[:200]
    )
    for row in rows:
        audit.record(
            actor=by,
            act="activities.evidence.withdrawn",
            subject=row.activity.code,
            organisation_id=row.organisation_id,
            after={"key": str(row.key), "reason": reason[:200]},
        )
    resettle(
        programme,
        enrolments={e.enrolment_id for e in rows},
        activities={e.activity_id for e in rows},
        now=now,
    )
    return len(rows)


@transaction.atomic
def resettle(
    programme: Programme,
    *,
    enrolments: Collection[int] | None = None,
    activities: Collection[int] | None = None,
    now: dt.datetime | None = None,
) -> int:
    """Write the duties of these learners and activities (all, where not given) as they follow from the evidence.

    Learners get a duty for what is for them, and lose one for what no longer is. Returns how many were written. Takes its turn
    with whoever records evidence of the programme, so that neither writes what the other has just made untrue.
    """
    locking.take_turn(f"evidence:{programme.code}")
    now = now or clock.now()
    wanted = programme.activities.filter(is_published=True)
    if activities is not None:
        wanted = wanted.filter(pk__in=activities)
    planned = list(wanted)
    framed, asked = queries.frames(planned, now), queries.asked_by(planned)
    learners = queries.learners_of(programme)
    evidence = queries.standing_evidence(programme).filter(activity__in=list(framed))
    if enrolments is not None:
        learners = learners.filter(pk__in=enrolments)
        evidence = evidence.filter(enrolment__in=enrolments)
    settled = list(learners.values_list("pk", "team_id"))
    written = _write_duties(programme, framed, asked, settled, queries.facts_by_pair(evidence), now)
    for activity in framed.keys() - asked.everybody:
        others = [learner for learner, team in settled if not asked(learner, team, activity)]
        Duty.objects.filter(activity=activity, enrolment__in=others).delete()
    return written


def _settle_learners(
    programme: Programme, plan: Plan, ledger: Ledger, new: Collection[NewFact], now: dt.datetime
) -> None:
    """The plan's duties of the learners of new facts, as `resettle` writes them."""
    facts = {pair: list(known) for pair, known in ledger.standing.items()}
    for fact in new:
        facts.setdefault((fact.enrolment.pk, fact.activity.pk), []).append(_as_fact(fact))
    for of_pair in facts.values():
        of_pair.sort(key=lambda f: f.happened_at)
    learners = {f.enrolment.pk: f.enrolment for f in new}
    active = [(e.pk, e.team_id) for e in learners.values() if e.state == EnrolmentState.ACTIVE]
    _write_duties(programme, queries.frames(plan.activities, now), plan.asked, active, facts, now)


def _as_fact(new: NewFact) -> settling.Fact:
    part = new.part.code if new.part else ""
    return settling.Fact(
        str(new.key), new.fact, new.happened_at, new.until, part, new.source, dict(new.detail)
    )


def _write_duties(
    programme: Programme,
    framed: Mapping[int, settling.Frame],
    asked: queries.Asked,
    learners: Collection[tuple[int, int | None]],
    facts: Mapping[tuple[int, int], Sequence[settling.Fact]],
    now: dt.datetime,
) -> int:
    """Settle and store the duties of these learners (primary keys of enrolment and team); how many."""
    duties = [
        _duty(
            programme, learner, activity, settling.settle(frame, facts.get((learner, activity), ()), now), now
        )
        for learner, team in learners
        for activity, frame in framed.items()
        if asked(learner, team, activity)
    ]
    rows.insert_told(
        Duty,
        duties,
        unique=["enrolment", "activity"],
        update=["state", "share", "reasons", "settled_at", "changes_at", "still"],
    )
    return len(duties)


def _duty(
    programme: Programme, enrolment_id: int, activity_id: int, verdict: settling.Verdict, now: dt.datetime
) -> dict[str, Any]:
    return {
        "organisation_id": programme.organisation_id,
        "enrolment_id": enrolment_id,
        "activity_id": activity_id,
        "state": verdict.state,
        "share": settling.stored_share(verdict.share),
        "reasons": list(verdict.reasons),
        "settled_at": now,
        "changes_at": verdict.changes_at,
        "still": verdict.still,
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored duty that does not follow from its evidence. This must not happen."""

    programme: str
    enrolment: str
    activity: str
    stored: str
    derived: str


@dataclass(frozen=True, slots=True)
class Recomputed:
    duties: int
    differences: tuple[Difference, ...]
    missing: int  # learner and activity without a duty
    due: int  # rows that time alone has changed since they were settled


def recompute_all(
    *, now: dt.datetime | None = None, progress: Callable[[str], None] = lambda name: None
) -> Recomputed:
    """Derive every duty afresh from evidence and rule, compare with what is stored, and write what is right.

    Each duty is compared at the instant it was settled at, where there must be no difference; duties that time has
    changed since are counted apart. `progress` is told the name of each programme.
    """
    now = now or clock.now()
    total = missing = due = 0
    differences: list[Difference] = []
    for programme in Programme.objects.order_by("pk"):
        progress(programme.full_name)
        with transaction.atomic():
            locking.take_turn(f"evidence:{programme.code}")
            count, found, absent, overdue = _recompute(programme, now)
            total, missing, due = total + count, missing + absent, due + overdue
            differences += found
            resettle(programme, now=now)
    return Recomputed(total, tuple(differences), missing, due)


def _recompute(programme: Programme, now: dt.datetime) -> tuple[int, list[Difference], int, int]:
    activities = list(programme.activities.filter(is_published=True))
    facts = queries.facts_by_pair(queries.standing_evidence(programme))
    stored = {
        (d.enrolment_id, d.activity_id): d
        for d in Duty.objects.filter(activity__in=activities).select_related("enrolment", "activity")
    }
    asked = queries.asked_by(activities)
    learners = dict(queries.learners_of(programme).values_list("pk", "team_id"))
    framed: dict[dt.datetime, dict[int, settling.Frame]] = {}
    differences = []
    due = 0
    for (learner, activity), duty in stored.items():
        if learner not in learners:
            continue
        if not asked(learner, learners[learner], activity):
            code, kept = duty.activity.code, (duty.state, duty.share, duty.still)
            differences.append(Difference(programme.code, duty.enrolment.code, code, _said(kept), "-"))
            continue
        at = duty.settled_at
        if at not in framed:
            framed[at] = queries.frames(activities, at)
        verdict = settling.settle(framed[at][activity], facts.get((learner, activity), ()), at)
        derived = (str(verdict.state.value), settling.stored_share(verdict.share), str(verdict.still.value))
        kept = (duty.state, duty.share, duty.still)
        if derived != kept or list(verdict.reasons) != duty.reasons:
            differences.append(
                Difference(
                    programme.code, duty.enrolment.code, duty.activity.code, _said(kept), _said(derived)
                )
            )
        if duty.changes_at is not None and duty.changes_at <= now:
            due += 1
    expected = {(e, a.pk) for e, team in learners.items() for a in activities if asked(e, team, a.pk)}
    return len(stored), differences, len(expected - stored.keys()), due


def _said(value: tuple) -> str:
    return " ".join(str(v) for v in value)


@transaction.atomic
def mark_held(
    activity: Activity, *, by: Person | None, at: dt.datetime, now: dt.datetime | None = None
) -> None:
    """Say that the activity took place at `at` and that who took part is known; settles everybody's duty."""
    activity.state = ActivityState.HELD
    activity.held_at = at
    activity.save(update_fields=["state", "held_at"])
    audit.record(
        actor=by,
        act="activities.activity.held",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        after={"at": at.isoformat()},
    )
    resettle(activity.programme, activities=[activity.pk], now=now)


@transaction.atomic
def unmark_held(activity: Activity, *, by: Person | None, now: dt.datetime | None = None) -> bool:
    """Say that it is not known to have taken place after all, unless some fact still stands; whether it was unmarked."""
    if (
        activity.held_at is None
        or activity.evidence.filter(withdrawn_at=None).exclude(fact=FactKind.EXCUSED).exists()
    ):
        return False
    activity.state = ActivityState.PLANNED
    activity.held_at = None
    activity.save(update_fields=["state", "held_at"])
    audit.record(
        actor=by,
        act="activities.activity.not_held",
        subject=activity.code,
        organisation_id=activity.organisation_id,
    )
    resettle(activity.programme, activities=[activity.pk], now=now)
    return True
