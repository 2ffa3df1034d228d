"""What learners brought from the field: their own, and that of a mentor's learners."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.fieldwork.models import Interview, Proposal, Walk
from yingzao.fieldwork.queries import with_counts_of_points
from yingzao.people.models import Person, Visitor
from yingzao.people.queries import is_signed_in


def _mine(person: Person) -> dict[str, object]:
    return {
        "field_record__enrolment__person": person.pk,
        "field_record__enrolment__state": EnrolmentState.ACTIVE,
    }


def my_walks(person: Visitor) -> QuerySet[Walk]:
    """What the person walked as a learner, in all programmes where the person still learns."""
    if not is_signed_in(person):
        return Walk.objects.none()
    return with_counts_of_points(Walk.objects.filter(**_mine(person)))


def my_interviews(person: Visitor) -> QuerySet[Interview]:
    if not is_signed_in(person):
        return Interview.objects.none()
    rows = Interview.objects.filter(**_mine(person))
    return rows.select_related("community", "organisation", "version__guide", "field_record__enrolment")


def my_proposals(person: Visitor) -> QuerySet[Proposal]:
    if not is_signed_in(person):
        return Proposal.objects.none()
    rows = Proposal.objects.filter(**_mine(person))
    return rows.select_related("community", "topic", "group", "field_record__enrolment")


def mentored_walks(person: Visitor) -> QuerySet[Walk]:
    """What the learners walked whose team the person mentors, the newest first."""
    rows = Walk.objects.filter(field_record__enrolment__in=learners_mentored_by(person))
    return with_counts_of_points(rows).select_related("field_record__enrolment")


def mentored_interviews(person: Visitor) -> QuerySet[Interview]:
    rows = Interview.objects.filter(field_record__enrolment__in=learners_mentored_by(person))
    return rows.select_related("community", "organisation", "version__guide", "field_record__enrolment")


@dataclass(frozen=True, slots=True)
class Field:
    """What a learner brought in one programme: the newest first."""

    walks: tuple[Walk, ...]
    interviews: tuple[Interview, ...]
    proposals: tuple[Proposal, ...]


def field_of(enrolment: Enrolment) -> Field:
    """Three queries."""
    of = {"field_record__enrolment": enrolment}
    return Field(
        walks=tuple(with_counts_of_points(Walk.objects.filter(**of))),
        interviews=tuple(Interview.objects.filter(**of).select_related("version__guide")),
        proposals=tuple(Proposal.objects.filter(**of).select_related("topic", "group")),
    )
