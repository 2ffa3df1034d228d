"""Live courses: their attendance reports, and what goes on around them."""

from yingzao.live.queries.reports import (
    ReportCounts,
    decisions_about,
    first_part,
    live_courses,
    names_that_may_be,
    raw_rows,
    report_counts,
    reports_of,
    session_of,
)
from yingzao.live.queries.room import (
    CheckResult,
    ShownQuestion,
    check_results,
    has_answered,
    materials_of,
    may_read_file,
    open_check_of,
    questions_for,
    readable_question,
    room_version,
)

__all__ = [
    "CheckResult",
    "ReportCounts",
    "ShownQuestion",
    "check_results",
    "decisions_about",
    "first_part",
    "has_answered",
    "live_courses",
    "materials_of",
    "may_read_file",
    "names_that_may_be",
    "open_check_of",
    "questions_for",
    "raw_rows",
    "readable_question",
    "report_counts",
    "reports_of",
    "room_version",
    "session_of",
]
