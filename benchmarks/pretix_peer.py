"""pretix beside us: from the registry into a folder of its own, with an event whose tickets phones can redeem.

    python -m benchmarks.pretix_peer make FOLDER [--tickets 1500]      # once: some minutes; then checkin.py --pretix FOLDER

pretix runs as it runs for us: one process, the same server and number of threads, SQLite on the same disk. Its own
check-in endpoint (`POST /api/v1/organizers/…/checkinrpc/redeem/`, the one that its scanning app asks) is posted to with a token.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.checkin import free_port, posting, until_served

VERSION = "2026.8.0"
MAKE = """
import datetime, json, os, sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils.timezone import now
from django_scopes import scopes_disabled
from pretix.base.models import Event, Order, OrderPosition, Organizer, Team
with scopes_disabled():
    organizer = Organizer.objects.create(name="Office", slug="o")
    event = Event.objects.create(organizer=organizer, name="Visit", slug="e", date_from=now(), currency="EUR", live=True)
    team = Team(organizer=organizer, name="Staff", all_events=True)
    for field in Team._meta.get_fields():
        if field.name.startswith(("can_", "all_")) and getattr(field, "default", None) is False:
            setattr(team, field.name, True)
    team.save()
    token = team.tokens.create(name="phones").token
    item = event.items.create(name="Seat", default_price=0, admission=True, active=True)
    listed = event.checkin_lists.create(name="Stop", all_products=True)
    channel = organizer.sales_channels.get(identifier="web")
    secrets = []
    for n in range(int(sys.argv[1])):
        order = Order.objects.create(event=event, status="p", code=f"A{n:05}", email="a@example.org", datetime=now(),
            expires=now() + datetime.timedelta(days=9), total=0, locale="en", sales_channel=channel)
        secrets.append(f"ticket{n:06}")
        OrderPosition.objects.create(order=order, item=item, price=0, secret=secrets[-1], positionid=1, attendee_name_parts={})
    json.dump({"token": token, "list": listed.pk, "secrets": secrets}, open(os.environ["MADE"], "w"))
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["make"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tickets", type=int, default=1500)
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "venv").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        subprocess.run(
            [str(folder / "venv/bin/pip"), "install", "-q", f"pretix=={VERSION}", "granian"], check=True
        )
    (folder / "pretix.cfg").write_text(
        f"[pretix]\ninstance_name=Peer\nurl=http://127.0.0.1\ndatadir={folder}/data\n"
        f"[database]\nbackend=sqlite3\nname={folder}/pretix.sqlite3\n[django]\ndebug=off\nsecret=peer\n"
    )
    (folder / "data").mkdir(exist_ok=True)
    (folder / "pretix.sqlite3").unlink(missing_ok=True)
    (folder / "make.py").write_text(MAKE)
    subprocess.run(
        [str(folder / "venv/bin/python"), "make.py", str(asked.tickets)],
        cwd=folder,
        env=_environment(folder) | {"MADE": str(folder / "made.json")},
        check=True,
    )


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "PRETIX_CONFIG_FILE": str(folder / "pretix.cfg"),
        "DJANGO_SETTINGS_MODULE": "pretix.settings",
    }


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, dict]]:
    """pretix on a port of its own, and what was made for it. Tickets that were redeemed in an earlier run are free again."""
    import sqlite3

    folder = folder.resolve()
    with sqlite3.connect(folder / "pretix.sqlite3") as database:
        database.execute("DELETE FROM pretixbase_checkin")
    port = free_port()
    served = subprocess.Popen(
        [
            str(folder / "venv/bin/granian"), "--interface", "wsgi", "--port", str(port), "--workers", "1",
            "--blocking-threads", "24", "--no-ws", "pretix.wsgi:application",
        ],
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until_served(port, "/healthcheck/")
        yield port, json.loads((folder / "made.json").read_text())
    finally:
        served.terminate()
        served.wait(20)


def redeeming(made: dict, phones: int) -> list[list[bytes]]:
    """Each phone's share of the tickets, as requests."""
    token = f"Authorization: Token {made['token']}\r\n"
    of_phones: list[list[bytes]] = [[] for _phone in range(phones)]
    for number, secret in enumerate(made["secrets"]):
        body = {
            "lists": [made["list"]],
            "secret": secret,
            "source_type": "barcode",
            "type": "entry",
            "force": False,
            "ignore_unpaid": True,
            "nonce": uuid.uuid4().hex,
        }
        of_phones[number % phones].append(posting("/api/v1/organizers/o/checkinrpc/redeem/", body, token))
    return of_phones


if __name__ == "__main__":
    main()
