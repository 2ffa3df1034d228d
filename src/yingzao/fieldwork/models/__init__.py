"""Rows of field tools."""

from yingzao.fieldwork.models.surveys import FilledSheet, ResidentSurvey, SheetPhoto, SurveyVersion

__all__ = ["FilledSheet", "ResidentSurvey", "SheetPhoto", "SurveyVersion"]
