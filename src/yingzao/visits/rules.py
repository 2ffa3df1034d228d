"""Who may check in whom, and what a check-in is worth as it arrived."""

from __future__ import annotations

import datetime as dt
import hashlib
from math import asin, cos, radians, sin, sqrt

from yingzao.activities.enums import ActivityState
from yingzao.activities.models import Activity
from yingzao.communities.models import Community
from yingzao.core.models import StoredFile
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise, may_read_desk
from yingzao.visits import queries
from yingzao.visits.enums import FileState, PeopleShown
from yingzao.visits.models import FieldFile, SignUpPlan

EARTH_M = 6_371_009  # mean radius (IUGG)
PROMPT_MS = 60_000  # between an act and its delivery: then it was made with a network
WRONG_CLOCK_MS = 60_000
AROUND = dt.timedelta(hours=12)  # before and after a visit in which a phone's time can be meant


def may_check_in_others(person: Visitor, programme: Programme) -> bool:
    return may_organise(person, programme)


def state_on_arrival(file: FieldFile) -> FileState:
    """Whether others may see it as it comes. Of adults whoever took it may say that they agreed; children's guardians have to be
    asked, and staff record it (PIPL art. 31: under 14; nobody sees an age on a photo, so all children)."""
    is_free = file.people == PeopleShown.NONE or (file.people == PeopleShown.ADULTS and file.is_agreed)
    return FileState.FREE if is_free else FileState.HELD


def may_read_file(person: Visitor, stored: StoredFile) -> bool:
    """A photo or recording: whose it is, and the organisers; once it is free, all who learn in the programme or work for it."""
    file = queries.file_of(stored)
    if file is None or file.state not in (FileState.HELD, FileState.FREE) or not is_signed_in(person):
        return False
    programme = file.stop.part.activity.programme
    is_own = file.by_id == person.pk or (file.enrolment is not None and file.enrolment.person_id == person.pk)
    if is_own or may_organise(person, programme):
        return True
    return file.state == FileState.FREE and (
        may_read_desk(person, programme) or queries.learns_in(person, programme)
    )


def is_prompt(at_ms: int, clock_ms: int) -> bool:
    """Whether the act reached us at once; both on the phone's own clock, which may be wrong."""
    return -5_000 <= clock_ms - at_ms <= PROMPT_MS


def is_of_the_visit(
    at: dt.datetime, starts_at: dt.datetime | None, ends_at: dt.datetime | None, now: dt.datetime
) -> bool:
    """Whether a phone's time can be one of the visit; of a visit without times, whether it is not far off at all."""
    begins = (starts_at or now - dt.timedelta(days=30)) - AROUND
    return begins <= at <= max(ends_at or now, starts_at or now) + AROUND


def metres_between(latitude: float, longitude: float, community: Community | None) -> int | None:
    """Great-circle distance (haversine) to a community; None where it has no coordinates."""
    if community is None or community.latitude is None or community.longitude is None:
        return None
    a, b = radians(latitude), radians(float(community.latitude))
    d = radians(float(community.longitude) - longitude)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(d / 2) ** 2
    return round(2 * EARTH_M * asin(sqrt(min(half, 1))))


# Signing up


def closes_at(plan: SignUpPlan, activity: Activity) -> dt.datetime | None:
    """Until when one signs up and cancels: the day that was set, and never longer than to the beginning of the visit."""
    moments = [moment for moment in (plan.closes_at, activity.starts_at) if moment]
    return min(moments) if moments else None


def lies_ahead(activity: Activity) -> bool:
    return activity.held_at is None and activity.state == ActivityState.PLANNED


def takes_sign_ups(plan: SignUpPlan, activity: Activity, now: dt.datetime) -> bool:
    """Whether learners sign up and cancel by themselves, and a place that becomes free goes to the next one waiting."""
    last = closes_at(plan, activity)
    return plan.is_on and activity.is_published and lies_ahead(activity) and (last is None or now < last)


def digest_of(consent_text: str) -> str:
    """What a form sends along, so that nobody agrees to a text that was changed after they read it."""
    return hashlib.sha256(consent_text.encode()).hexdigest()[:16]
