"""Whose password an organiser may let be set anew: nobody's through whom more could be done than the organiser may do."""

import pytest

from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory
from yingzao.core.errors import Refused
from yingzao.enrolment import actions as enrolment
from yingzao.programmes import actions
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return StaffRoleFactory()


@pytest.fixture
def sister(organiser):
    """Another programme of the same organisation, with organisers of its own."""
    programme = ProgrammeFactory(organisation=organiser.programme.organisation)
    StaffRoleFactory(programme=programme)
    return programme


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.JUDGE, Role.MENTOR, Role.EDITOR])
def test_no_link_for_somebody_who_works_in_a_programme_of_the_house_that_others_organise(
    organiser, sister, role
):
    judge = StaffRoleFactory(programme=organiser.programme, role=Role.JUDGE)
    assert actions.make_staff_reset_link(staff=judge, by=organiser.person)
    StaffRoleFactory(programme=sister, role=role, person=judge.person)
    with pytest.raises(Refused) as caught:
        actions.make_staff_reset_link(staff=judge, by=organiser.person)
    assert (caught.value.code, judge.person.reset_links.count()) == ("role_elsewhere", 1)


def test_no_link_for_who_decides_about_the_organisers_own_list(organiser):
    supervisor = StaffRoleFactory(programme=organiser.programme, role=Role.SUPERVISOR)
    with pytest.raises(Refused) as caught:
        actions.make_staff_reset_link(staff=supervisor, by=organiser.person)
    assert (caught.value.code, supervisor.person.reset_links.exists()) == ("supervisor", False)


def test_no_link_for_a_learner_who_decides_about_the_list_too(organiser):
    person = PersonFactory()
    StaffRoleFactory(programme=organiser.programme, role=Role.SUPERVISOR, person=person)
    learner = EnrolmentFactory(programme=organiser.programme, person=person)
    with pytest.raises(Refused):
        enrolment.make_learner_reset_link(enrolment=learner, by=organiser.person)


@pytest.mark.parametrize("where", ["in the house", "elsewhere"])
def test_no_link_for_a_learner_who_learns_where_others_organise(organiser, sister, where):
    learner = EnrolmentFactory(programme=organiser.programme, person=PersonFactory())
    other = sister if where == "in the house" else ProgrammeFactory()
    also = EnrolmentFactory(programme=other, person=learner.person)
    with pytest.raises(Refused) as caught:
        enrolment.make_learner_reset_link(enrolment=learner, by=organiser.person)
    assert (caught.value.code, learner.person.reset_links.exists()) == ("learns_elsewhere", False)
    also.state = "withdrawn"
    also.save(update_fields=["state"])
    assert enrolment.make_learner_reset_link(enrolment=learner, by=organiser.person)
