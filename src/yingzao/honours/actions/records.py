"""A learner's record as a credential: told, and signed."""

import datetime as dt
from typing import Any

from yingzao.core import clock
from yingzao.enrolment.models import Enrolment
from yingzao.honours.actions.badges import Signing, issuer_profile, signing_key
from yingzao.honours.bridge.credentials import as_json
from yingzao.honours.queries.records import record_of
from yingzao.honours.rules.records import claims_of, record_json


def record_credential(enrolment: Enrolment, *, site: str, now: dt.datetime | None = None) -> dict[str, Any]:
    """The record as it stands, without a signature; the badges in it have their own."""
    record = record_of(enrolment, now or clock.now())
    badges = [
        as_json(certificate.badge.token)
        for certificate in record.certificates
        if certificate.revoked_at is None and hasattr(certificate, "badge") and certificate.badge.token
    ]
    return record_json(record, issuer=issuer_profile(enrolment.programme.organisation, site), badges=badges)


def signed_record(enrolment: Enrolment, *, site: str, now: dt.datetime | None = None) -> str:
    """The same as a JWT, signed with the key of badges. It tells how things stand; nothing is kept of it."""
    key = signing_key(enrolment.programme.organisation_id, None)
    return Signing(site, key, {}).signer.sign(claims_of(record_credential(enrolment, site=site, now=now)))
