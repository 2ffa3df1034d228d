"""Forgetting a resident who carries things: what they are called and how they are reached; that somebody was found stays."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities import rules
from yingzao.communities.models import Leader, Telling
from yingzao.core import audit, clock, erasing, locking, media
from yingzao.core.errors import Refused
from yingzao.people.enums import ConsentSubject
from yingzao.people.models import Consent, Person

AGAIN = "communities.erase_leader_again"


@transaction.atomic
def erase_leader(*, leader: Leader, by: Person, reason: str, now: dt.datetime | None = None) -> Leader:
    """Take name, contacts and words of a leader away for good. Community, facets, step, dates and findings stay.

    `reason` says who asked and how; names do not belong into it. Outlives every backup. Erasing twice changes nothing.
    """
    if not rules.may_keep_register(by, leader.organisation):
        raise Refused(_("You may not erase this record."), code="not_yours")
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say who asked for it, and how."), code="no_reason", field="reason")
    locking.take_turn(f"communities.leader:{leader.code}")
    leader.refresh_from_db()
    if leader.erased_at is not None:
        return leader
    at = now or clock.now()
    forget(leader, at)
    audit.record(
        actor=by,
        act="communities.leader.erased",
        subject=leader.code,
        organisation_id=leader.organisation_id,
        after={"reason": reason[:200]},
    )
    line = erasing.line_of(AGAIN, code=leader.code, at=at.isoformat())
    transaction.on_commit(lambda: erasing.keep([line]), robust=True)
    return leader


@transaction.atomic
def erase_leader_again(*, code: str, at: str) -> None:
    """After a restore: somebody who was erased is not there again."""
    leader = Leader.objects.filter(code=code, erased_at=None).first()
    if leader is not None:
        forget(leader, dt.datetime.fromisoformat(at))


def keep_leader_lines() -> int:
    """Write the lines of erased leaders that are not in the record yet; how many there were."""
    rows = Leader.objects.exclude(erased_at=None).order_by("pk").values_list("code", "erased_at")
    return erasing.keep([erasing.line_of(AGAIN, code=code, at=at.isoformat()) for code, at in rows if at])


def forget(leader: Leader, at: dt.datetime) -> None:
    """Belongs into the caller's transaction."""
    leader.name = leader.phone = leader.reach = leader.good_at = leader.willing_to = ""
    leader.found_note = leader.pinyin = ""
    leader.is_alias = False
    leader.erased_at = leader.changed_at = at
    leader.save()
    leader.steps.update(note="")
    leader.contacts.update(note="")
    Telling.objects.filter(voice__leader=leader).update(note="")
    consents = Consent.objects.filter(subject_kind=ConsentSubject.LEADER, subject_code=leader.code)
    consents.filter(withdrawn_at=None).update(withdrawn_at=at)
    for consent in consents.exclude(form=None).select_related("form"):
        if (form := consent.form) is not None:
            consent.form = None
            consent.save(update_fields=["form"])
            media.remove(form)
    consents.update(note="")
