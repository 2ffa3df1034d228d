"""What surveys keep of those who make and enter them. Residents who answer are not known; what they wrote is nobody's account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingzao.fieldwork.models import FilledSheet, ResidentSurvey
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Kind, plain


def _rows(person: Person) -> Iterator[dict[str, Any]]:
    """As records: what a resident said is the resident's."""
    for survey in ResidentSurvey.objects.filter(made_by=person).order_by("pk"):
        yield plain(survey, "code", "title", "created_at", what="survey")
    for sheet in FilledSheet.objects.filter(entered_by=person).select_related("survey").order_by("pk"):
        yield plain(sheet, "code", "sent_at", what="sheet of paper", survey=sheet.survey.code)


personal.register(
    Kind(
        "resident_surveys",
        _("Surveys of residents that you made, and sheets that you entered"),
        why=_("Who made a survey or typed in a sheet of paper. What a sheet says is a resident's."),
        period="programme",
        rows=_rows,
    )
)
