"""Who may read what lies in lessons and questions."""

from __future__ import annotations

from yingzao.activities.queries import activities_for_person
from yingzao.core.models import StoredFile
from yingzao.courses.models import AttemptItem, Lesson, QuestionVersion
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.queries import desk_programmes


def may_read_file(person: Visitor, stored: StoredFile) -> bool:
    """A lesson's file: whoever the course is for, and who reads the programme's desk. A copy in a new edition shares it.
    A question's picture: whoever was given the question, and who reads the desk."""
    if not is_signed_in(person):
        return False
    lessons = Lesson.objects.filter(file=stored)
    return (
        lessons.filter(part__activity__in=activities_for_person(person)).exists()
        or lessons.filter(part__activity__programme__in=desk_programmes(person)).exists()
        or AttemptItem.objects.filter(version__picture=stored, attempt__enrolment__person=person).exists()
        or QuestionVersion.objects.filter(
            picture=stored, question__pool__programme__in=desk_programmes(person)
        ).exists()
    )
