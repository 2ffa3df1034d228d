import pytest

from tests.factories.judging import JudgeFactory, LearnerFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory
from yingzao.communities.models import Community
from yingzao.enrolment.models import Team
from yingzao.judging.enums import Conflict
from yingzao.judging.queries import conflict_between
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


def test_the_same_person_conflicts():
    person = PersonFactory()
    judge = JudgeFactory(person=person)
    assert conflict_between(judge, LearnerFactory(programme=judge.programme, person=person)) == Conflict.SELF


def test_the_same_phone_conflicts_with_or_without_86():
    judge = JudgeFactory(phone="+8613800000001")
    learner = LearnerFactory(programme=judge.programme, phone="13800000001")
    assert conflict_between(judge, learner) == Conflict.SELF


def test_two_without_a_phone_do_not_conflict():
    judge = JudgeFactory(phone="")
    assert conflict_between(judge, LearnerFactory(programme=judge.programme, phone="")) is None


@pytest.mark.parametrize(
    ("unit", "community", "conflicts"),
    [
        ("桂一社区", "桂一社区", True),
        ("桂一社区居委会", "桂一社区", True),
        (" 桂城街道 桂一社区 党委", "桂一 社区", True),
        ("桂二社区", "桂一社区", False),
        ("示例大学", "", False),
        ("", "桂一社区", False),
        ("桂一社区", "桂", False),
    ],
)
def test_a_unit_that_holds_the_community_conflicts(unit, community, conflicts):
    judge = JudgeFactory(unit=unit)
    learner = LearnerFactory(programme=judge.programme, community_as_given=community)
    assert conflict_between(judge, learner) == (Conflict.COMMUNITY if conflicts else None)


def test_the_linked_community_counts_as_well_as_the_one_given():
    judge = JudgeFactory(unit="叠南社区")
    community = Community(organisation=judge.organisation, name="叠南社区")
    community.save()
    learner = LearnerFactory(programme=judge.programme, community_as_given="叠南", community=community)
    assert conflict_between(judge, learner) == Conflict.COMMUNITY


def test_the_mentor_of_the_team_conflicts():
    programme = ProgrammeFactory()
    person = PersonFactory()
    mentor = StaffRoleFactory(programme=programme, role=Role.MENTOR, person=person)
    judge = JudgeFactory(programme=programme, person=person)
    team = Team.objects.create(
        organisation=programme.organisation, programme=programme, name="一组", mentor=mentor
    )
    assert conflict_between(judge, LearnerFactory(programme=programme, team=team)) == Conflict.MENTOR
    assert conflict_between(judge, LearnerFactory(programme=programme)) is None
