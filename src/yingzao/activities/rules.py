"""Who may read what learners hand in."""

from __future__ import annotations

from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.rules import may_read_desk


def may_read_entries_of(person: Visitor, enrolment: Enrolment) -> bool:
    """The learner, the mentor of the learner's team, and whoever reads the programme's desk."""
    if not is_signed_in(person):
        return False
    if enrolment.person_id == person.pk:
        return True
    if enrolment.team and enrolment.team.mentor and enrolment.team.mentor.person_id == person.pk:
        return enrolment.team.mentor.ended_at is None
    return may_read_desk(person, enrolment.programme)


def may_read_file(person: Visitor, stored: StoredFile) -> bool:
    """The resolver for files of entries: `subject` is the code of the enrolment they belong to."""
    enrolment = (
        Enrolment.objects.filter(code=stored.subject).select_related("programme", "team__mentor").first()
    )
    return enrolment is not None and may_read_entries_of(person, enrolment)
