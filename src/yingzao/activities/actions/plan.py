"""Planning: activities by hand, from a plan sheet, or copied into a new edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from yingzao.activities import kind as kinds
from yingzao.activities import queries
from yingzao.activities.actions.changes import Times, tell_left_out, tell_of_change, tell_of_times, together
from yingzao.activities.actions.evidence import resettle
from yingzao.activities.actions.surveys import copy_surveys
from yingzao.activities.enums import ActivityState, Audience, KindKey
from yingzao.activities.models import Activity, ActivityTarget, Part
from yingzao.activities.readers.plan import Plan, PlannedActivity
from yingzao.activities.readers.template import template_plan
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment, Team
from yingzao.people.models import Person
from yingzao.programmes.models import Programme, Stage

PartTimes = tuple[str, dt.datetime | None, dt.datetime | None]  # title, start, end
PLANNED_FIELDS = (
    "short_title",
    "description",
    "starts_at",
    "ends_at",
    "due_at",
    "weight",
    "hours",
    "rule",
    "stage",
    "is_required",
)


@dataclass(frozen=True, slots=True)
class PlanImported:
    created: int
    changed: int
    unchanged: int


@transaction.atomic
def import_plan(*, programme: Programme, plan: Plan, by: Person | None) -> PlanImported:
    """Write the activities of a plan. One of the same kind and name is changed, not made twice; none is removed.

    Whoever planned by several that are changed is told of them in one message.
    """
    with together(by):
        return _import_plan(programme, plan, by)


def _import_plan(programme: Programme, plan: Plan, by: Person | None) -> PlanImported:
    stages = {s.name: s for s in programme.stages.all()} | {s.kind: s for s in programme.stages.all()}
    existing = {(a.kind, a.title): a for a in programme.activities.all()}
    position = programme.activities.aggregate(last=Max("position"))["last"] or 0
    created = changed = 0
    touched: list[int] = []
    moved: list[tuple[Activity, Times]] = []
    for planned in plan.activities:
        activity = existing.get((planned.kind, planned.title))
        values = _values(planned, stages, activity.rule if activity else {})
        if activity is None:
            position += 1
            activity = Activity.objects.create(
                organisation_id=programme.organisation_id,
                programme=programme,
                kind=planned.kind,
                title=planned.title,
                position=position,
                **values,
            )
            created += 1
            _write_parts(activity, _planned_parts(planned))
            kinds.get(activity.kind).plan(activity, planned.rows, by)
        else:
            hours = Times.of(activity)
            differs = any(getattr(activity, f) != v for f, v in values.items())
            if differs:
                for name, value in values.items():
                    setattr(activity, name, value)
                activity.save()
            if _parts_differ(activity, planned):
                _write_parts(activity, _planned_parts(planned))
                differs = True
            if not kinds.get(activity.kind).plan(activity, planned.rows, by) and not differs:
                continue
            revise(activity)
            moved.append((activity, hours))
            changed += 1
        touched.append(activity.pk)
    if touched:
        audit.record(
            actor=by,
            act="activities.plan.imported",
            subject=programme.code,
            organisation_id=programme.organisation_id,
            after={"created": created, "changed": changed},
        )
        resettle(programme, activities=touched)
    for activity, hours in moved:
        tell_of_times(activity, hours, by=by)
    return PlanImported(created, changed, len(plan.activities) - len(touched))


def _values(planned: PlannedActivity, stages: Mapping[str, Stage], rule: Mapping[str, Any]) -> dict[str, Any]:
    """What is written; of the rule that stands, what the sheet has no column for stays."""
    asked = {**rule, **planned.rule}
    return {
        "short_title": planned.short_title,
        "description": planned.description,
        "starts_at": planned.starts_at,
        "ends_at": planned.ends_at,
        "due_at": planned.due_at,
        "weight": planned.weight,
        "hours": planned.hours,
        "rule": {name: value for name, value in asked.items() if value is not None},
        "stage": stages.get(planned.stage),
    }


def _planned_parts(planned: PlannedActivity) -> list[PartTimes]:
    parts = [(p.title, p.starts_at, p.ends_at) for p in planned.parts]
    return parts or _default_parts(planned.kind, planned.title, planned.starts_at, planned.ends_at)


def _default_parts(
    kind: str, title: str, starts_at: dt.datetime | None, ends_at: dt.datetime | None
) -> list[PartTimes]:
    """A live course without named sessions has one: itself."""
    return [(title, starts_at, ends_at)] if kind == KindKey.LIVE else []


def _parts_differ(activity: Activity, planned: PlannedActivity) -> bool:
    """Parts that are kept for their evidence alone make no difference."""
    named = _planned_parts(planned)
    titles = {title for title, *_times in named}
    others = activity.parts.exclude(title__in=titles)
    kept = others.exclude(evidence=None, surveys=None).values("pk")
    present = activity.parts.exclude(pk__in=kept)
    return [(p.title, p.starts_at, p.ends_at) for p in present] != named


def _write_parts(activity: Activity, named: Sequence[PartTimes]) -> None:
    """Parts are matched by title, a single one by being single; one with evidence or a form is kept, named or not."""
    known = {p.title: p for p in activity.parts.all()}
    if len(known) == len(named) == 1:
        known = {named[0][0]: next(iter(known.values()))}
    for position, (title, start, end) in enumerate(named):
        part = known.get(title) or Part(organisation_id=activity.organisation_id, activity=activity)
        part.title, part.position, part.starts_at, part.ends_at = title, position, start, end
        part.save()
    gone = activity.parts.exclude(title__in=[t for t, *_rest in named])
    gone.filter(evidence=None, surveys=None).delete()


@transaction.atomic
def save_activity(
    *,
    programme: Programme,
    by: Person,
    kind: str,
    values: Mapping[str, Any],
    parts: Sequence[PartTimes] = (),
    extras: Mapping[str, str] | None = None,
    activity: Activity | None = None,
    targets: Sequence[Team | Enrolment] | None = None,
) -> Activity:
    """Add an activity or change it. `values` are PLANNED_FIELDS and title; `extras` are for the kind (teacher, link…).

    `targets` are the teams and learners for whom it is; none: everybody; None leaves what was said before. Evidence of
    whoever it is no longer for stays, the duty goes.
    """
    if not str(values.get("title", "")).strip():
        raise Refused(_("Give the activity a name."), code="title-missing", field="title")
    starts, ends = values.get("starts_at"), values.get("ends_at")
    if starts and ends and ends <= starts:
        raise Refused(_("It ends before it starts."), code="ends-before", field="ends_at")
    due = values.get("due_at")
    if starts and due and due <= starts:
        raise Refused(_("It is due before it begins."), code="due-before", field="due_on")
    created = activity is None
    if activity is None:
        last = programme.activities.aggregate(last=Max("position"))["last"] or 0
        activity = Activity(
            organisation_id=programme.organisation_id, programme=programme, kind=kind, position=last + 1
        )
    before = {f: str(getattr(activity, f)) for f in values} if not created else {}
    hours = Times.of(activity)
    asked = _people_asked(activity) if not created and targets is not None else set()
    for name, value in values.items():
        setattr(activity, name, value)
    if activity.stage is not None and activity.stage.programme_id != programme.pk:
        raise Refused(_("This stage belongs to another programme."), code="other-programme", field="stage")
    activity.save()
    if targets is not None:
        before |= _aim(activity, targets)
    named = list(parts) or _default_parts(kind, activity.title, activity.starts_at, activity.ends_at)
    _write_parts(activity, named)
    rows = [{"part": title} | dict(extras or {}) for title, *_rest in named] or [dict(extras or {})]
    with together(by):  # another door and other hours are one piece of news
        kinds.get(kind).plan(activity, rows, by)
        if not created:
            revise(activity)
        audit.record(
            actor=by,
            act="activities.activity.planned" if created else "activities.activity.changed",
            subject=activity.code,
            organisation_id=activity.organisation_id,
            before=before,
            after={f: str(getattr(activity, f)) for f in values}
            | ({"targets": _codes(targets)} if targets is not None else {}),
        )
        resettle(programme, activities=[activity.pk])
        if not created:
            tell_of_times(activity, hours, by=by)
    if left_out := asked - (_people_asked(activity) if asked else set()):
        tell_left_out(activity, left_out, by=by)
    return activity


def _people_asked(activity: Activity) -> set[int]:
    learners = queries.asked_learners(activity).exclude(person=None)
    return set(learners.values_list("person", flat=True))


def _aim(activity: Activity, targets: Sequence[Team | Enrolment]) -> dict[str, Any]:
    """Write for whom it is; what was said before."""
    if any(target.programme_id != activity.programme_id for target in targets):
        raise Refused(_("This team or learner belongs to another programme."), code="other-programme")
    said = activity.targets.select_related("team", "enrolment")
    before = _codes([target for one in said for target in (one.team, one.enrolment) if target])
    said.all().delete()
    ActivityTarget.objects.bulk_create(
        ActivityTarget(
            organisation_id=activity.organisation_id,
            activity=activity,
            team=target if isinstance(target, Team) else None,
            enrolment=target if isinstance(target, Enrolment) else None,
        )
        for target in dict.fromkeys(targets)
    )
    activity.audience = Audience.CHOSEN if targets else Audience.COHORT
    activity.save(update_fields=["audience"])
    return {"targets": before}


def _codes(targets: Sequence[Team | Enrolment]) -> list[str]:
    return [target.code for target in targets]


def revise(activity: Activity) -> None:
    """Note that the plan of an activity was changed: calendar programs take the entry with the higher number."""
    activity.revised_at = clock.now()
    Activity.objects.filter(pk=activity.pk).update(revision=F("revision") + 1, revised_at=activity.revised_at)
    activity.refresh_from_db(fields=["revision"])


@transaction.atomic
def cancel_activity(*, activity: Activity, by: Person) -> None:
    """It will not take place: no duty counts it any more. Evidence stays."""
    if activity.held_at is not None:
        raise Refused(
            _("This activity took place; it cannot be cancelled. Withdraw its attendance first."), code="held"
        )
    if activity.state == ActivityState.CANCELLED:
        return
    activity.state = ActivityState.CANCELLED
    activity.save(update_fields=["state"])
    revise(activity)
    audit.record(
        actor=by,
        act="activities.activity.cancelled",
        subject=activity.code,
        organisation_id=activity.organisation_id,
    )
    resettle(activity.programme, activities=[activity.pk])
    tell_of_change(activity, key=f"off:{activity.revision}", what=lambda: _("It is cancelled."), by=by)


@transaction.atomic
def restore_activity(*, activity: Activity, by: Person) -> None:
    """Plan a cancelled activity again; anything else stays as it is."""
    if activity.state != ActivityState.CANCELLED:
        return
    activity.state = ActivityState.PLANNED
    activity.save(update_fields=["state"])
    revise(activity)
    audit.record(
        actor=by,
        act="activities.activity.restored",
        subject=activity.code,
        organisation_id=activity.organisation_id,
    )
    resettle(activity.programme, activities=[activity.pk])
    tell_of_change(
        activity, key=f"on:{activity.revision}", what=lambda: _("It takes place after all."), by=by
    )


@transaction.atomic
def copy_plan(*, source: Programme, target: Programme, shift: dt.timedelta, by: Person | None) -> int:
    """Copy every activity that counts into a new edition, its dates shifted; nothing of what learners did comes along, and
    what was for chosen ones is for everybody: teams and learners are others."""
    stages = list(target.stages.all())
    by_name = {(s.kind, s.name): s for s in stages}
    by_kind = {s.kind: s for s in reversed(stages)}
    count = 0
    for activity in source.activities.exclude(state=ActivityState.CANCELLED).select_related("stage"):
        copy = Activity.objects.create(
            organisation_id=target.organisation_id,
            programme=target,
            stage=_same_stage(activity.stage, by_name, by_kind),
            is_published=activity.is_published,
            is_required=activity.is_required,
            kind=activity.kind,
            title=activity.title,
            short_title=activity.short_title,
            description=activity.description,
            position=activity.position,
            starts_at=_shifted(activity.starts_at, shift),
            ends_at=_shifted(activity.ends_at, shift),
            due_at=_shifted(activity.due_at, shift),
            weight=activity.weight,
            hours=activity.hours,
            rule=activity.rule,
        )
        parts = {
            part.pk: Part.objects.create(
                organisation_id=target.organisation_id,
                activity=copy,
                title=part.title,
                position=part.position,
                starts_at=_shifted(part.starts_at, shift),
                ends_at=_shifted(part.ends_at, shift),
            )
            for part in activity.parts.all()
        }
        kinds.get(activity.kind).copy(activity, copy, parts, by)
        copy_surveys(activity, copy, parts, shift)
        count += 1
    return count


def _same_stage(
    stage: Stage | None, by_name: Mapping[tuple[str, str], Stage], by_kind: Mapping[str, Stage]
) -> Stage | None:
    """The stage of that kind and name, else the first of that kind."""
    return (by_name.get((stage.kind, stage.name)) or by_kind.get(stage.kind)) if stage else None


def _shifted(moment: dt.datetime | None, shift: dt.timedelta) -> dt.datetime | None:
    return moment + shift if moment else None


@transaction.atomic
def apply_template(*, programme: Programme, template: str, by: Person | None) -> int:
    """Plan the activities of a built-in template, its days counted from the programme's first; how many. A template
    that plans none (there is no file for it) leaves the programme as it is."""
    planned = template_plan(template, starts_on=programme.starts_on)
    if planned is None:
        return 0
    return import_plan(programme=programme, plan=planned, by=by).created
