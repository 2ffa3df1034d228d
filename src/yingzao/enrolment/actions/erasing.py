"""A learner asks by telephone or on paper to be forgotten."""

from django.db import transaction

from yingzao.enrolment import rules
from yingzao.enrolment.models import Enrolment
from yingzao.people import actions as people
from yingzao.people.models import ErasureRequest, Person


@transaction.atomic
def begin_learner_erasure(*, enrolment: Enrolment, how: str, by: Person) -> ErasureRequest:
    """Enter the request; people's organisers decide about it."""
    rules.require_manager(by, enrolment.programme)
    rules.require_there(enrolment)
    return people.begin_erasure(
        organisation=enrolment.organisation,
        subject_code=enrolment.code,
        person=enrolment.person,
        name=enrolment.name,
        how=how,
        by=by,
    )
