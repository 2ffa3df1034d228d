"""The other tests make their tables from the models; these look at the migrations."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.instances import SOURCE, environment


@pytest.mark.django_db
@pytest.mark.usefixtures("real_migrations")
def test_no_model_change_lacks_its_migration(capsys):
    call_command("makemigrations", "--check", "--dry-run")


@pytest.mark.django_db
@pytest.mark.usefixtures("real_migrations")
def test_migrations_form_one_line_in_each_room():
    loader = MigrationExecutor(connection).loader
    assert loader.detect_conflicts() == {}
    rooms = {config.label for config in apps.get_app_configs() if list(config.get_models())}
    assert rooms - loader.migrated_apps == set()


@pytest.fixture
def empty_databases(django_db_setup, django_db_blocker):
    """Two empty databases beside the test's: their addresses; SQLite's lie in the instance's folder."""
    if connection.vendor == "sqlite":
        yield ["", ""]
        return
    names = [f"made_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"CREATE DATABASE {name}")
    yield [urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl() for name in names]
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP DATABASE {name}")


@pytest.mark.long
def test_tables_made_at_once_are_those_that_the_migrations_make(empty_databases, tmp_path):
    """Columns, constraints, indexes and rows; so this also runs every migration on either database."""
    at_once, step_by_step = empty_databases
    made, migrated = (
        told(tmp_path / "at-once", at_once),
        told(tmp_path / "step-by-step", step_by_step, "migrate"),
    )
    for found in (made, migrated):  # Django's own and empty here; how wide its row numbers are differs
        assert found.pop("auth_group_permissions")["rows"] == []
    assert made == migrated
    assert made["people_privacynotice"]["rows"] != []


def told(folder: Path, database: str, *arguments: str) -> dict:
    folder.mkdir()
    more = {"DATABASE_URL": database} if database else {}
    done = subprocess.run(
        [sys.executable, "-m", "tests.project.told", *arguments],
        cwd=SOURCE.parent,
        env=environment(**more) | {"YINGZAO_DATA": str(folder), "PYTHONPATH": f"{SOURCE}{os.pathsep}."},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
