"""What learners have to do, the evidence of what they did, what follows from it, and what they say of it."""

from yingzao.activities.models.activities import (
    Activity,
    ActivityTarget,
    AttendanceRequest,
    CalendarFeed,
    Duty,
    Entry,
    Evidence,
    Part,
    ReminderPlan,
    RequestFile,
    Version,
    VersionFile,
)
from yingzao.activities.models.surveys import (
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyReceipt,
    SurveyResponse,
)
from yingzao.activities.models.watching import Video, WatchPiece

__all__ = [
    "Activity",
    "ActivityTarget",
    "AttendanceRequest",
    "CalendarFeed",
    "Duty",
    "Entry",
    "Evidence",
    "Part",
    "ReminderPlan",
    "RequestFile",
    "Survey",
    "SurveyAnswer",
    "SurveyQuestion",
    "SurveyReceipt",
    "SurveyResponse",
    "Version",
    "VersionFile",
    "Video",
    "WatchPiece",
]
