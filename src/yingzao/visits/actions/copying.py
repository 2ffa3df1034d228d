"""What a new edition takes over of signing up: terms and groups, never who came, who drove, or whom to ring."""

from __future__ import annotations

import datetime as dt

from yingzao.activities.models import Activity
from yingzao.visits.models import SeatGroup, SignUpPlan, Visit

TERMS = ("is_on", "capacity", "asks_contact", "consent_text", "contact_days", "together")


def copy_sign_up(source: Activity, visit: Visit) -> None:
    """Moments lie as long before the new visit as they lay before the old one; where either has no time, they are left open."""
    plan = SignUpPlan.objects.filter(visit__activity=source).first()
    if plan is None:
        return
    shift = _shift(source, visit.activity)
    copied = SignUpPlan.objects.create(
        organisation_id=visit.organisation_id,
        visit=visit,
        closes_at=_moved(plan.closes_at, shift),
        **{name: getattr(plan, name) for name in TERMS},
    )
    for group in plan.groups.all():
        SeatGroup.objects.create(
            organisation_id=visit.organisation_id,
            plan=copied,
            name=group.name,
            capacity=group.capacity,
            meeting_place=group.meeting_place,
            departs_at=_moved(group.departs_at, shift),
        )


def _shift(source: Activity, target: Activity) -> dt.timedelta | None:
    return target.starts_at - source.starts_at if source.starts_at and target.starts_at else None


def _moved(moment: dt.datetime | None, shift: dt.timedelta | None) -> dt.datetime | None:
    return moment + shift if moment is not None and shift is not None else None
