"""What a learner finds in the own community: leaders and needs, recorded once by their key, changed by whoever found them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.models import Activity
from yingzao.communities import actions as communities
from yingzao.communities.actions import Agreed
from yingzao.communities.models import Community, Leader, LeaderContact, LeaderStep, Need, NeedPhoto
from yingzao.communities.queries import standing_purposes
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork.actions import tie_to_interview
from yingzao.fieldwork.models import Interview
from yingzao.people.models import Person
from yingzao.practice import rules
from yingzao.practice.actions.answers import own_need
from yingzao.practice.models import Finding


@transaction.atomic
def record_leader(
    *,
    enrolment: Enrolment,
    by: Person,
    key: UUID,
    task: Activity | None = None,
    agreed: Agreed | None = None,
    interview: Interview | None = None,
    **said: Any,
) -> Finding:
    """Record a leader in the learner's community, for a task where one is given, tied to the interview that told of them.
    The same key is one finding and the same answer."""
    community = _own_community(enrolment, by)
    leader = communities.add_leader(key=key, community=community, by=by, agreed=agreed, **said)
    _comes_from(interview, leader, by)
    return _found(enrolment, by, task, leader=leader)


@transaction.atomic
def record_need(
    *,
    enrolment: Enrolment,
    by: Person,
    key: UUID,
    task: Activity | None = None,
    uploads: Sequence[Any] = (),
    interview: Interview | None = None,
    **said: Any,
) -> Finding:
    """Record a need with its photos. The same key is one finding and the same answer."""
    community = _own_community(enrolment, by)
    need = communities.add_need(key=key, community=community, by=by, uploads=uploads, **said)
    _comes_from(interview, need, by)
    return _found(enrolment, by, task, need=need)


@transaction.atomic
def change_leader(*, finding: Finding, by: Person, task: Activity | None, **changes: Any) -> Leader:
    leader = communities.edit_leader(leader=_own_leader(finding, by), by=by, **changes)
    _count_for(finding, task, by)
    return leader


@transaction.atomic
def change_need(*, finding: Finding, by: Person, task: Activity | None, **changes: Any) -> Need:
    need = communities.edit_need(need=own_need(finding, by), by=by, **changes)
    _count_for(finding, task, by)
    return need


# One's own leader


def take_step(*, finding: Finding, by: Person, step: str, on: dt.date, note: str = "") -> LeaderStep:
    return communities.take_step(leader=_own_leader(finding, by), by=by, step=step, on=on, note=note)


def log_contact(
    *, finding: Finding, by: Person, key: UUID, way: str, on: dt.date, note: str = ""
) -> LeaderContact:
    leader = _own_leader(finding, by)
    return communities.log_contact(leader=leader, by=by, key=key, way=way, on=on, note=note)


@transaction.atomic
def give_consent(
    *,
    finding: Finding,
    by: Person,
    purposes: Collection[str],
    on: dt.date,
    note: str = "",
    upload: Any = None,
    phone: str = "",
    reach: str = "",
) -> None:
    """Write down what the leader agreed to, and how they are reached where they agreed to that."""
    leader = _own_leader(finding, by)
    communities.give_consent(leader=leader, by=by, purposes=purposes, on=on, note=note, upload=upload)
    given = {name: value for name, value in (("phone", phone), ("reach", reach)) if value}
    if given:
        communities.edit_leader(leader=leader, by=by, **given)


def withdraw_consent(*, finding: Finding, by: Person, purpose: str) -> int:
    return communities.withdraw_consent(leader=_own_leader(finding, by), by=by, purpose=purpose)


def ask_again(*, finding: Finding, by: Person, agrees: bool) -> Leader:
    return communities.ask_again(leader=_own_leader(finding, by), by=by, agrees=agrees)


def show_own_contact(*, finding: Finding, by: Person) -> tuple[str, str]:
    """Telephone and other ways in clear for whoever recorded them, and the line that they were read."""
    return communities.show_leader_contact(leader=_own_leader(finding, by), by=by, reader="recorder")


@transaction.atomic
def show_contact_to_mentor(*, finding: Finding, by: Person) -> tuple[str, str]:
    """The same for the learner's mentor. Raises Refused where the leader has not agreed to that."""
    leader = finding.leader
    if leader is None or not rules.may_contact_as_mentor(by, finding, standing_purposes(leader)):
        raise Refused(_("The leader has not agreed that the mentor may be in touch."), code="no_consent")
    return communities.show_leader_contact(leader=leader, by=by, reader="mentor")


# One's own need


def add_need_photos(*, finding: Finding, by: Person, uploads: Sequence[Any]) -> int:
    return communities.add_need_photos(need=own_need(finding, by), by=by, uploads=uploads)


def remove_need_photo(*, finding: Finding, by: Person, photo: NeedPhoto) -> None:
    own_need(finding, by)
    communities.remove_need_photo(photo=photo, by=by)


# What they share


def _own_community(enrolment: Enrolment, by: Person) -> Community:
    if not rules.may_find(by, enrolment):
        raise Refused(_("Only the learner may do this."), code="not_own")
    if enrolment.community is None:
        raise Refused(
            _("Your community is not in the register yet. Ask the organiser to enter it."),
            code="no_community",
        )
    return enrolment.community


def _comes_from(interview: Interview | None, found: Leader | Need, by: Person) -> None:
    """Tie a record to the own interview that it was made of, where it is of the same community."""
    if interview is not None and interview.by_id == by.pk and interview.community_id == found.community_id:
        tie_to_interview(interview=interview, by=by, made=found)


def _own_leader(finding: Finding, by: Person) -> Leader:
    if finding.leader is None or not rules.may_find(by, finding.enrolment):
        raise Refused(_("Only the learner may do this."), code="not_own")
    return finding.leader


def _found(
    enrolment: Enrolment,
    by: Person,
    task: Activity | None,
    *,
    leader: Leader | None = None,
    need: Need | None = None,
) -> Finding:
    known = Finding.objects.filter(leader=leader, need=need).first()
    if known is not None:
        return known
    finding = Finding.objects.create(
        organisation_id=enrolment.organisation_id,
        enrolment=enrolment,
        activity=task,
        leader=leader,
        need=need,
        made_at=clock.now(),
    )
    _audit(finding, by, "made", after={"task": task.code if task else ""})
    return finding


def _count_for(finding: Finding, task: Activity | None, by: Person) -> None:
    before = finding.activity
    if before == task:
        return
    finding.activity = task
    finding.save(update_fields=["activity"])
    _audit(
        finding,
        by,
        "task_changed",
        before={"task": before.code if before else ""},
        after={"task": task.code if task else ""},
    )


def _audit(
    finding: Finding, by: Person, what: str, *, before: dict | None = None, after: dict | None = None
) -> None:
    found = finding.leader or finding.need
    audit.record(
        actor=by,
        act=f"practice.finding.{what}",
        subject=found.code if found else "",
        organisation_id=finding.organisation_id,
        before=before,
        after={"learner": finding.enrolment.code, **(after or {})},
    )
