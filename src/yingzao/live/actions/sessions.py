"""Who teaches, and where to enter."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.models import Activity
from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.live import queries
from yingzao.live.models import Session
from yingzao.people.models import Person

FIELDS = ("teacher", "join_url", "meeting_id", "recording_url", "recording_note")


@transaction.atomic
def set_session(*, activity: Activity, by: Person, values: Mapping[str, str]) -> Session:
    """Say who teaches, where to enter, where the recording is; `values` are of FIELDS, what is not among them stays."""
    part = queries.first_part(activity)
    if part is None:
        raise Refused(_("The course has no session yet."), code="no-part")
    session, _made = Session.objects.get_or_create(
        part=part, defaults={"organisation_id": activity.organisation_id}
    )
    before = {name: getattr(session, name) for name in FIELDS}
    for name in FIELDS:
        if name in values:
            setattr(session, name, values[name].strip())
    session.save()
    after = {name: getattr(session, name) for name in FIELDS}
    audit.record(
        actor=by,
        act="live.session.set",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        before=before,
        after=after,
    )
    if (before["join_url"], before["meeting_id"]) != (after["join_url"], after["meeting_id"]):
        activities.revise(activity)
        if before["join_url"] or before["meeting_id"]:
            activities.tell_of_change(
                activity,
                key=f"door:{activity.revision}",
                what=lambda: _("There is another way to enter."),
                by=by,
            )
    return session
