"""The share that has to be heard, chosen with its consequences in sight."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.models import Activity
from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.programmes.rules import require_organiser


@transaction.atomic
def set_share(*, activity: Activity, by: Person, percent: int) -> None:
    """Ask for this share of the course's minutes, and settle everybody anew. Minutes asked for beside it stay."""
    require_organiser(by, activity.programme)
    if not 1 <= percent <= 100:
        raise Refused(_("A share is between 1 and 100 %."), code="share", field="percent")
    before = activity.rule.get("min_share")
    activity.rule = {**activity.rule, "min_share": str((Decimal(percent) / 100).normalize())}
    activity.save(update_fields=["rule"])
    audit.record(
        actor=by,
        act="live.rule.share_set",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        before={"min_share": before},
        after={"min_share": activity.rule["min_share"]},
    )
    activities.resettle(activity.programme, activities=[activity.pk])
