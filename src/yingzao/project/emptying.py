"""Is there anything in this instance, and taking all of it out. Only `demo --fresh` and `restore` ask for that."""

import shutil
from pathlib import Path

from yingzao.project import instance

# Filled when the tables are made.
FILLED_AT_BIRTH = {"contenttypes.contenttype", "auth.permission", "people.privacynotice"}


def is_vacant() -> bool:
    """No database, or tables in which nobody ever wrote."""
    from django.apps import apps
    from django.db import connection

    tables = set(connection.introspection.table_names())
    return not any(
        model._base_manager.exists()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table in tables and model._meta.label_lower not in FILLED_AT_BIRTH
    )


def empty() -> None:
    """Remove every row and every stored file. The caller holds the data folder alone and has asked.

    SQLite: the file goes. PostgreSQL: every table goes, ours or not, since a database is one instance's.
    """
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{suffix}").unlink(missing_ok=True)
    else:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    for name in (instance.TOMBSTONES, instance.DEMO_PEOPLE):
        (instance.folder() / name).unlink(missing_ok=True)
