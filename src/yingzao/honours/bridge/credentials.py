"""Credentials of Open Badges 3.0, made and looked at with openbadgeslib. They are VC-JWT: the payload is the credential."""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.honours.bridge.keys import ALGORITHM, Signer
from yingzao.honours.models import LIST_SIZE
from yingzao.honours.rules.badges import (
    Addresses,
    achievement_json,
    identity_hash,
    profile_json,
    status_place,
)
from yingzao.honours.rules.records import TYPE

LARGEST_TOKEN = 200_000  # characters
PNG = b"\x89PNG\r\n\x1a\n"
IN_JSON = "data:application/vc+jwt,"
STATUS_DAYS = 7  # a verifier's copy of a status list is good for no longer
STATUS_MILLISECONDS = 3_600_000  # and need not be fetched again before


@dataclass(frozen=True)
class Terms:
    """What one credential says of its certificate."""

    credential_id: str
    name: str  # of the holder; the credential holds its hash
    salt: str
    achievement: Mapping[str, str]
    issuer: str
    issuer_url: str
    number: str
    status_index: int
    issued_at: dt.datetime


def credential_of(terms: Terms, at: Addresses) -> dict[str, Any]:
    """The payload to be signed: the credential with the registered claims beside it (OB 3.0, 8.2.4.1). No name stands in it."""
    from openbadgeslib.ob3 import Achievement, Evidence, IdentityObject, Issuer, OpenBadgeCredential
    from openbadgeslib.ob3.status_list import status_entry

    achievement = achievement_json(terms.achievement, address=at.achievement, picture=at.picture)
    profile = profile_json(address=at.issuer, name=terms.issuer, url=terms.issuer_url)
    payload = OpenBadgeCredential(
        id=terms.credential_id,
        issuer=Issuer(id=at.issuer, name=terms.issuer),
        recipient_id=None,
        identifiers=[
            IdentityObject(
                identity_hash=identity_hash(terms.name, terms.salt),
                identity_type="name",
                hashed=True,
                salt=terms.salt,
            )
        ],
        achievement=Achievement(at.achievement, achievement["name"], achievement["description"], ""),
        issuance_date=terms.issued_at,
        evidence=[Evidence(id=at.verify, name=terms.number)],
        credential_status=[status_entry(at.status, "revocation", status_place(terms.status_index)[1])],
    ).to_jwt_payload()
    payload["issuer"] = profile
    payload["credentialSubject"]["achievement"] = achievement
    return payload


def status_list(
    *, issuer: str, address: str, revoked: Iterable[int], now: dt.datetime, signer: Signer
) -> str:
    """A Bitstring Status List 1.0, signed. `revoked` are bits of this list."""
    from openbadgeslib.ob3 import build_status_list_credential

    listed = build_status_list_credential(
        issuer,
        address,
        "revocation",
        revoked,
        LIST_SIZE,
        issued=now,
        valid_until=now + dt.timedelta(days=STATUS_DAYS),
        ttl=STATUS_MILLISECONDS,
    )
    return signer.sign({**listed, "iss": issuer, "jti": address, "nbf": int(now.timestamp())})


def bake(picture: bytes, token: str) -> bytes:
    """The PNG with the credential inside (OB 3.0, 5.3.1)."""
    from openbadgeslib import baking

    return baking.bake_png(picture, token, keyword=baking.ITXT_KEYWORD_OB3)


def as_json(token: str) -> dict[str, str]:
    """A signed credential where JSON is wanted (VCDM 2.0, 4.13)."""
    return {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": IN_JSON + token,
        "type": "EnvelopedVerifiableCredential",
    }


def token_in(data: bytes) -> str:
    """The credential of a badge file: a PNG, a JWT, or the JSON around one. Raises Refused with a sentence."""
    token = _in_png(data) if data.startswith(PNG) else _in_text(data)
    if token is None or token.count(".") != 2 or len(token) > LARGEST_TOKEN:
        raise Refused(
            _(
                "There is no badge in this file. Send the badge's picture (PNG) as it was downloaded, or its .jwt or .json "
                "file: pictures that were sent through a chat or cut to size have lost it."
            ),
            code="no_badge",
            field="file",
        )
    return token


def _in_png(data: bytes) -> str | None:
    from openbadgeslib.errors import LibOpenBadgesException
    from openbadgeslib.ob3 import OB3Verifier

    try:
        return OB3Verifier.extract_token_from_png(data)
    except (LibOpenBadgesException, ValueError):
        return None


def _in_text(data: bytes) -> str | None:
    if len(data) > LARGEST_TOKEN:
        return None
    try:
        text = data.decode("utf-8-sig").strip()
        found = json.loads(text) if text.startswith("{") else text
    except (ValueError, RecursionError):
        return None
    if isinstance(found, str):
        return found
    told = found.get("id")
    return told.removeprefix(IN_JSON) if isinstance(told, str) and told.startswith(IN_JSON) else None


@dataclass(frozen=True)
class Claim:
    """What a token says of itself, before anything is checked."""

    credential_id: str
    issuer: str
    issuer_name: str
    key_address: str
    is_record: bool
    name: str  # of what is certified
    holder: str  # of a record; badges name nobody
    made_at: str


def claim_of(token: str) -> Claim:
    """Raises Refused where it is no credential at all."""
    try:
        header, payload = (_part(piece) for piece in token.split(".")[:2])
    except (ValueError, RecursionError):
        raise Refused(
            _("The badge in this file is damaged and cannot be read."), code="damaged_badge", field="file"
        ) from None
    issuer = payload.get("issuer")
    profile = issuer if isinstance(issuer, dict) else {"id": issuer}
    return Claim(
        _text(payload.get("jti") or payload.get("id")),
        _text(profile.get("id")),
        _text(profile.get("name")),
        _text(header.get("kid")),
        TYPE in payload["type"] if isinstance(payload.get("type"), list) else False,
        _text(payload.get("name")),
        _holder(payload),
        _text(payload.get("validFrom")),
    )


def _holder(payload: Mapping[str, Any]) -> str:
    subject = payload.get("credentialSubject")
    identities = subject.get("identifier") if isinstance(subject, dict) else None
    for identity in identities if isinstance(identities, list) else []:
        if (
            isinstance(identity, dict)
            and identity.get("hashed") is False
            and identity.get("identityType") == "name"
        ):
            return _text(identity.get("identityHash"))
    return ""


def _part(piece: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _text(value: Any) -> str:
    """Foreign text for a page and for a look-up: one line, not long, nothing that a database refuses."""
    if not isinstance(value, str):
        return ""
    return "".join(c for c in value if c.isprintable())[:300]


def is_record_signed_by(token: str, public: str) -> bool:
    """The same of a learner's record, which is no badge: the signature, with the one algorithm that our keys have."""
    import jwt

    try:
        jwt.decode(token, public, algorithms=[ALGORITHM])
    except (jwt.PyJWTError, ValueError, RecursionError):
        return False
    return True


def is_signed_by(token: str, public: str) -> bool:
    """Whether the key made this credential, and it is a whole one (openbadgeslib's verifier)."""
    from openbadgeslib.errors import LibOpenBadgesException
    from openbadgeslib.ob3 import OB3Verifier

    try:
        OB3Verifier(public).verify(token)
    except (LibOpenBadgesException, ValueError, RecursionError):
        return False
    return True
