"""What live courses keep of a learner: questions to the teacher. Attendance is evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingzao.enrolment.personal import enrolments_of
from yingzao.live.models import Question
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Erasure, Kind, plain


def _rows(person: Person) -> Iterator[dict[str, Any]]:
    for q in Question.objects.filter(enrolment__person=person).select_related("activity"):
        yield plain(q, "code", "text", "is_named", "asked_at", "state", "answer", activity=q.activity.title)


def erase(erasure: Erasure) -> None:
    Question.objects.filter(enrolment__in=enrolments_of(erasure)).update(
        text=erasure.name.mark, answer="", is_named=False
    )


personal.register(
    Kind(
        "questions",
        _("Questions to teachers"),
        why=_("So that they are answered."),
        period="programme",
        rows=_rows,
    )
)
personal.on_erase("live", erase)
