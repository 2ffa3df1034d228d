"""What the room is asked."""

from yingzao.fieldwork.queries.results import Results, results_of
from yingzao.fieldwork.queries.surveys import (
    Counts,
    consent_of,
    counts_of,
    narrow_sheets,
    sheets_by_phone,
    sheets_of,
    survey_by_token,
    surveys_of,
    surveys_read_by,
    tree_of,
    version_of,
    with_counts,
)

__all__ = [
    "Counts",
    "Results",
    "consent_of",
    "counts_of",
    "narrow_sheets",
    "results_of",
    "sheets_by_phone",
    "sheets_of",
    "survey_by_token",
    "surveys_of",
    "surveys_read_by",
    "tree_of",
    "version_of",
    "with_counts",
]
