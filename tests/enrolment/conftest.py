import pytest

from tests.factories.pages import bare_pages  # noqa: F401
from tests.factories.programmes import StaffRoleFactory


@pytest.fixture(autouse=True)
def _bare(bare_pages):  # noqa: F811
    pass


@pytest.fixture
def organiser():
    """An organiser's role; `.person` and `.programme` are what tests need."""
    return StaffRoleFactory()


@pytest.fixture
def programme(organiser):
    return organiser.programme


@pytest.fixture
def by(organiser):
    return organiser.person


@pytest.fixture
def row_counts(django_db_blocker):
    """How many rows each table holds now."""
    from django.apps import apps

    return lambda: {model._meta.label: model._base_manager.count() for model in apps.get_models()}
