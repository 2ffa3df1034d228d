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
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from tests.instances import SOURCE, environment


@pytest.fixture
def on_disk(real_migrations):
    """The migrations as they lie there, whatever a database has of them."""
    return MigrationLoader(None, ignore_no_migrations=True)


def test_no_model_change_lacks_its_migration(on_disk):
    translation.deactivate_all()  # the words of the models are compared as the code has them
    changes = MigrationAutodetector(on_disk.project_state(), ProjectState.from_apps(apps)).changes(
        graph=on_disk.graph
    )
    missing = {
        room: [operation.describe() for migration in made for operation in migration.operations]
        for room, made in changes.items()
    }
    assert missing == {}, "make them: python -m django makemigrations ROOM -n WHAT_IT_DOES"


def test_migrations_form_one_line_in_each_room(on_disk):
    assert on_disk.detect_conflicts() == {}
    rooms = {config.label for config in apps.get_app_configs() if list(config.get_models())}
    assert rooms - on_disk.migrated_apps == set()


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
