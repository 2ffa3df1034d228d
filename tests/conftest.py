"""What every test may use. The database and the folders are chosen in tests/settings.py."""

import os

import pytest
from hypothesis import settings as hypothesis_settings

# How long one example takes says nothing where several tests share the processors.
hypothesis_settings.register_profile("yingzao", deadline=None)
hypothesis_settings.load_profile("yingzao")


ASKS_A_DATABASE = {"django_db_setup", "db", "transactional_db", "live_server"}


def asks_a_database(item: pytest.Item) -> bool:
    """Whether the test may: pytest-django lets no other one reach it."""
    return bool(
        item.get_closest_marker("django_db")
        or ASKS_A_DATABASE & set(getattr(item, "fixturenames", ()))
        or getattr(item, "cls", None)
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long begins first. On another database runs what asks it; the rest cannot turn out otherwise. What is
    asked for by name runs always."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if os.environ.get("YINGZAO_TEST_DATABASE") != "postgres" or any("::" in word for word in config.args):
        return
    without = [item for item in items if not asks_a_database(item)]
    items[:] = [item for item in items if asks_a_database(item)]
    config.hook.pytest_deselected(items=without)


@pytest.fixture(autouse=True)
def _chinese():
    """Every test begins in the default language, whatever the last one switched to."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def real_migrations(settings):
    """Let Django see the migrations, which tests otherwise run without (tables are made from the models)."""
    settings.MIGRATION_MODULES = {}


@pytest.fixture
def migrations_recorded(real_migrations):
    """The tables of tests are made from the models; a backup asks which migrations made them."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for label, name in MigrationLoader(connection).disk_migrations:
        recorder.record_applied(label, name)
    yield
    recorder.flush()


@pytest.fixture
def data_folder(tmp_path, monkeypatch, settings):
    """A data folder for this test alone, in the place that the code asks for."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("YINGZAO_DATA", str(folder))
    settings.MEDIA_ROOT = folder / "media"
    return folder
