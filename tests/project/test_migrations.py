"""The other tests make their tables from the models; these look at the migrations."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_migrations")]


def test_no_model_change_lacks_its_migration(capsys):
    call_command("makemigrations", "--check", "--dry-run")


def test_migrations_form_one_line_in_each_room():
    loader = MigrationExecutor(connection).loader
    assert loader.detect_conflicts() == {}
    rooms = {config.label for config in apps.get_app_configs() if list(config.get_models())}
    assert rooms - loader.migrated_apps == set()
