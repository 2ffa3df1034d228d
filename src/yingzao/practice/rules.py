"""Who may do what in practice."""

from __future__ import annotations

from collections.abc import Collection

from yingzao.activities.models import Version
from yingzao.communities.rules import may_mentor_contact
from yingzao.core.models import StoredFile
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.fieldwork.models import Interview
from yingzao.people.models import Person, Visitor
from yingzao.practice import queries
from yingzao.practice.models import FeedbackPhrase, Finding
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


# Findings


def may_find(person: Person, enrolment: Enrolment) -> bool:
    """Whether the person is this learner, and still learns: who may record findings and change the own ones."""
    return enrolment.person_id == person.pk and enrolment.state == EnrolmentState.ACTIVE


def may_contact_as_mentor(person: Person, finding: Finding, purposes: Collection[str]) -> bool:
    """Whether the person mentors the learner, and the leader agreed to be contacted, and by the mentor too."""
    mentors = learners_mentored_by(person).filter(pk=finding.enrolment_id, state=EnrolmentState.ACTIVE)
    return may_mentor_contact(purposes) and mentors.exists()


def may_also_read_need_photo(person: Visitor, stored: StoredFile) -> bool:
    """Whoever found the need, and the mentor. Who keeps the register is asked below."""
    mine = queries.my_findings(person).filter(need__code=stored.subject).exists()
    return mine or queries.mentored_findings(person).filter(need__code=stored.subject).exists()


def may_also_read_field_photo(person: Visitor, stored: StoredFile) -> bool:
    """Whoever took it, while they learn here, and the mentor of whoever took it. Who keeps the register is asked below."""
    walks = queries.my_walks(person).filter(points__photos__file=stored)
    interviews = queries.my_interviews(person).filter(photos__file=stored)
    return (
        walks.exists()
        or interviews.exists()
        or queries.mentored_walks(person).filter(points__photos__file=stored).exists()
        or queries.mentored_interviews(person).filter(photos__file=stored).exists()
    )


def may_contact_interviewed_as_mentor(
    person: Person, interview: Interview, purposes: Collection[str]
) -> bool:
    """Whether the person mentors the learner who asked, and the resident agreed to be contacted, and by the mentor too."""
    return (
        may_mentor_contact(purposes) and queries.mentored_interviews(person).filter(pk=interview.pk).exists()
    )


def may_also_read_consent_form(person: Visitor, stored: StoredFile) -> bool:
    """Whoever recorded the leader. Not the mentor: a signed sheet may show how the leader is reached."""
    return queries.my_findings(person).filter(leader__code=stored.subject).exists()
