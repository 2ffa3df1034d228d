"""The settings that tests run with: the product's own, in a folder of their own that goes when the process ends.

YINGZAO_TEST_DATABASE=postgres starts a PostgreSQL server for the run (tests/postgres.py); a DATABASE_URL in the
environment is used as it stands; otherwise SQLite in a file, as in the field, so that threads meet real locks.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="yingzao-tests-"))
(_folder / "static").mkdir()
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["YINGZAO_DATA"] = str(_folder)
for name in (
    "YINGZAO_MAIL",
    "YINGZAO_ADDRESS",
    "YINGZAO_DEBUG",
    "YINGZAO_TLS",
    "YINGZAO_DEMO_SIGN_IN",
    "YINGZAO_STATIC",
):
    os.environ.pop(name, None)
if os.environ.get("YINGZAO_TEST_DATABASE") == "postgres" and "DATABASE_URL" not in os.environ:
    from tests import postgres

    os.environ["DATABASE_URL"] = postgres.start()  # test processes started from this one inherit it

from yingzao.project.settings import *  # noqa: E402, F403
from yingzao.project.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY"
    )
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0

TELLS_CHANGES = False  # there is no other process; tests of it begin it themselves
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a real one costs 50 ms a sign-in
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default"]}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
