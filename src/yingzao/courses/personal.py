"""What courses keep of a learner: quizzes and what was answered. Marks rest on the answers, so both stay when a name goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingzao.courses.models import Attempt
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Kind, plain


def _rows(person: Person) -> Iterator[dict[str, Any]]:
    attempts = Attempt.objects.filter(enrolment__person=person).select_related("quiz__part")
    for a in attempts.prefetch_related("items__version"):
        yield plain(
            a, "code", "number", "state", "begun_at", "handed_in_at", "points", "of",
            quiz=a.quiz.part.title,
            answers=[
                {"question": item.version.plain, "answer": _said(item), "mark": item.mark} for item in a.items.all()
            ],
        )  # fmt: skip


def _said(item: Any) -> list[str]:
    """Options by their texts; whether they were right is not told here: a quiz may say so later, or never."""
    texts = {str(option["id"]): option["text"] for option in item.version.options}
    return [texts.get(str(said), str(said)) for said in item.said]


personal.register(
    Kind(
        "quizzes",
        _("Quizzes"),
        why=_("To work out what is completed."),
        period="programme",
        rows=_rows,
    )
)
