import pytest

from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.core.errors import Refused
from yingzao.people.actions import accept_invitation, use_reset_link
from yingzao.people.enums import Right
from yingzao.people.models import Grant
from yingzao.programmes import actions, rules
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return StaffRoleFactory()


def invite(organiser, role=Role.JUDGE):
    return actions.invite_staff(
        programme=organiser.programme, by=organiser.person, role=role, name="评委甲", unit="高校"
    )


def test_invited_judge_holds_the_role_once_accepted(organiser):
    staff, token = invite(organiser)
    person = PersonFactory()
    assert not rules.has_role(person, organiser.programme)
    accept_invitation(token=token, person=person)
    staff.refresh_from_db()
    assert staff.person == person
    assert rules.has_role(person, organiser.programme, Role.JUDGE)


def test_second_invitation_ends_the_first(organiser):
    staff, first = invite(organiser)
    second = actions.invite_again(staff=staff, by=organiser.person)
    with pytest.raises(Refused):
        accept_invitation(token=first, person=PersonFactory())
    accept_invitation(token=second, person=PersonFactory())


def test_ended_role_cannot_be_taken_up(organiser):
    staff, token = invite(organiser)
    actions.end_staff_role(staff=staff, by=organiser.person)
    with pytest.raises(Refused):
        accept_invitation(token=token, person=PersonFactory())


def test_organisers_keep_the_register_while_they_organise(organiser):
    staff, token = invite(organiser, Role.ORGANISER)
    person = PersonFactory()
    accept_invitation(token=token, person=person)
    held = Grant.objects.filter(person=person, ended_at=None)
    assert [(g.right, g.scope_code) for g in held] == [(Right.KEEP_COMMUNITIES, organiser.programme.code)]
    staff.refresh_from_db()
    actions.end_staff_role(staff=staff, by=organiser.person)
    assert not held.all().exists()


def test_judges_keep_no_register(organiser):
    _, token = invite(organiser)
    person = PersonFactory()
    accept_invitation(token=token, person=person)
    assert not Grant.objects.filter(person=person).exists()


def test_reset_link_for_staff_sets_a_password_once(organiser):
    judge = StaffRoleFactory(programme=organiser.programme, role=Role.JUDGE)
    token = actions.make_staff_reset_link(staff=judge, by=organiser.person)
    use_reset_link(token=token, password="koala-lantern-77")
    judge.person.refresh_from_db()
    assert judge.person.check_password("koala-lantern-77")


def test_reset_link_is_refused_to_other_programmes_organisers(organiser):
    judge = StaffRoleFactory(programme=organiser.programme, role=Role.JUDGE)
    with pytest.raises(Refused):
        actions.make_staff_reset_link(staff=judge, by=StaffRoleFactory().person)


def test_no_reset_link_for_somebody_who_works_for_another_organisation_too(organiser):
    judge = StaffRoleFactory(programme=organiser.programme, role=Role.JUDGE)
    elsewhere = StaffRoleFactory(person=judge.person, role=Role.JUDGE)
    with pytest.raises(Refused) as caught:
        actions.make_staff_reset_link(staff=judge, by=organiser.person)
    assert caught.value.code == "role_elsewhere"
    assert not judge.person.reset_links.exists()
    elsewhere.ended_at = elsewhere.created_at
    elsewhere.save(update_fields=["ended_at"])
    assert actions.make_staff_reset_link(staff=judge, by=organiser.person)
