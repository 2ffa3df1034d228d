"""Evidence and duties, read in batches: the number of queries does not grow with learners or activities."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models

from yingzao.activities import kind as kinds
from yingzao.activities import settling
from yingzao.activities.enums import ActivityState, DutyState, KindKey, VersionState
from yingzao.activities.kind import Fact, Frame, PartFrame, Verdict
from yingzao.activities.models import Activity, Duty, Entry, Evidence, Version
from yingzao.activities.queries.audience import (
    activities_of,
    asked_by,
    counted_activities,
    learners_of,
)
from yingzao.core import clock
from yingzao.enrolment.enums import EnrolmentState, Outcome
from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.programmes.models import Programme


def standing_evidence(programme: Programme) -> models.QuerySet[Evidence]:
    return Evidence.objects.filter(activity__programme=programme, withdrawn_at=None)


def evidence_of(enrolment: Enrolment, activity: Activity) -> models.QuerySet[Evidence]:
    """Everything ever recorded for one duty, withdrawn facts too, with the source rows they came from."""
    return (
        Evidence.objects.filter(enrolment=enrolment, activity=activity)
        .select_related(
            "part", "source_row__source_file", "recorded_by", "decision__decided_by", "withdrawn_by"
        )
        .order_by("happened_at", "pk")
    )


def frames(activities: Iterable[Activity], now: dt.datetime) -> dict[int, Frame]:
    """What each activity asks, as values, by primary key. Two queries at most."""
    activities = list(activities)
    models.prefetch_related_objects(activities, "parts", "programme")
    return {a.pk: _frame(a, now) for a in activities}


def _frame(activity: Activity, now: dt.datetime) -> Frame:
    return Frame(
        code=activity.code,
        kind=activity.kind,
        rule=activity.rule,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        due_at=activity.due_at,
        late_until=clock.end_of(activity.programme.ends_on),
        held=activity.held_at is not None and activity.held_at <= now,
        cancelled=activity.state == ActivityState.CANCELLED,
        parts=tuple(PartFrame(p.code, p.title, p.starts_at, p.ends_at) for p in activity.parts.all()),
        required=activity.is_required,
    )


Pair = tuple[int, int]  # (enrolment pk, activity pk)


def facts_by_pair(evidence: models.QuerySet[Evidence]) -> Mapping[Pair, list[Fact]]:
    """(enrolment pk, activity pk) → its facts, oldest first. One query."""
    return facts_and_keys(evidence)[0]


def facts_and_keys(
    evidence: models.QuerySet[Evidence],
) -> tuple[Mapping[Pair, list[Fact]], dict[uuid.UUID, Pair]]:
    """(enrolment pk, activity pk) → its standing facts, oldest first; and whose each key is, of withdrawn facts too. One query."""
    pairs: dict[Pair, list[Fact]] = defaultdict(list)
    keys: dict[uuid.UUID, Pair] = {}
    rows = evidence.order_by("happened_at", "pk").values_list(
        "enrolment_id",
        "activity_id",
        "key",
        "fact",
        "happened_at",
        "until",
        "part__code",
        "source",
        "detail",
        "withdrawn_at",
    )
    for enrolment_id, activity_id, key, fact, happened_at, until, part, source, detail, withdrawn_at in rows:
        pair = (enrolment_id, activity_id)
        keys[key] = pair
        if withdrawn_at is None:
            pairs[pair].append(Fact(str(key), fact, happened_at, until, part or "", source, detail))
    return pairs, keys


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty as a page shows it, true at the instant asked for."""

    enrolment_id: int
    activity_id: int
    state: str
    share: Decimal
    still: str
    reasons: tuple[dict[str, Any], ...]
    is_required: bool = True

    @property
    def shown(self) -> str:
        """The state's shape: done, part, todo, late, miss or excused; offered where nobody has to and this one has not."""
        if self.state == DutyState.PENDING:
            return "part" if self.share > 0 else "todo"
        if self.state == DutyState.EXCUSED and not self.is_required:
            return "offered"
        return {"done": "done", "late": "late", "missed": "miss", "excused": "excused"}[self.state]


def _row(enrolment_id: int, activity_id: int, verdict: Verdict, *, is_required: bool) -> DutyRow:
    return DutyRow(
        enrolment_id,
        activity_id,
        str(verdict.state.value),
        settling.stored_share(verdict.share),
        str(verdict.still.value),
        tuple(verdict.reasons),
        is_required,
    )


def duties_at(
    programme: Programme,
    moment: dt.datetime | None = None,
    *,
    enrolments: Collection[int] | None = None,
    activities: Collection[int] | None = None,
    reasons: bool = True,
) -> dict[tuple[int, int], DutyRow]:
    """(enrolment pk, activity pk) → duty, for the learners asked for and what is for them; cancelled activities are left out.

    Without `moment` the stored duties are read, and those that time alone has changed are settled afresh. With a past
    `moment` everything is derived from the evidence that had happened by then, so the answer is the same whenever it
    is asked. `enrolments` and `activities` are primary keys. A board that shows no reasons asks for none: they are
    most of the bytes.
    """
    now = clock.now()
    if moment is not None and moment < now:
        return _derived(programme, moment, enrolments, activities)
    duties = Duty.objects.filter(
        activity__programme=programme, activity__is_published=True, enrolment__state=EnrolmentState.ACTIVE
    ).exclude(activity__state=ActivityState.CANCELLED)
    if enrolments is not None:
        duties = duties.filter(enrolment__in=enrolments)
    if activities is not None:
        duties = duties.filter(activity__in=activities)
    rows: dict[tuple[int, int], DutyRow] = {}
    stale: set[tuple[int, int]] = set()
    columns = [
        "enrolment_id", "activity_id", "state", "share", "still", "changes_at", "activity__is_required",
    ]  # fmt: skip
    for enrolment, activity, state, share, still, changes_at, is_required, *why in duties.values_list(
        *columns, *(["reasons"] if reasons else [])
    ):
        rows[enrolment, activity] = DutyRow(
            enrolment, activity, state, share, still, tuple(why[0]) if why else (), is_required
        )
        if changes_at is not None and changes_at <= now:
            stale.add((enrolment, activity))
    if stale:
        fresh = _derived(programme, now, {e for e, _ in stale}, {a for _, a in stale})
        rows.update({pair: fresh[pair] for pair in stale if pair in fresh})
    return rows


def _derived(
    programme: Programme,
    moment: dt.datetime,
    enrolments: Collection[int] | None,
    activities: Collection[int] | None,
) -> dict[tuple[int, int], DutyRow]:
    learners = learners_of(programme)
    if enrolments is not None:
        learners = learners.filter(pk__in=enrolments)
    wanted = activities_of(programme)
    if activities is not None:
        wanted = wanted.filter(pk__in=activities)
    planned = list(wanted)
    framed, asked = frames(planned, moment), asked_by(planned)
    evidence = standing_evidence(programme).filter(happened_at__lte=moment, activity__in=list(framed))
    if enrolments is not None:
        evidence = evidence.filter(enrolment__in=enrolments)
    facts = facts_by_pair(evidence)
    return {
        (learner, activity): _row(
            learner,
            activity,
            settling.settle(frame, facts.get((learner, activity), ()), moment),
            is_required=frame.required,
        )
        for learner, team in learners.values_list("pk", "team_id")
        for activity, frame in framed.items()
        if asked(learner, team, activity)
    }


def duties_as_asked(
    learner: Enrolment, asked: Mapping[int, Frame], moment: dt.datetime
) -> dict[int, DutyRow]:
    """Activity pk → one learner's duty by the evidence up to `moment`, under frames that the caller gives: what was asked at
    another time. What is not for the learner has none."""
    planned = list(activities_of(learner.programme).filter(pk__in=list(asked)))
    is_for = asked_by(planned)
    evidence = standing_evidence(learner.programme).filter(
        happened_at__lte=moment, activity__in=list(asked), enrolment=learner.pk
    )
    facts = facts_by_pair(evidence)
    return {
        activity.pk: _row(
            learner.pk,
            activity.pk,
            settling.settle(asked[activity.pk], facts.get((learner.pk, activity.pk), ()), moment),
            is_required=asked[activity.pk].required,
        )
        for activity in planned
        if is_for(learner.pk, learner.team_id, activity.pk)
    }


def progress_of(
    programme: Programme, rows: Mapping[tuple[int, int], DutyRow], weights: Mapping[int, Decimal]
) -> dict[int, settling.Progress]:
    """Enrolment pk → the three figures, from rows of `duties_at` and activity pk → weight; an activity that has none there
    counts in no figure."""
    counted: dict[int, list[settling.Counted]] = defaultdict(list)
    for row in rows.values():
        if row.activity_id in weights:
            counted[row.enrolment_id].append(settling.Counted(row.state, row.still, weights[row.activity_id]))
    return {learner: settling.progress(duties, programme.late_share) for learner, duties in counted.items()}


def hours_earned(
    programme: Programme, moment: dt.datetime | None = None, *, enrolments: Collection[int] | None = None
) -> dict[int, Decimal]:
    """Enrolment pk → credit hours 学时 of what the learner has done, late or in time, voluntary or not; who has none is not
    in it. Now, or as of a past `moment`. What is done does not change by time alone, so that the stored duties tell."""
    giving = activities_of(programme).exclude(hours=None)
    hours = {pk: given for pk, given in giving.values_list("pk", "hours") if given is not None}
    if not hours:
        return {}
    if moment is not None and moment < clock.now():
        found: dict[int, Decimal] = defaultdict(Decimal)
        for row in _derived(programme, moment, enrolments, list(hours)).values():
            if row.state in (DutyState.DONE, DutyState.LATE):
                found[row.enrolment_id] += hours[row.activity_id]
        return dict(found)
    done = Duty.objects.filter(
        activity__in=hours,
        state__in=[DutyState.DONE, DutyState.LATE],
        enrolment__state=EnrolmentState.ACTIVE,
    )
    if enrolments is not None:
        done = done.filter(enrolment__in=enrolments)
    return dict(done.values_list("enrolment").annotate(total=models.Sum("activity__hours")).order_by())


@dataclass(frozen=True, slots=True)
class Standing:
    """A whole cohort's duties added up: each learner's figures, and how many duties of a kind are in which state."""

    progress: Mapping[int, settling.Progress]  # by enrolment pk
    states: Mapping[tuple[str, str], int]  # (kind, state) → duties


def standing_of(programme: Programme, moment: dt.datetime | None = None) -> Standing:
    """The cohort now, or as it was at a past `moment`. Now, the database adds up; what time alone has changed since it was
    stored is settled afresh and added to it."""
    now = clock.now()
    kinds_by_activity = dict(counted_activities(programme).values_list("pk", "kind"))
    weights = dict(counted_activities(programme).values_list("pk", "weight"))
    counted: dict[int, list[settling.Counted]] = defaultdict(list)
    states: Counter[tuple[str, str]] = Counter()
    if moment is not None and moment < now:
        fresh = _derived(programme, moment, None, list(weights))
    else:
        duties = Duty.objects.filter(activity__in=weights, enrolment__state=EnrolmentState.ACTIVE)
        due = set(duties.filter(changes_at__lte=now).values_list("enrolment_id", "activity_id"))
        stored = duties.exclude(changes_at__lte=now) if due else duties
        for learner, state, still, weight, count in (
            stored.values_list("enrolment_id", "state", "still", "activity__weight")
            .annotate(count=models.Count("pk"))
            .order_by()
        ):
            counted[learner].append(settling.Counted(state, still, weight, count))
        for kind, state, count in (
            stored.values_list("activity__kind", "state").annotate(count=models.Count("pk")).order_by()
        ):
            states[kind, state] += count
        settled = _derived(programme, now, {e for e, _a in due}, {a for _e, a in due}) if due else {}
        fresh = {pair: row for pair, row in settled.items() if pair in due}
    for row in fresh.values():
        counted[row.enrolment_id].append(settling.Counted(row.state, row.still, weights[row.activity_id]))
        states[kinds_by_activity[row.activity_id], row.state] += 1
    return Standing(
        {learner: settling.progress(rows, programme.late_share) for learner, rows in counted.items()}, states
    )


@dataclass(frozen=True, slots=True)
class Held:
    """How many of a kind were planned and how many took place by the moment asked for."""

    planned: int
    held: int


def _took_place(moment: dt.datetime) -> models.Q:
    """A session or visit took place when somebody said so; a case, course or task is out once its start has come."""
    out = models.Q(kind__in=[KindKey.CASE, KindKey.COURSE, KindKey.PRACTICE], starts_at__lte=moment)
    return models.Q(held_at__lte=moment) | out


def held_counts(programme: Programme, moment: dt.datetime) -> dict[str, Held]:
    """Kind → planned and held by `moment`: a course may be planned and never held."""
    counts: dict[str, Held] = {}
    for kind, planned, held in (
        activities_of(programme)
        .values("kind")
        .annotate(planned=models.Count("pk"), held=models.Count("pk", filter=_took_place(moment)))
        .values_list("kind", "planned", "held")
        .order_by("kind")
    ):
        counts[kind] = Held(planned, held)
    return {k: counts.get(k, Held(0, 0)) for k in KindKey.values}


def task_entries(enrolment: Enrolment) -> models.QuerySet[Entry]:
    """The learner's entries to practice tasks (not the portfolio)."""
    return enrolment.entries.filter(activity__isnull=False).select_related("activity")


def latest_submitted(entry: Entry) -> Version | None:
    """The version that counts: the newest that was handed in and not sent back."""
    return (
        entry.versions.filter(state__in=[VersionState.SUBMITTED, VersionState.ACCEPTED])
        .order_by("-number")
        .first()
    )


def planned_activities(programme: Programme) -> list[Activity]:
    """Every activity, cancelled ones too, by kind in the order of a programme and then in the plan's order."""
    order = list(KindKey.values)
    rows = programme.activities.select_related("stage", "programme").prefetch_related("parts")
    return sorted(rows, key=lambda a: (order.index(a.kind), a.position, a.pk))


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """What became of one record sheet."""

    file: SourceFile
    waiting: int  # names that nobody has decided yet


def record_counts(files: models.QuerySet[SourceFile]) -> list[RecordCounts]:
    """One query, however many sheets there are."""
    open_names = models.Q(matches__outcome__in=[Outcome.PROPOSED, Outcome.UNMATCHED])
    counted = files.annotate(waiting=models.Count("matches", filter=open_names))
    return [RecordCounts(file, file.waiting) for file in counted]


@dataclass(frozen=True, slots=True)
class MyDuty:
    """One learner's duty on the page of its activity: the rule, the state, what was found and what is missing."""

    ask: str
    duty: DutyRow | None
    found: tuple[str, ...]
    missing: str  # empty where nothing is


def my_duty(enrolment: Enrolment, activity: Activity) -> MyDuty:
    kind = kinds.get(activity.kind)
    duty = duties_at(enrolment.programme, enrolments=[enrolment.pk], activities=[activity.pk]).get(
        (enrolment.pk, activity.pk)
    )
    found = tuple(kinds.say(activity.kind, r) for r in duty.reasons) if duty else ()
    lacks = duty is not None and duty.state in (DutyState.PENDING, DutyState.MISSED)
    missing = kind.missing(activity.rule, activity, duty.reasons) if duty and lacks else ""
    return MyDuty(kind.ask(activity.rule, activity), duty, tuple(f for f in found if f), missing)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One learner on the desk page of an activity."""

    learner: Enrolment
    duty: DutyRow
    found: tuple[str, ...]


def desk_rows(activity: Activity) -> list[DeskRow]:
    """Every learner with the state of this activity, by number."""
    duties = duties_at(activity.programme, activities=[activity.pk])
    rows = []
    for learner in learners_of(activity.programme).select_related("community", "team"):
        duty = duties.get((learner.pk, activity.pk))
        if duty:
            found = (kinds.say(activity.kind, reason) for reason in duty.reasons)
            rows.append(DeskRow(learner, duty, tuple(filter(None, found))))
    return rows
