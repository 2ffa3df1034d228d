"""The groups in which people ride to a visit: planned, filled by rule or by hand, and never beyond their seats unless said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui.templatetags.ui import moment
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.people.validators import normal_phone
from yingzao.visits import queries
from yingzao.visits.actions import turns
from yingzao.visits.models import SeatGroup, SignUp, SignUpPlan


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """What the organiser says of a group."""

    name: str
    capacity: int
    plate: str = ""
    leader_name: str = ""
    leader_phone: str = ""
    meeting_place: str = ""
    departs_at: dt.datetime | None = None


@transaction.atomic
def add_group(*, activity: Activity, group: GroupPlan, by: Person) -> SeatGroup:
    plan, activity = _turn(activity, by)
    made = SeatGroup.objects.create(
        organisation_id=plan.organisation_id, plan=plan, **_sound(plan, activity, group)
    )
    turns.record(made.code, activity, by, "group_added", visit=activity.code, capacity=made.capacity)
    return made


@transaction.atomic
def change_group(*, group: SeatGroup, to: GroupPlan, by: Person, now: dt.datetime | None = None) -> SeatGroup:
    """Say otherwise what a group is. Fewer seats put nobody out. Whoever rides in it is told of another place or hour."""
    now = now or clock.now()
    plan, activity = _turn(group.plan.visit.activity, by)
    group = SeatGroup.objects.get(pk=group.pk)
    before = (group.meeting_place, group.departs_at)
    for name, value in _sound(plan, activity, to, but=group).items():
        setattr(group, name, value)
    group.save()
    activities.revise(activity)
    turns.record(group.code, activity, by, "group_changed", visit=activity.code, capacity=group.capacity)
    if (group.meeting_place, group.departs_at) != before:
        _tell_riders(group, activity, by, now)
    return group


@transaction.atomic
def remove_group(*, group: SeatGroup, by: Person) -> int:
    """Whoever rode in it has a place still, and no seat; how many they were."""
    _plan, activity = _turn(group.plan.visit.activity, by)
    riders = SignUp.objects.filter(group=group).update(group=None)
    code = group.code
    group.delete()
    activities.revise(activity)
    turns.record(code, activity, by, "group_removed", visit=activity.code, riders=riders)
    return riders


@transaction.atomic
def fill_groups(
    *, activity: Activity, together: str, by: Person, afresh: bool = False, token: str = ""
) -> queries.Seating:
    """Fill the groups by team or by community, `afresh` or only with those who have no seat; newcomers are seated by the
    same rule from now on. `token` is that of the filling that was looked at: refused where it would be another one now."""
    plan, activity = _turn(activity, by)
    found = queries.seating(plan, together, afresh=afresh)
    if token and token != found.token:
        raise Refused(_("The list has changed a moment ago. Look at the new grouping first."), code="changed")
    plan.together = together
    plan.save(update_fields=["together"])
    _write(found, activity)
    turns.record(
        activity.code, activity, by, "groups_filled", together=together, afresh=afresh, moved=found.changed
    )
    return found


@transaction.atomic
def seat_learner(
    *, activity: Activity, enrolment: Enrolment, group: SeatGroup | None, by: Person, over: bool = False
) -> SignUp:
    """Move somebody who has a place to a group, or out of every group (None). Refused where it is full, unless `over`."""
    plan, activity = _turn(activity, by)
    row = queries.with_place(plan).filter(enrolment=enrolment).first()
    if row is None:
        raise Refused(_("%(name)s has no place on this visit.") % {"name": enrolment.name}, code="no-place")
    if group is not None and group.plan_id != plan.pk:
        raise Refused(_("This group is not one of this visit."), code="elsewhere", field="group")
    if group is not None and row.group_id != group.pk and not over:
        taken = queries.with_place(plan).filter(group=group).count()
        if taken >= group.capacity:
            raise Refused(
                _(
                    "%(group)s is full: %(taken)d of %(seats)d seats. Tick below if one more is to ride all the same."
                )
                % {"group": group.name, "taken": taken, "seats": group.capacity},
                code="full",
                field="group",
            )
    is_moved = row.group_id != (group.pk if group else None)
    row.group = group
    row.save(update_fields=["group"])
    activities.revise(activity)
    if is_moved:
        _tell_moved(row, activity, by)
    to = group.code if group else ""
    turns.record(enrolment.code, activity, by, "seated", visit=activity.code, group=to, over=over)
    return row


def seat_newcomers(plan: SignUpPlan, activity: Activity, rows: Sequence[SignUp]) -> None:
    """Give those who have just got a place a seat, by the rule that the groups were filled by; none before they were."""
    if not plan.together or not rows:
        return
    found = queries.seating(plan, plan.together, who={row.pk for row in rows})
    if found.moves:
        _write(found, activity)


def _write(found: queries.Seating, activity: Activity) -> None:
    for pk, group in found.moves.items():
        SignUp.objects.filter(pk=pk).update(group=group or None)
    if found.moves:
        activities.revise(activity)


def _turn(activity: Activity, by: Person) -> tuple[SignUpPlan, Activity]:
    plan, activity = turns.turn(activity)
    turns.require_organiser(by, activity)
    turns.require_ahead(activity)
    return plan, activity


def _sound(
    plan: SignUpPlan, activity: Activity, group: GroupPlan, but: SeatGroup | None = None
) -> dict[str, object]:
    """The fields to write. Raises Refused where they cannot be right."""
    told = asdict(group)
    others = SeatGroup.objects.filter(plan=plan)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.filter(name=group.name).exists():
        raise Refused(
            _("Another group of this visit has this name. Give this one a name of its own."),
            code="known",
            field="name",
        )
    if group.leader_phone:
        told["leader_phone"] = normal_phone(group.leader_phone)
        if not told["leader_phone"]:
            raise Refused(
                _("This is not a telephone number: 11 digits, as 13800138000."),
                code="no-phone",
                field="leader_phone",
            )
    if group.departs_at and activity.ends_at and group.departs_at > activity.ends_at:
        raise Refused(_("This is after the visit ends."), code="after-visit", field="departs_at")
    return told


def _tell_moved(row: SignUp, activity: Activity, by: Person) -> None:
    """Tell somebody who was moved by hand where they ride now."""
    group = row.group

    def body() -> str:
        if group is None:
            return _("You ride in no group for now. Ask an organiser.")
        told = [group.name, group.meeting_place, moment(group.departs_at) if group.departs_at else ""]
        return _("Where you meet now: %(what)s.") % {"what": "，".join(part for part in told if part)}

    turns.tell(
        [row],
        activity,
        by,
        clock.now(),
        key=f"seat:{activity.revision}",
        title=lambda: _("Your ride has changed: %(title)s") % {"title": activity.title[:90]},
        body=body,
    )


def _tell_riders(group: SeatGroup, activity: Activity, by: Person, now: dt.datetime) -> None:
    riders = SignUp.objects.filter(group=group).select_related("enrolment__person")

    def body() -> str:
        told = [group.name, group.meeting_place, moment(group.departs_at) if group.departs_at else ""]
        return _("Where you meet now: %(what)s.") % {"what": "，".join(part for part in told if part)}

    turns.tell(
        list(riders),
        activity,
        by,
        now,
        key=f"group:{activity.revision}",
        title=lambda: _("Your ride has changed: %(title)s") % {"title": activity.title[:90]},
        body=body,
    )
