import pytest

from tests.factories.findings import settle
from tests.factories.learning import Learning
from tests.factories.pages import bare_pages  # noqa: F401
from tests.factories.programmes import StaffRoleFactory
from tests.factories.surveys_of_residents import survey_of
from yingzao.fieldwork.actions import knocking
from yingzao.programmes.actions.staff import give_rights
from yingzao.programmes.enums import Role


@pytest.fixture(autouse=True)
def _bare(bare_pages):  # noqa: F811
    knocking._knocks.clear()


@pytest.fixture
def camp():
    """A programme with an organiser and a supervisor who have the register's rights, and a community."""
    camp = settle(Learning())
    camp.supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR)
    for staff in (camp.organiser, camp.supervisor):
        give_rights(staff)
    return camp


@pytest.fixture
def survey(camp):
    return survey_of(camp.community, camp.by)
