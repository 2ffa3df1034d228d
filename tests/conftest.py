"""What every test may use. The database and the folders are chosen in tests/settings.py."""

import pytest


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
