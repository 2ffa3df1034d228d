"""Rows of practice in one's own community."""

from yingzao.practice.models.field import FieldRecord
from yingzao.practice.models.findings import Finding
from yingzao.practice.models.mentoring import FeedbackPhrase, MeetingNote
from yingzao.practice.models.reading import DocumentText, Likeness, Remark
from yingzao.practice.models.tasks import PracticeTask, TaskPart

__all__ = [
    "DocumentText",
    "FeedbackPhrase",
    "FieldRecord",
    "Finding",
    "Likeness",
    "MeetingNote",
    "PracticeTask",
    "Remark",
    "TaskPart",
]
