"""What cases keep of a learner beside the evidence: answers to reflections, and whether one may be shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingzao.cases.enums import ShareState
from yingzao.cases.models import ReflectionAnswer, ReflectionShare
from yingzao.enrolment.personal import enrolments_of
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Erasure, Kind, plain


def _rows(person: Person) -> Iterator[dict[str, Any]]:
    answers = ReflectionAnswer.objects.filter(reflection__enrolment__person=person)
    for a in answers.select_related("reflection__activity"):
        yield plain(a, "text", "created_at", activity=a.reflection.activity.title)
    shares = ReflectionShare.objects.filter(reflection__enrolment__person=person)
    for s in shares.select_related("reflection__activity"):
        yield plain(s, "state", "decided_at", "created_at", activity=s.reflection.activity.title)


def erase(erasure: Erasure) -> None:
    learners = enrolments_of(erasure)
    ReflectionAnswer.objects.filter(reflection__enrolment__in=learners).update(text="")
    ReflectionShare.objects.filter(reflection__enrolment__in=learners).update(
        state=ShareState.WITHDRAWN, decided_at=erasure.at
    )


personal.register(
    Kind(
        "reflections",
        _("Answers to your reflections"),
        why=_("What a mentor or organiser wrote to you, and whether you let a reflection be shown."),
        period="programme",
        rows=_rows,
    )
)
personal.on_erase("cases", erase)
