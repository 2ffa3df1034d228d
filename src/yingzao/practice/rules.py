"""Who may do what in practice."""

from __future__ import annotations

from yingzao.activities.models import Version
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.people.models import Person
from yingzao.practice.models import FeedbackPhrase
from yingzao.practice.queries import MyEntry
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise


def is_writing(work: MyEntry) -> bool:
    """Whether there is something to write on: nothing handed in yet, a draft begun, or a version that came back."""
    return work.draft is not None or work.latest is None or work.returned is not None


def may_mentor(person: Person, enrolment: Enrolment) -> bool:
    """Organisers of the programme and the mentor of the learner's team."""
    mentor = enrolment.team.mentor if enrolment.team else None
    return may_organise(person, enrolment.programme) or bool(
        mentor and mentor.person_id == person.pk and mentor.ended_at is None
    )


def may_review(person: Person, version: Version) -> bool:
    return may_mentor(person, version.entry.enrolment)


def may_use_phrases(person: Person, programme: Programme) -> bool:
    """Whoever answers learners of the programme."""
    return (
        may_organise(person, programme) or learners_mentored_by(person).filter(programme=programme).exists()
    )


def may_edit_phrase(person: Person, phrase: FeedbackPhrase) -> bool:
    """Everybody their own, organisers those of the programme."""
    if phrase.owner_id is None:
        return may_organise(person, phrase.programme)
    return phrase.owner_id == person.pk
