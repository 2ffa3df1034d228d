"""Which rubrics, rounds, sheets and figures there are, and for whom."""

from yingzao.judging.queries.conflicts import conflict_between
from yingzao.judging.queries.jury import (
    QueueRow,
    SheetPart,
    assignments_of,
    criteria_of,
    files_before,
    has_rounds_to_judge,
    queue,
    sheet_parts,
)
from yingzao.judging.queries.results import (
    ReleasedMark,
    ReleasedRound,
    ReleasedSheet,
    latest_calibration,
    released_marks,
)
from yingzao.judging.queries.rounds import (
    Candidate,
    EntryRow,
    JudgeRow,
    Progress,
    SheetState,
    assignments_in,
    candidates,
    panel_judges,
    progress,
    rounds_of,
    rounds_visible_to,
    who_handed_in,
)
from yingzao.judging.queries.rubrics import latest_version, newest_versions, rubrics_of, rubrics_visible_to

__all__ = [
    "Candidate",
    "EntryRow",
    "JudgeRow",
    "Progress",
    "QueueRow",
    "ReleasedMark",
    "ReleasedRound",
    "ReleasedSheet",
    "SheetPart",
    "SheetState",
    "assignments_in",
    "assignments_of",
    "candidates",
    "conflict_between",
    "criteria_of",
    "files_before",
    "has_rounds_to_judge",
    "latest_calibration",
    "latest_version",
    "newest_versions",
    "panel_judges",
    "progress",
    "queue",
    "released_marks",
    "rounds_of",
    "rounds_visible_to",
    "rubrics_of",
    "rubrics_visible_to",
    "sheet_parts",
    "who_handed_in",
]
