"""The library of cases, and the readings of those that were pushed."""

from yingzao.cases.queries.index import ensure_index, having
from yingzao.cases.queries.library import (
    MOST_COUNTED,
    Found,
    Wanted,
    find,
    library_of,
    library_read_by,
    methods_of,
    pushed,
    related_to,
    shown_to,
    tags_of,
)
from yingzao.cases.queries.readings import (
    may_answer,
    readable_reflections,
    reading_of,
    reads_case_of,
    reflections_of,
    shown_reflections,
    unanswered,
)

__all__ = [
    "MOST_COUNTED",
    "Found",
    "Wanted",
    "ensure_index",
    "find",
    "having",
    "library_of",
    "library_read_by",
    "may_answer",
    "methods_of",
    "pushed",
    "readable_reflections",
    "reading_of",
    "reads_case_of",
    "reflections_of",
    "related_to",
    "shown_reflections",
    "shown_to",
    "tags_of",
    "unanswered",
]
