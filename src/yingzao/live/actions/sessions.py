"""Who teaches, and where to enter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState, Audience
from yingzao.activities.models import Activity
from yingzao.activities.queries import asked_learners
from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.live import queries
from yingzao.live.models import Session
from yingzao.notices import actions as notices
from yingzao.people.models import Person

RECORDING = "recording"  # the kind of message
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
    if session.recording_url and not before["recording_url"]:
        tell_of_recording(activity, by=by)
    was, is_now = ((values["join_url"], values["meeting_id"]) for values in (before, after))
    tell_of_door(activity, was, is_now, by=by)
    return session


def tell_of_recording(activity: Activity, *, by: Person | None) -> None:
    """Once a course, however often the link is put right afterwards."""
    if not activity.is_published or activity.state == ActivityState.CANCELLED:
        return
    told: dict[str, Any] = {
        "organisation": activity.programme.organisation,
        "programme_code": activity.programme.code,
        "kind": RECORDING,
        "key": f"live.recording:{activity.code}",
        "title": lambda: _("A recording is there: %(title)s") % {"title": activity.title[:90]},
        "body": lambda: _("The course can be seen again on its page."),
        "url": reverse("live:learner-session", args=[activity.code]),
    }
    if activity.audience == Audience.COHORT:
        notices.tell_groups(**told)
    learners = asked_learners(activity).values("person")
    notices.send_to_many(people=Person.objects.filter(pk__in=learners, is_active=True), by=by, **told)


def tell_of_door(
    activity: Activity, before: tuple[str, str], after: tuple[str, str], *, by: Person | None
) -> None:
    """Note and tell that one enters by another link or number; the first one is news to nobody."""
    if before == after:
        return
    activities.revise(activity)
    if any(before):
        activities.tell_of_change(
            activity, key=f"door:{activity.revision}", what=lambda: _("There is another way to enter."), by=by
        )
