"""What a badge file that is sent here is: one of ours as it was signed, changed, revoked, or another issuer's."""

from dataclasses import dataclass

from yingzao.honours.bridge.credentials import Claim, claim_of, is_record_signed_by, is_signed_by, token_in
from yingzao.honours.models import Badge
from yingzao.honours.queries import badges
from yingzao.honours.rules.badges import Finding


@dataclass(frozen=True)
class LookedAt:
    """`badge` is there for what is valid and for what is revoked; of everything else only what the file claims."""

    finding: Finding
    claim: Claim
    badge: Badge | None = None


def look_at(data: bytes) -> LookedAt:
    """Raises Refused where there is no badge in the file, or one that cannot be read."""
    token = token_in(data)
    claim = claim_of(token)
    badge = badges.badge_by_id(claim.credential_id)
    if badge is not None:
        if not is_signed_by(token, badge.key.public_key):
            return LookedAt(Finding.DOCTORED, claim)
        revoked = badge.certificate.revoked_at is not None
        return LookedAt(Finding.REVOKED if revoked else Finding.VALID, claim, badge)
    key = badges.key_by_code(claim.key_address.rstrip("/").rpartition("/")[2])
    if key is not None and claim.is_record:
        good = is_record_signed_by(token, key.public_key)
        return LookedAt(Finding.RECORD if good else Finding.DOCTORED, claim)
    if key is not None:
        return LookedAt(Finding.UNKNOWN if is_signed_by(token, key.public_key) else Finding.DOCTORED, claim)
    ours = badges.is_issuer_of_ours(claim.issuer)
    return LookedAt(Finding.DOCTORED if ours else Finding.FOREIGN, claim)
