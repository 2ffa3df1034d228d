"""Planning the parts of a practice task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.models import Activity, Part
from yingzao.core import audit, locking
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.practice.enums import PartKind
from yingzao.practice.models import PracticeTask, TaskPart
from yingzao.practice.readers import PartPlan, template_parts
from yingzao.programmes.rules import may_organise

MOST_PARTS = 12


@transaction.atomic
def add_part(*, activity: Activity, plan: PartPlan, by: Person) -> Part:
    """Add a part behind the others. Every duty of the task is settled afresh."""
    activity = _turn(activity, by)
    _require_sound(activity, plan)
    if activity.parts.count() >= MOST_PARTS:
        raise Refused(
            _("A task has at most %(count)d parts.") % {"count": MOST_PARTS}, code="too-many", field="title"
        )
    part = _append(activity, plan)
    _changed(activity, part.code, "added", by)
    return part


@transaction.atomic
def change_part(*, part: Part, plan: PartPlan, by: Person) -> Part:
    """Say otherwise what a part asks for. What was written for it stays."""
    activity = _turn(part.activity, by)
    _require_sound(activity, plan, but=part)
    part.title = plan.title
    part.save(update_fields=["title"])
    _write(activity, part, plan)
    _changed(activity, part.code, "changed", by)
    return part


@transaction.atomic
def move_part(*, part: Part, earlier: bool, by: Person) -> None:
    """Change places with the part before it, or behind it. At the end of the row nothing happens."""
    activity = _turn(part.activity, by)
    parts = list(activity.parts.order_by("position", "pk"))
    at = next(place for place, one in enumerate(parts) if one.pk == part.pk)
    to = at + (-1 if earlier else 1)
    if not 0 <= to < len(parts):
        return
    parts[at], parts[to] = parts[to], parts[at]
    for position, one in enumerate(parts):
        one.position = position
    Part.objects.bulk_update(parts, ["position"])
    by_code = {told["part"]: told for told in activity.rule.get("parts", ())}
    _set_rule(activity, [by_code[one.code] for one in parts if one.code in by_code])
    _changed(activity, part.code, "moved", by)


@transaction.atomic
def remove_part(*, part: Part, by: Person) -> None:
    """Ask for it no more. Refused where evidence names it; what was written for it stays in the versions handed in."""
    activity = _turn(part.activity, by)
    if part.evidence.exists():
        raise Refused(_("Records belong to this part; it cannot be removed."), code="recorded")
    code = part.code
    _set_rule(activity, [told for told in activity.rule.get("parts", ()) if told["part"] != code])
    part.delete()
    _changed(activity, code, "removed", by)


@transaction.atomic
def use_template(*, activity: Activity, key: str, by: Person | None) -> int:
    """Give a task without parts those of a template; how many. Raises Refused for a template that is not there, and where parts stand."""
    plans = template_parts(key)
    if not plans:
        raise Refused(_("This template is not there."), code="no-template")
    activity = _turn(activity, by) if by else activity
    if activity.rule.get("parts"):
        raise Refused(_("This task has parts already."), code="has-parts")
    for plan in plans:
        _append(activity, plan)
    _changed(activity, activity.code, "from_template", by)
    return len(plans)


def copy_parts(*, source: Activity, target: Activity, parts: Mapping[int, Part]) -> None:
    """The words and figures of the parts of a task, for its copy. `parts`: the old part's pk → the new part."""
    old = {part.code: part for part in source.parts.all()}
    told = []
    for asked in source.rule.get("parts", ()):
        before = old.get(asked["part"])
        after = parts.get(before.pk) if before else None
        if before is None or after is None:
            continue
        told.append({**asked, "part": after.code})
        words = TaskPart.objects.filter(part=before).first()
        if words:
            TaskPart.objects.create(
                organisation_id=target.organisation_id,
                part=after,
                help_text=words.help_text,
                example=words.example,
                outline=words.outline,
            )
    if told:
        _set_rule(target, told)


def _turn(activity: Activity, by: Person) -> Activity:
    """The task as it is now, while nobody else plans or records."""
    locking.take_turn(f"evidence:{activity.programme.code}")
    activity = Activity.objects.select_related("programme").get(pk=activity.pk)
    if not may_organise(by, activity.programme):
        raise Refused(_("Only organisers plan a task."), code="not-organiser")
    return activity


def _require_sound(activity: Activity, plan: PartPlan, but: Part | None = None) -> None:
    if not plan.title:
        raise Refused(_("Give the part a name."), code="no-title", field="title")
    others = activity.parts.exclude(pk=but.pk) if but else activity.parts.all()
    if others.filter(title=plan.title).exists():
        raise Refused(_("Another part of this task has this name."), code="known", field="title")
    if plan.kind in (PartKind.LEADERS, PartKind.NEEDS) and plan.count < 1:
        raise Refused(_("Say how many are asked for."), code="no-count", field="count")
    if plan.kind == PartKind.NEEDS and plan.ways > max(plan.count, 1):
        raise Refused(_("More ways than needs cannot be asked for."), code="too-many-ways", field="ways")
    if plan.kind == PartKind.NEEDS and plan.methods and plan.ways > len(plan.methods):
        raise Refused(_("Fewer ways are chosen than are asked for."), code="too-many-ways", field="ways")


def _append(activity: Activity, plan: PartPlan) -> Part:
    last = activity.parts.order_by("-position").values_list("position", flat=True).first()
    part = Part.objects.create(
        organisation_id=activity.organisation_id,
        activity=activity,
        title=plan.title,
        position=0 if last is None else last + 1,
    )
    _write(activity, part, plan)
    return part


def _write(activity: Activity, part: Part, plan: PartPlan) -> None:
    told = {"part": part.code, "title": plan.title, "kind": plan.kind.value, **plan.figures()}
    standing = list(activity.rule.get("parts", ()))
    place = next((n for n, one in enumerate(standing) if one["part"] == part.code), len(standing))
    standing[place : place + 1] = [told]
    _set_rule(activity, standing)
    TaskPart.objects.update_or_create(
        part=part,
        defaults={
            "organisation_id": activity.organisation_id,
            "help_text": plan.help_text,
            "example": plan.example,
            "outline": list(plan.outline),
        },
    )


def _set_rule(activity: Activity, parts: Sequence[Mapping[str, Any]]) -> None:
    """What a task in parts asks for stands in its parts: the figures for the whole of it go with the first part."""
    rule = dict(activity.rule)
    if parts and not rule.get("parts"):
        rule |= {"characters": 0, "photos": 0}
    rule["parts"] = list(parts)
    activity.rule = rule
    activity.save(update_fields=["rule"])


def _changed(activity: Activity, code: str, what: str, by: Person | None) -> None:
    activities.revise(activity)
    activities.resettle(activity.programme, activities=[activity.pk])
    audit.record(
        actor=by, act=f"practice.part.{what}", subject=code, organisation_id=activity.organisation_id
    )


@transaction.atomic
def set_task(*, activity: Activity, guidance: str, is_early: bool, by: Person) -> PracticeTask:
    """How the task is done, and whether it may be handed in before its first day."""
    task, _created = PracticeTask.objects.update_or_create(
        activity=activity,
        defaults={
            "organisation_id": activity.organisation_id,
            "guidance": guidance,
            "is_early": is_early,
        },
    )
    audit.record(
        actor=by,
        act="practice.guidance.set",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        after={"early": is_early},
    )
    return task
