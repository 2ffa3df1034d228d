import pytest

from tests.factories.people import GrantFactory, PersonFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory, StageFactory
from yingzao.core.errors import Refused
from yingzao.programmes import rules
from yingzao.programmes.enums import Act, Role, StageKind, StageState

pytestmark = pytest.mark.django_db

ALLOWED = {
    "enrolment": "enrol",
    "learning": "enrol learn record",
    "practice": "enrol learn record hand_in",
    "judging": "record judge",
    "selection": "record select",
    "notice": "record select notify",
    "closing": "certify",
}


def test_every_stage_kind_is_in_the_table():
    assert set(rules.STAGE_ACTS) == set(StageKind.values) == set(ALLOWED)


@pytest.mark.parametrize("state", StageState.values)
@pytest.mark.parametrize("kind", StageKind.values)
def test_stage_allows_whole_grid(kind, state):
    stage = StageFactory(kind=kind, state=state)
    StageFactory(kind=kind, state=StageState.OPEN)  # another programme's stage opens nothing here
    allowed = {act for act in Act.values if rules.stage_allows(stage.programme, act)}
    assert allowed == (set(ALLOWED[kind].split()) if state == StageState.OPEN else set())


def test_require_stage_names_the_one_stage_that_must_be_open():
    stage = StageFactory(kind=StageKind.JUDGING, name="评审")
    with pytest.raises(Refused, match="评审") as refusal:
        rules.require_stage(stage.programme, Act.JUDGE)
    assert refusal.value.code == "stage_not_open"


def test_require_stage_names_all_stages_that_would_do():
    programme = ProgrammeFactory()
    StageFactory(programme=programme, kind=StageKind.LEARNING, name="学习")
    StageFactory(programme=programme, kind=StageKind.PRACTICE, name="实践")
    with pytest.raises(Refused, match=r"学习.+实践"):
        rules.require_stage(programme, Act.LEARN)


def test_require_stage_says_which_kind_is_missing():
    with pytest.raises(Refused) as refusal:
        rules.require_stage(ProgrammeFactory(), Act.CERTIFY)
    assert refusal.value.code == "no_stage"


def test_require_stage_passes_when_open():
    stage = StageFactory(kind=StageKind.CLOSING, state=StageState.OPEN)
    assert rules.require_stage(stage.programme, Act.CERTIFY) is None


MAY = {
    "organiser": {"organise", "desk", "stories"},
    "mentor": set(),
    "judge": set(),
    "supervisor": {"desk", "supervise"},
    "editor": {"stories"},
    "host": set(),
}


def rights(person, programme):
    asked = {
        "organise": rules.may_organise,
        "desk": rules.may_read_desk,
        "supervise": rules.may_supervise,
        "stories": rules.may_edit_stories,
    }
    return {name for name, may in asked.items() if may(person, programme)}


@pytest.mark.parametrize("role", Role.values)
def test_rights_of_each_role(role):
    staff = StaffRoleFactory(role=role)
    assert rights(staff.person, staff.programme) == MAY[role]
    assert rights(staff.person, ProgrammeFactory(organisation=staff.organisation)) == set()


def test_ended_role_gives_nothing():
    from yingzao.core import clock

    staff = StaffRoleFactory(ended_at=clock.now())
    assert rights(staff.person, staff.programme) == set()


def test_grant_of_the_organisation_organises_each_of_its_programmes():
    programme = ProgrammeFactory()
    grant = GrantFactory(organisation=programme.organisation)
    assert rights(grant.person, programme) == {"organise", "desk", "stories"}
    assert rights(grant.person, ProgrammeFactory()) == set()
    assert rules.may_create_programme(grant.person, programme.organisation)


def test_stranger_and_nobody_have_no_rights():
    from django.contrib.auth.models import AnonymousUser

    programme = StaffRoleFactory().programme
    assert rights(PersonFactory(), programme) == set()
    assert rights(AnonymousUser(), programme) == set()
