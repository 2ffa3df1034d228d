"""A programme with an editor, and people who have no part in it."""

import pytest

from tests.factories.people import GrantFactory, PersonFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory
from tests.factories.stories import EditorFactory
from yingzao.programmes.enums import Role


@pytest.fixture
def programme():
    return ProgrammeFactory(name="先锋营", edition="2021", slug="xfy-2021", is_public=True)


@pytest.fixture
def editor(programme):
    return EditorFactory(programme=programme).person


@pytest.fixture
def organiser(programme):
    return GrantFactory(organisation=programme.organisation).person


@pytest.fixture
def supervisor(programme):
    return StaffRoleFactory(programme=programme, role=Role.SUPERVISOR).person


@pytest.fixture
def stranger():
    """An organiser of another organisation."""
    return GrantFactory(person=PersonFactory()).person


@pytest.fixture
def as_person(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in
