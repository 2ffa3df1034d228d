"""Who teaches, and where to enter."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.models import Activity
from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.live import queries
from yingzao.live.models import Session
from yingzao.people.models import Person


@transaction.atomic
def set_session(*, activity: Activity, by: Person, teacher: str, join_url: str, meeting_id: str) -> Session:
    """Say who teaches and where to enter."""
    part = queries.first_part(activity)
    if part is None:
        raise Refused(_("The course has no session yet."), code="no-part")
    session, _made = Session.objects.update_or_create(
        part=part,
        defaults={
            "organisation_id": activity.organisation_id,
            "teacher": teacher,
            "join_url": join_url,
            "meeting_id": meeting_id,
        },
    )
    audit.record(
        actor=by,
        act="live.session.set",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        after={"join_url": join_url, "meeting_id": meeting_id},
    )
    return session
