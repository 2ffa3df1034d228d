"""pretalx beside us: from the registry into a folder of its own, with one public event, served as we are.

python -m benchmarks.pretalx_peer make FOLDER        # once: some minutes; then stories.py --pretalx FOLDER
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.checkin import free_port, until_served

VERSION = "2025.2.2"
MAKE = """
import datetime
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django_scopes import scopes_disabled
from pretalx.event.models import Event, Organiser
with scopes_disabled():
    organiser = Organiser.objects.create(name="Office", slug="office")
    day = datetime.date.today()
    event = Event.objects.create(organiser=organiser, name="Training", slug="training", is_public=True, email="a@example.org",
        date_from=day, date_to=day + datetime.timedelta(days=2), timezone="Asia/Shanghai", locale="en", locale_array="en")
    event.build_initial_data()
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["make"])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.resolve()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    if not (folder / "venv").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        subprocess.run(
            [str(folder / "venv/bin/pip"), "install", "-q", f"pretalx=={VERSION}", "granian"], check=True
        )
    (folder / "pretalx.cfg").write_text(
        f"[filesystem]\ndata={folder}/data\n[site]\ndebug=false\nurl=http://127.0.0.1\nsecret=peer\n"
        f"[database]\nbackend=sqlite3\nname={folder}/pretalx.sqlite3\n"
    )
    (folder / "pretalx.sqlite3").unlink(missing_ok=True)
    (folder / "make.py").write_text(MAKE)
    subprocess.run(
        [str(folder / "venv/bin/python"), "make.py"], cwd=folder, env=_environment(folder), check=True
    )


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "PRETALX_CONFIG_FILE": str(folder / "pretalx.cfg"),
        "DJANGO_SETTINGS_MODULE": "pretalx.settings",
    }


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the event's public page while pretalx runs, with one process and 24 threads."""
    folder, port = folder.resolve(), free_port()
    command = [str(folder / "venv/bin/granian"), "pretalx.wsgi:application", "--interface", "wsgi"]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", "24", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=folder, env=_environment(folder), stdout=subprocess.DEVNULL)
    try:
        until_served(port, "/training/")
        yield f"http://127.0.0.1:{port}/training/"
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
