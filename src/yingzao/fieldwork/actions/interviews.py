"""Interviews with residents: kept once by their key, a name and a telephone only with consent, forgotten when they ask for it.

Whoever calls has asked who may interview where: this room knows no learners.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities.enums import ConsentPurpose
from yingzao.communities.models import Community
from yingzao.communities.rules import may_hold_contact, may_keep_register, require_plain
from yingzao.core import audit, clock, erasing, locking
from yingzao.core.errors import Refused
from yingzao.core.masking import without_identity_numbers
from yingzao.fieldwork import rules
from yingzao.fieldwork.actions.photos import remove_photo
from yingzao.fieldwork.models import GuideVersion, Interview
from yingzao.people import actions as people
from yingzao.people.enums import ConsentSubject
from yingzao.people.models import Consent, Person

AGAIN = "fieldwork.erase_interview_again"
LONGEST_ANSWER = 3000  # characters


@transaction.atomic
def keep_interview(
    *,
    key: UUID,
    community: Community,
    version: GuideVersion,
    by: Person,
    on: dt.date,
    answers: Sequence[str],
    role: str = "",
    name: str = "",
    phone: str = "",
    purposes: Collection[str] = (),
    agreed_note: str = "",
    observed: str = "",
) -> Interview:
    """Keep an interview. The same key is the same interview and changes nothing.

    Without any consent neither name nor telephone is kept, without consent to be contacted no telephone, whatever came along.
    """
    locking.take_turn(f"fieldwork:interview:{key}")
    known = Interview.objects.filter(key=key).first()
    if known is not None:
        if known.by_id != by.pk:
            raise Refused(_("This interview is somebody else's."), code="other_key")
        return known
    if on > clock.today():
        raise Refused(_("This day is still to come."), code="future", field="on")
    told = [text.strip()[:LONGEST_ANSWER] for text in answers[: len(version.questions)]]
    observed = observed.strip()[:LONGEST_ANSWER]
    if not any(told) and not observed:
        raise Refused(_("Write down at least one answer, or what you saw."), code="empty")
    require_plain(role=role, observed=observed, agreed_note=agreed_note, name=name)
    for text in told:
        require_plain(answers=text)
    agreed = [one for one in ConsentPurpose.values if one in purposes]
    if ConsentPurpose.MENTOR in agreed and not may_hold_contact(agreed):
        agreed.remove(ConsentPurpose.MENTOR)
    interview = Interview.objects.create(
        organisation_id=community.organisation_id,
        key=key,
        community=community,
        version=version,
        name=" ".join(name.split())[:60] if agreed else "",
        phone=_phone(phone) if may_hold_contact(agreed) else "",
        role=" ".join(role.split())[:60],
        answers=told,
        observed=observed,
        on=on,
        by=by,
        arrived_at=clock.now(),
    )
    for purpose in agreed:
        people.record_consent(
            organisation_id=interview.organisation_id,
            subject_kind=ConsentSubject.NAMED_RESIDENT,
            subject_code=interview.code,
            purpose=purpose,
            note=agreed_note,
            by=by,
            now=clock.now() if on == clock.today() else clock.start_of(on),
        )
    _record(interview, by, "kept", {"community": community.code, "guide": version.guide.code})
    return interview


@transaction.atomic
def withdraw_interview_consent(*, interview: Interview, purpose: str, by: Person) -> int:
    """Write down that they agree no more. Without consent to be contacted the telephone goes at once, without any the name too."""
    interview = _turn(interview)
    purposes = [purpose]
    if purpose == ConsentPurpose.CONTACT:
        purposes.append(ConsentPurpose.MENTOR)
    ended = sum(
        people.withdraw_consents(
            subject_kind=ConsentSubject.NAMED_RESIDENT, subject_code=interview.code, purpose=one, by=by
        )
        for one in purposes
    )
    left = consents_standing(interview)
    if not may_hold_contact(left):
        interview.phone = ""
    if not left:
        interview.name = ""
    interview.save(update_fields=["phone", "name"])
    return ended


@transaction.atomic
def show_interview_contact(*, interview: Interview, by: Person, reader: str) -> str:
    """The telephone in clear, and the line that it was read. `reader` says as what: recorder, mentor, desk."""
    interview = _turn(interview)
    _record(interview, by, "contact_read", {"reader": reader})
    return interview.phone


def consents_standing(interview: Interview) -> frozenset[str]:
    rows = Consent.objects.filter(
        subject_kind=ConsentSubject.NAMED_RESIDENT, subject_code=interview.code, withdrawn_at=None
    )
    return frozenset(rows.values_list("purpose", flat=True))


# Forgetting


@transaction.atomic
def erase_interview(*, interview: Interview, by: Person, reason: str) -> Interview:
    """Take name, telephone, answers, what was seen and photos away for good; that there was a talk on this day stays.

    `reason` says who asked and how; names do not belong into it. Outlives every backup. Erasing twice changes nothing.
    """
    if not may_keep_register(by, interview.organisation):
        raise Refused(_("You may not erase this record."), code="not_yours")
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say who asked for it, and how."), code="no_reason", field="reason")
    locking.take_turn(f"fieldwork:interview:{interview.key}")
    interview.refresh_from_db()
    if interview.erased_at is not None:
        return interview
    at = clock.now()
    _forget(interview, at, by)
    _record(interview, by, "erased", {"reason": reason[:200]})
    line = erasing.line_of(AGAIN, code=interview.code, at=at.isoformat())
    transaction.on_commit(lambda: erasing.keep([line]), robust=True)
    return interview


@transaction.atomic
def erase_interview_again(*, code: str, at: str) -> None:
    """After a restore: somebody who was erased is not there again."""
    interview = Interview.objects.filter(code=code, erased_at=None).first()
    if interview is not None:
        _forget(interview, dt.datetime.fromisoformat(at), None)


def keep_interview_lines() -> int:
    """Write the lines of erased interviews that are not in the record yet; how many there were."""
    rows = Interview.objects.exclude(erased_at=None).order_by("pk").values_list("code", "erased_at")
    return erasing.keep([erasing.line_of(AGAIN, code=code, at=at.isoformat()) for code, at in rows if at])


def _forget(interview: Interview, at: dt.datetime, by: Person | None) -> None:
    interview.name = interview.phone = interview.role = interview.observed = ""
    interview.answers, interview.erased_at = [], at
    interview.save()
    for photo in interview.photos.all():
        remove_photo(photo=photo, by=by)
    consents = Consent.objects.filter(subject_kind=ConsentSubject.NAMED_RESIDENT, subject_code=interview.code)
    consents.filter(withdrawn_at=None).update(withdrawn_at=at)
    consents.update(note="")


def _turn(interview: Interview) -> Interview:
    locking.take_turn(f"fieldwork:interview:{interview.key}")
    fresh = Interview.objects.select_related("community", "organisation").get(pk=interview.pk)
    if fresh.erased_at is not None:
        raise Refused(_("What was said here was erased at their wish."), code="erased")
    return fresh


def _phone(phone: str) -> str:
    given = " ".join(phone.split())[:20]
    if given and not rules.PHONE_NUMBER.fullmatch(given):
        raise Refused(
            _("Enter the telephone number in digits, such as 13800000000 or 0757-22330000."),
            code="bad_phone",
            field="phone",
        )
    return without_identity_numbers(given)


def _record(interview: Interview, by: Person, what: str, after: dict[str, Any] | None = None) -> None:
    audit.record(
        actor=by,
        act=f"fieldwork.interview.{what}",
        subject=interview.code,
        organisation_id=interview.organisation_id,
        after=after,
    )
