"""Taking turns. SQLite has one writer (BEGIN IMMEDIATE); PostgreSQL takes an advisory lock that ends with the transaction."""

import hashlib

from django.db import connection


def take_turn(name: str) -> None:
    """Wait until no other transaction holds `name`; held until the surrounding transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("take_turn belongs inside transaction.atomic()")
    if connection.vendor == "postgresql":
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
