"""The database of one instance: brought to this version, never taken back."""

import os

from yingzao.project.instance import Unusable
from yingzao.project.speech import _


def start_django() -> None:
    """Load the settings and every room. Needs YINGZAO_DATA to be set."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingzao.project.settings")
    import django

    django.setup()


def _executor():
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        connection.ensure_connection()
    except OperationalError as failure:
        reason = str(failure).strip().splitlines()[0]
        raise Unusable(_("The database does not answer: {reason}").format(reason=reason)) from None
    return MigrationExecutor(connection)


def unknown_migrations(executor=None) -> list[str]:
    """Migrations that the database has and this version has never heard of."""
    loader = (executor or _executor()).loader
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    return sorted(".".join(key) for key in set(loader.applied_migrations) - known)


def pending_migrations(executor=None) -> list[str]:
    executor = executor or _executor()
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def refuse_newer(executor=None) -> None:
    """Raises Unusable when a newer version wrote the database: going on would lose what it added."""
    if unknown := unknown_migrations(executor):
        raise Unusable(
            _(
                "This database was written by a newer version of Yingzao (it knows {migration}). "
                "Install that version, or choose another data folder with --data."
            ).format(migration=unknown[-1])
        )


def bring_up_to_date(*, say=lambda sentence: None) -> bool:
    """Apply what is pending and make the cache table. True when anything was applied."""
    from django.core.management import call_command

    executor = _executor()
    refuse_newer(executor)
    pending = pending_migrations(executor)
    if pending:
        from yingzao.project import tables

        say(_("Preparing the database …"))
        if tables.is_without_tables():
            tables.make_at_once()
        else:
            call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    return bool(pending)
