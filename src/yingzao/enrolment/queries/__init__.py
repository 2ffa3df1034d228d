"""Learners, the files that told of them, and names that wait for a decision."""

from yingzao.enrolment.queries.enrolments import (
    active_enrolments,
    enrolments_managed_by,
    enrolments_visible_to,
    find_enrolment_of,
    learners_of,
    my_enrolments,
    search,
    state_counts,
    teams_of,
)
from yingzao.enrolment.queries.identity import (
    WAITING,
    decisions_of,
    learners_by_code,
    matches_managed_by,
    matches_of,
    remembered_decisions,
    waiting_count,
    waiting_counts,
)
from yingzao.enrolment.queries.sources import known_source, sources_managed_by, sources_of, sources_visible_to

__all__ = [
    "WAITING",
    "active_enrolments",
    "decisions_of",
    "enrolments_managed_by",
    "enrolments_visible_to",
    "find_enrolment_of",
    "known_source",
    "learners_by_code",
    "learners_of",
    "matches_managed_by",
    "matches_of",
    "my_enrolments",
    "remembered_decisions",
    "search",
    "sources_managed_by",
    "sources_of",
    "sources_visible_to",
    "state_counts",
    "teams_of",
    "waiting_count",
    "waiting_counts",
]
