"""Rows of field tools."""

from yingzao.fieldwork.models.interviews import Guide, GuideVersion, Interview, Proposal
from yingzao.fieldwork.models.surveys import FilledSheet, ResidentSurvey, SheetPhoto, SurveyVersion
from yingzao.fieldwork.models.walks import FieldPhoto, Origin, Walk, WalkPoint

__all__ = [
    "FieldPhoto",
    "FilledSheet",
    "Guide",
    "GuideVersion",
    "Interview",
    "Origin",
    "Proposal",
    "ResidentSurvey",
    "SheetPhoto",
    "SurveyVersion",
    "Walk",
    "WalkPoint",
]
