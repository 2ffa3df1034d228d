"""Badges: a key that signs, what a badge stands for, and the credential that goes with a certificate."""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.urls import reverse

from yingzao.core import audit, clock, locking, media
from yingzao.enrolment.models import Enrolment
from yingzao.honours.bridge import keys
from yingzao.honours.bridge.badge_picture import badge_word, draw_badge
from yingzao.honours.bridge.credentials import Terms, credential_of, status_list
from yingzao.honours.bridge.typesetting import require_drawable
from yingzao.honours.models import Achievement, Badge, BadgeKey, Certificate, Selection
from yingzao.honours.queries import badges
from yingzao.honours.rules.badges import Addresses, achievement_words, profile_json, status_place
from yingzao.honours.rules.layout import plain
from yingzao.honours.rules.snapshot import sha256_of
from yingzao.people.models import Organisation, Person
from yingzao.programmes import rules as programmes
from yingzao.programmes.models import Programme


def _new_key(organisation_id: int, by: Person | None) -> BadgeKey:
    private, public = keys.make_pair()
    made = BadgeKey(organisation_id=organisation_id, public_key=public.decode(), made_by=by)
    made.sealed_key = keys.seal(private, made.code)
    made.save()
    audit.record(
        actor=by,
        act="honours.badge_key.made",
        subject=made.code,
        organisation_id=organisation_id,
        after={"thumbprint": keys.thumbprint(made.public_key)},
    )
    return made


def _retire(key: BadgeKey, now: dt.datetime) -> None:
    key.retired_at = now
    key.save(update_fields=["retired_at"])


@transaction.atomic
def signing_key(organisation_id: int, by: Person | None) -> BadgeKey:
    """The organisation's key that signs now. Made where there is none, or where this instance cannot open it: after a
    restore without the secret key, old badges still verify, and new ones have a new key."""
    locking.take_turn("honours.badge_key")
    standing = badges.signing_key_of(organisation_id)
    if standing is not None:
        try:
            keys.unseal(standing.sealed_key, standing.code)
        except keys.Unopenable:
            _retire(standing, clock.now())
        else:
            return standing
    return _new_key(organisation_id, by)


@transaction.atomic
def renew_key(*, programme: Programme, by: Person, now: dt.datetime | None = None) -> BadgeKey:
    """Let a new key sign from now on. What the one before signed stays valid: a certificate is revoked by itself."""
    programmes.require_organiser(by, programme)
    locking.take_turn("honours.badge_key")
    if standing := badges.signing_key_of(programme.organisation_id):
        _retire(standing, now or clock.now())
    return _new_key(programme.organisation_id, by)


def _site(site: str, name: str, *arguments: object) -> str:
    return site.rstrip("/") + reverse(f"honours:{name}", args=arguments)


def issuer_profile(organisation: Organisation, site: str) -> dict[str, Any]:
    return profile_json(
        address=_site(site, "badge-issuer", organisation.code), name=organisation.name, url=site
    )


@dataclass(frozen=True)
class Signing:
    """What the badges of one run have in common. The private half is opened once, and is gone with this."""

    site: str
    key: BadgeKey
    achievements: dict[str, Achievement]  # by kind

    @cached_property
    def signer(self) -> keys.Signer:
        private = keys.unseal(self.key.sealed_key, self.key.code)
        return keys.Signer(private, _site(self.site, "badge-key", self.key.organisation.code, self.key.code))

    def addresses(self, certificate: Certificate, achievement: Achievement, index: int) -> Addresses:
        office = self.key.organisation.code
        return Addresses(
            issuer=_site(self.site, "badge-issuer", office),
            key=self.signer.key_address,
            achievement=_site(self.site, "badge-achievement", achievement.code),
            picture=_site(self.site, "badge-picture", achievement.code),
            status=_site(self.site, "badge-status", office, self.key.code, status_place(index)[0]),
            verify=_site(self.site, "verify-certificate", certificate.code),
        )


def require_drawable_badge(programme: Programme) -> None:
    """Raises Refused for a character of the badge's picture that the font lacks."""
    require_drawable(programme.full_name)
    require_drawable(programme.organisation.name)


def prepare_signing(selection: Selection, kinds: Iterable[str], *, site: str, by: Person) -> Signing:
    """A key that can sign, and the achievements of these kinds of certificates."""
    programme = selection.programme
    key = signing_key(programme.organisation_id, by)
    return Signing(site, key, {kind: _achievement(selection, kind, by) for kind in sorted(set(kinds))})


@transaction.atomic
def _achievement(selection: Selection, kind: str, by: Person) -> Achievement:
    programme = selection.programme
    words = achievement_words(
        kind=kind,
        programme=programme.full_name,
        issuer=programme.organisation.name,
        least=plain(selection.least_completion),
    )
    sha256 = sha256_of(words)
    locking.take_turn("honours.achievement")
    if standing := badges.standing_achievement(programme, kind, sha256):
        return standing
    made = Achievement(
        organisation_id=programme.organisation_id,
        programme=programme,
        kind=kind,
        frozen=words,
        sha256=sha256,
    )
    drawn = draw_badge(
        kind=kind,
        programme=programme.name,
        issuer=programme.organisation.name,
        edition=programme.edition or str(programme.starts_on.year),
    )
    made.picture = media.store(
        drawn,
        name=f"{badge_word(kind)}.png",
        accept="image",
        organisation_id=made.organisation_id,
        room="honours",
        subject=made.code,
        uploaded_by=by,
    )
    made.save()
    return made


def issue_badge(certificate: Certificate, learner: Enrolment, signing: Signing) -> Badge:
    """Sign the credential of a certificate that is being issued, inside its transaction and behind its turn."""
    achievement = signing.achievements[certificate.kind]
    index = badges.next_status_index(signing.key)
    at = signing.addresses(certificate, achievement, index)
    badge = Badge(
        organisation_id=certificate.organisation_id,
        certificate=certificate,
        achievement=achievement,
        key=signing.key,
        credential_id=f"urn:uuid:{uuid.uuid4()}",
        issuer_address=at.issuer,
        status_index=index,
    )
    badge.token = signing.signer.sign(
        credential_of(
            Terms(
                credential_id=badge.credential_id,
                name=learner.name,
                salt=secrets.token_hex(16),
                achievement=achievement.frozen,
                issuer=certificate.frozen["issuer"],
                issuer_url=signing.site,
                number=certificate.number,
                status_index=index,
                issued_at=certificate.issued_at,
            ),
            at,
        )
    )
    badge.sha256 = hashlib.sha256(badge.token.encode()).hexdigest()
    badge.save()
    return badge


def signed_status_list(key: BadgeKey, number: int, *, site: str, now: dt.datetime | None = None) -> str:
    """A status list of a key as it stands now, signed with that key; with the one that signs now where it cannot be opened."""
    try:
        signing = Signing(site, key, {})
        signer = signing.signer
    except keys.Unopenable:
        signer = Signing(site, signing_key(key.organisation_id, None), {}).signer
    office = key.organisation.code
    return status_list(
        issuer=_site(site, "badge-issuer", office),
        address=_site(site, "badge-status", office, key.code, number),
        revoked=badges.revoked_bits(key, number),
        now=now or clock.now(),
        signer=signer,
    )
