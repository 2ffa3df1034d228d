"""A learner's record as JSON, in the terms of 1EdTech's Comprehensive Learner Record 2.0. No database.

A duty, a judged round and a certificate are each an AchievementCredential of the record. Those of duties and rounds have no signature
of their own: the record's holds for them. Certificates come with their badges as they were signed.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from yingzao.core import clock
from yingzao.core.ui.templatetags.ui import plain_number, state_word
from yingzao.honours.queries.records import Record, RecordedDuty, RecordedMark

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
]
TYPE = "ClrCredential"
# What Open Badges calls a result (ResultStatusType); who is excused has none.
STATUS = {"done": "Completed", "late": "Completed", "missed": "Failed", "pending": "InProgress"}
NAMES = uuid.UUID("6d2d2b1e-7a3f-5d0f-9f63-2b9c3f0d9a11")


def record_json(
    record: Record, *, issuer: Mapping[str, Any], badges: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The record as a ClrCredential without a signature. `issuer` is a Profile, `badges` signed credentials as JSON."""
    enrolment = record.enrolment
    who = [
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": str(enrolment.name),
            "identityType": "name",
        },
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": enrolment.code,
            "identityType": "systemId",
        },
    ]
    made = record.made_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")

    def member(about: str, achievement: dict[str, Any], **subject: Any) -> dict[str, Any]:
        return {
            "@context": CONTEXTS[:2],
            "id": _urn(enrolment.code, about),
            "type": ["VerifiableCredential", "AchievementCredential"],
            "name": achievement["name"],
            "issuer": issuer["id"],
            "validFrom": made,
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "identifier": who[1:],
                "achievement": {"id": _urn(about), "type": ["Achievement"], "description": "", **achievement},
                **subject,
            },
        }

    return {
        "@context": CONTEXTS,
        "id": f"urn:uuid:{uuid.uuid4()}",
        "type": ["VerifiableCredential", TYPE],
        "name": f"{enrolment.programme.full_name} {enrolment.name}",
        "issuer": dict(issuer),
        "validFrom": made,
        "credentialSubject": {
            "type": "ClrSubject",
            "identifier": who,
            "verifiableCredential": [
                *(member(duty.code, _duty(duty), **_outcome(duty)) for duty in record.duties),
                *(member(mark.code, _mark(mark), result=_result(mark)) for mark in record.marks),
                *(
                    member(
                        certificate.code,
                        {
                            "name": certificate.frozen["title"],
                            "description": certificate.frozen["body"],
                            "achievementType": "Certificate",
                            "humanCode": certificate.number,
                            "criteria": {"narrative": certificate.frozen["programme_name"]},
                        },
                        result=[{"type": ["Result"], "status": "Completed"}],
                    )
                    for certificate in record.certificates
                    if certificate.revoked_at is None
                ),
                *badges,
            ],
        },
    }


def _duty(duty: RecordedDuty) -> dict[str, Any]:
    return {"name": duty.title, "achievementType": "Assignment", "criteria": {"narrative": duty.kind}}


def _outcome(duty: RecordedDuty) -> dict[str, Any]:
    result = {"type": ["Result"], "value": str(state_word(duty.shown))}
    if status := STATUS.get(duty.state):
        result["status"] = status
    outcome: dict[str, Any] = {"result": [result]}
    if duty.on:
        outcome["activityStartDate"] = clock.start_of(duty.on).isoformat()
    if duty.hours is not None:
        outcome["creditsEarned"] = float(duty.hours)
    return outcome


def _mark(mark: RecordedMark) -> dict[str, Any]:
    told = "；".join(f"{title} {'、'.join(given)}" for title, given in mark.criteria)
    return {"name": mark.round, "achievementType": "Assessment", "criteria": {"narrative": told}}


def _result(mark: RecordedMark) -> list[dict[str, Any]]:
    return [{"type": ["Result"], "value": mark.performance}] if mark.performance else []


def claims_of(credential: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of a JWT: the credential with the registered claims beside it."""
    return {
        **credential,
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "nbf": int(clock.parse_moment(credential["validFrom"]).timestamp()),  # type: ignore[union-attr]
    }


def hours_text(record: Record) -> str:
    return plain_number(record.hours) if record.hours else ""


def _urn(*of: str) -> str:
    """The same every time, and unlike that of any other installation's codes only as far as codes are."""
    return f"urn:uuid:{uuid.uuid5(NAMES, '/'.join(of))}"
