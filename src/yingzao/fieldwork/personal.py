"""What field tools keep of those who use them. Residents who answer a survey are not known; what residents say is nobody's account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingzao.core.models import StoredFile
from yingzao.fieldwork.models import (
    FieldPhoto,
    FilledSheet,
    Interview,
    Proposal,
    ResidentSurvey,
    Walk,
    WalkPoint,
)
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Kind, plain


def _files(person: Person) -> Iterator[StoredFile]:
    """Photos of the own walks. Those of interviews show residents, and are theirs."""
    for photo in FieldPhoto.objects.filter(point__walk__by=person).exclude(file=None).select_related("file"):
        if photo.file is not None:
            yield photo.file


def _rows(person: Person) -> Iterator[dict[str, Any]]:
    """As records: what a resident said is the resident's."""
    for survey in ResidentSurvey.objects.filter(made_by=person).order_by("pk"):
        yield plain(survey, "code", "title", "created_at", what="survey")
    for walk in Walk.objects.filter(by=person).select_related("community").order_by("pk"):
        yield plain(walk, "code", "title", "began_at", what="walk", community=walk.community.name)
    for point in WalkPoint.objects.filter(walk__by=person).select_related("walk").order_by("pk"):
        yield plain(
            point, "kind", "facet", "text", "place", "at", what="point of a walk", walk=point.walk.code
        )
    for interview in Interview.objects.filter(by=person).select_related("community").order_by("pk"):
        yield plain(interview, "code", "on", what="interview", community=interview.community.name)
    for proposal in Proposal.objects.filter(by=person).order_by("pk"):
        yield plain(proposal, "code", "title", "text", "state", what="proposal")
    for sheet in FilledSheet.objects.filter(entered_by=person).select_related("survey").order_by("pk"):
        yield plain(sheet, "code", "sent_at", what="sheet of paper", survey=sheet.survey.code)


personal.register(
    Kind(
        "resident_surveys",
        _("Walks, interviews, proposals and surveys of residents that you made, and sheets that you entered"),
        why=_("Who saw, asked or wrote what. What a resident said is the resident's."),
        period="programme",
        rows=_rows,
        files=_files,
    )
)
