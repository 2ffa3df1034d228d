"""Consent for one purpose, as it was given and withdrawn."""

from __future__ import annotations

import datetime as dt

from yingzao.core import audit, clock
from yingzao.core.models import StoredFile
from yingzao.people.enums import ConsentSubject
from yingzao.people.models import Consent, Person


def record_consent(
    *,
    organisation_id: int,
    subject_kind: ConsentSubject,
    subject_code: str,
    purpose: str,
    note: str,
    by: Person,
    form: StoredFile | None = None,
    now: dt.datetime | None = None,
) -> Consent:
    """Write down that somebody agreed: about whom or what, for what, and in `note` who said it and how; `form` is a photo of
    the sheet that was signed. Belongs into the caller's transaction."""
    consent = Consent.objects.create(
        organisation_id=organisation_id,
        subject_kind=subject_kind,
        subject_code=subject_code,
        purpose=purpose,
        given_at=now or clock.now(),
        recorded_by=by,
        note=" ".join(note.split())[:200],
        form=form,
    )
    _audit(consent, by, "people.consent.recorded")
    return consent


def withdraw_consents(
    *,
    subject_kind: ConsentSubject,
    subject_code: str,
    purpose: str,
    by: Person | None,
    now: dt.datetime | None = None,
) -> int:
    """Write down that it is taken back; how many stood."""
    standing = list(
        Consent.objects.filter(
            subject_kind=subject_kind, subject_code=subject_code, purpose=purpose, withdrawn_at=None
        )
    )
    for consent in standing:
        consent.withdrawn_at = now or clock.now()
        consent.save(update_fields=["withdrawn_at"])
        _audit(consent, by, "people.consent.withdrawn")
    return len(standing)


def _audit(consent: Consent, by: Person | None, act: str) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=consent.subject_code,
        organisation_id=consent.organisation_id,
        after={"purpose": consent.purpose, "consent": consent.code},
    )
