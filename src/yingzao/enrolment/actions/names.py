"""Names beside what is frozen: a snapshot holds a code and a digest, the name stands here and can be erased."""

import hashlib
import json
import secrets
from collections.abc import Iterable

from django.db import transaction

from yingzao.enrolment.models import Enrolment, NameCommitment
from yingzao.programmes.models import Programme


@transaction.atomic
def commit_names(*, programme: Programme, enrolments: Iterable[Enrolment]) -> dict[str, NameCommitment]:
    """Enrolment code → its commitment to the name, community and number of today.

    One that shows the same is used again, so that two snapshots of one state hold the same digests; an erased one never is.
    """
    learners = {e.code: e for e in enrolments}
    standing: dict[str, NameCommitment] = {}
    for commitment in NameCommitment.objects.filter(
        programme=programme, enrolment_code__in=learners
    ).order_by("pk"):
        learner = learners[commitment.enrolment_code]
        if commitment.salt and commitment.shown == shown_of(learner):
            standing[learner.code] = commitment
    new = []
    for code, learner in learners.items():
        if code not in standing:
            salt, shown = secrets.token_hex(32), shown_of(learner)
            new.append(
                NameCommitment(
                    organisation_id=programme.organisation_id,
                    programme=programme,
                    enrolment_code=code,
                    salt=salt,
                    shown=shown,
                    digest=digest_of(salt, shown),
                )
            )
    standing.update({c.enrolment_code: c for c in NameCommitment.objects.bulk_create(new)})
    return {code: standing[code] for code in learners}


def shown_of(learner: Enrolment) -> dict[str, str]:
    return {"community": learner.community_name, "name": learner.name, "number": learner.number}


def digest_of(salt: str, shown: dict[str, str]) -> str:
    """SHA-256 over salt and canonical JSON (sorted keys, no spaces, UTF-8), in hex."""
    canonical = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((salt + canonical).encode()).hexdigest()
