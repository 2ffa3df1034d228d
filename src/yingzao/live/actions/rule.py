"""The share that has to be heard, chosen with its consequences in sight; and the recordings that make up for it."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import VideoSource
from yingzao.activities.models import Activity, Video
from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.live.actions.sessions import tell_of_recording
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


@transaction.atomic
def take_recording(*, video: Video, by: Person, removed: bool) -> None:
    """A recording of the course was put there, changed or taken away: its length stands in the rule, where making up by
    watching it is measured; those for whom the course is are told once that one is there. What lies on another platform's page has no line."""
    activity = Activity.objects.select_for_update().select_related("programme").get(pk=video.activity_id)
    if not removed and video.is_there:
        tell_of_recording(activity, by=by)
    lengths = dict(activity.rule.get("recordings", {}))
    lengths.pop(video.code, None)
    if not removed and video.seconds and video.source != VideoSource.PAGE:
        lengths[video.code] = video.seconds
    if lengths == activity.rule.get("recordings", {}):
        return
    activity.rule = {**activity.rule, "recordings": lengths}
    activity.save(update_fields=["rule"])
    audit.record(
        actor=by,
        act="live.rule.recordings_set",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        after={"recordings": lengths},
    )
    activities.resettle(activity.programme, activities=[activity.pk])
