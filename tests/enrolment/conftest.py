import pytest

from tests.factories.pages import bare_pages  # noqa: F401
from tests.factories.programmes import StaffRoleFactory


@pytest.fixture(autouse=True)
def _bare(bare_pages):  # noqa: F811
    pass


@pytest.fixture(autouse=True)
def _quick_tables(monkeypatch):
    """Small tables are read in this process: starting one for each costs more than all else in these tests."""
    from tests.enrolment.rosters import QuickTables
    from yingzao.core import ports

    port = ports.port
    quick = QuickTables(port("tables"))
    monkeypatch.setattr(ports, "port", lambda kind: quick if kind == "tables" else port(kind))


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
