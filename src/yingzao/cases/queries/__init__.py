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
from yingzao.cases.queries.readings import reading_of, reads_case_of, reflections_of

__all__ = [
    "MOST_COUNTED",
    "Found",
    "Wanted",
    "ensure_index",
    "find",
    "having",
    "library_of",
    "library_read_by",
    "methods_of",
    "pushed",
    "reading_of",
    "reads_case_of",
    "reflections_of",
    "related_to",
    "shown_to",
    "tags_of",
]
