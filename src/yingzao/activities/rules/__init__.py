"""Who may read what learners hand in, and what may be asked about a session or a visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yingzao.activities.enums import SESSIONS, DutyState, KindKey, RequestKind, RequestState
from yingzao.activities.models import Activity, AttendanceRequest
from yingzao.activities.queries import DutyRow
from yingzao.activities.queries.requests import brief_requests_about
from yingzao.activities.settling import MakeUp, make_up_of
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.enums import Act
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_read_desk, stage_allows


def may_read_entries_of(person: Visitor, enrolment: Enrolment) -> bool:
    """The learner, the mentor of the learner's team, and whoever reads the programme's desk."""
    if not is_signed_in(person):
        return False
    if enrolment.person_id == person.pk:
        return True
    if enrolment.team and enrolment.team.mentor and enrolment.team.mentor.person_id == person.pk:
        return enrolment.team.mentor.ended_at is None
    return may_read_desk(person, enrolment.programme)


def may_read_file(person: Visitor, stored: StoredFile) -> bool:
    """The resolver for files of entries and requests: `subject` is the code of the enrolment they belong to."""
    enrolment = (
        Enrolment.objects.filter(code=stored.subject).select_related("programme", "team__mentor").first()
    )
    return enrolment is not None and may_read_entries_of(person, enrolment)


# What may be asked


def is_over(activity: Activity, now: dt.datetime) -> bool:
    end = activity.ends_at or activity.starts_at
    return end is not None and end <= now


def why_not_ask(kind: str, activity: Activity, duty_state: str, now: dt.datetime) -> tuple[str, str] | None:
    """Why this may not be asked about the activity now, as (code, sentence); None where it may. Pure."""
    if activity.kind not in SESSIONS:
        return "not-a-session", _("Requests are for live courses and field visits.")
    if duty_state == DutyState.EXCUSED:
        return "excused", _("This duty is excused already and counts for nothing.")
    if duty_state in (DutyState.DONE, DutyState.LATE):
        return "credited", _("This is credited in full; nothing needs to be asked for.")
    if kind == RequestKind.LEAVE:
        return None
    if not is_over(activity, now):
        return "not-over", _("This can be asked once it is over.")
    if kind == RequestKind.CORRECTION:
        return None
    make_up = make_up_of(activity.rule) if activity.kind == KindKey.LIVE else None
    if make_up is None:
        return "no-make-up", _("The organiser does not offer making up for this.")
    if now > clock.end_of(make_up.until):
        return "make-up-over", _("The time for making up has ended.")
    return None


def may_ask_now(programme: Programme) -> bool:
    return stage_allows(programme, Act.LEARN, Act.RECORD)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a learner's page of a session offers: what may be asked now, and what was asked so far."""

    activity: Activity
    kinds: tuple[str, ...]
    make_up: MakeUp | None
    asked: Sequence[AttendanceRequest]

    @property
    def is_there(self) -> bool:
        return bool(self.kinds or self.asked)


def asking(enrolment: Enrolment, activity: Activity, duty: DutyRow | None, now: dt.datetime) -> Asking:
    """What this learner may ask about this duty. A kind that waits already is not offered again."""
    if activity.kind not in SESSIONS:
        return Asking(activity, (), None, ())
    asked = brief_requests_about(enrolment, activity)
    state = duty.state if duty else DutyState.PENDING
    waiting = {r.kind for r in asked if r.state == RequestState.WAITING}
    kinds = [
        kind.value
        for kind in RequestKind
        if kind not in waiting and why_not_ask(kind, activity, state, now) is None
    ]
    if kinds and not may_ask_now(enrolment.programme):
        kinds = []
    make_up = make_up_of(activity.rule) if RequestKind.MAKE_UP in kinds else None
    return Asking(activity, tuple(kinds), make_up, asked)


# Who decides


def is_own(person: Visitor, request: AttendanceRequest) -> bool:
    return is_signed_in(person) and request.enrolment.person_id == person.pk


def require_another(person: Visitor, request: AttendanceRequest) -> None:
    """Raises Refused where somebody would decide what they themselves learn by."""
    if is_own(person, request):
        raise Refused(_("This request is about yourself: another organiser decides it."), code="own-request")
