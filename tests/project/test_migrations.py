"""The other tests make their tables from the models; these look at the migrations."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.mark.django_db
def test_no_model_change_lacks_its_migration(capsys):
    call_command("makemigrations", "--check", "--dry-run")


@pytest.mark.django_db
def test_migrations_form_one_line_in_each_room():
    assert MigrationExecutor(connection).loader.detect_conflicts() == {}
