"""The truth check: what a story says, against what the programme's records hold. It finds and proposes; people decide."""

from yingzao.stories.rules.truth.claims import check_claims
from yingzao.stories.rules.truth.counts import check_counts
from yingzao.stories.rules.truth.dates import check_dates
from yingzao.stories.rules.truth.findings import (
    BLOCKING,
    BOUND,
    KIND_WORDS,
    LEARNER_WORDS,
    Code,
    Finding,
    Known,
    Recorded,
    Told,
    plain_words,
)
from yingzao.stories.rules.truth.people import check_people, is_named, pattern_of
from yingzao.stories.rules.truth.places import check_places
from yingzao.stories.rules.truth.spelling import check_spelling, usual_phrases

__all__ = [
    "BLOCKING",
    "BOUND",
    "KIND_WORDS",
    "LEARNER_WORDS",
    "Code",
    "Finding",
    "Known",
    "Recorded",
    "Told",
    "check_text",
    "is_named",
    "pattern_of",
    "plain_words",
    "usual_phrases",
]

CHECKS = (check_people, check_counts, check_claims, check_dates, check_places, check_spelling)


def check_text(text: str, known: Known) -> list[Finding]:
    """What stands in the text, each once, by check and then by place."""
    found: dict[str, Finding] = {}
    for check in CHECKS:
        for finding in check(text, known):
            found.setdefault(finding.key, finding)
    return list(found.values())
