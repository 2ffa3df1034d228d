"""What every test may use. The database and the folders are chosen in tests/settings.py."""

import pytest
from hypothesis import settings as hypothesis_settings

# How long one example takes says nothing where several tests share the processors.
hypothesis_settings.register_profile("yingzao", deadline=None)
hypothesis_settings.load_profile("yingzao")


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
