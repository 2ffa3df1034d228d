"""The tables of an empty database, made at once from the models.

Going through every migration one by one takes Django ten to forty seconds, nearly all of it spent on imagining the models
as they were in between. Where nothing stands yet there is no in between: the tables are made as the models are now, all
migrations are noted as applied, and what migrations would have put in (`seeds`) is put in. That both ways end in the same
tables and rows is tested with both databases.

    class Migration(migrations.Migration):
        seeds = [publish]      # functions of (apps, schema_editor) that put rows into a database that has none
"""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, router
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def is_without_tables() -> bool:
    return not connection.introspection.table_names()


def make_at_once() -> None:
    """Tables, notes of the migrations and seeds. Only for a database without tables; one transaction."""
    loader = MigrationLoader(connection)
    with connection.schema_editor(atomic=True) as editor:
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for config in apps.get_app_configs():
            for model in router.get_migratable_models(config, connection.alias, include_auto_created=False):
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
        for label, name in _in_order(loader):
            recorder.record_applied(label, name)
            for seed in getattr(loader.graph.nodes[label, name], "seeds", ()):
                seed(apps, editor)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def _in_order(loader: MigrationLoader) -> Iterable[tuple[str, str]]:
    """Every migration, each after those that it needs."""
    done: dict[tuple[str, str], None] = {}
    for leaf in loader.graph.leaf_nodes():
        done |= dict.fromkeys(loader.graph.forwards_plan(leaf))
    return done
