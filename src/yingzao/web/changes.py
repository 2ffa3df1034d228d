"""Which tables changed since a moment, told from process to process: a small file of marks in the data folder, mapped by all.

A table has its mark at the remainder of a checksum of its name; a commit that wrote to the table puts another random
number there. Who keeps something made of tables compares their marks with those of the time before it was made. Two tables
that share a mark cost needless work and nothing else.
"""

from __future__ import annotations

import mmap
import os
import re
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

FILE = "changes.marks"
MARK = 8  # bytes
MARKS = 1024
ANY = 0  # the first mark: something changed, whatever it was
_WRITES = re.compile(r'\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+"(\w+)"')
_READS = re.compile(r"\s*(?:SELECT\b|\(SELECT\b|WITH\b(?!.*\b(?:INSERT|UPDATE|DELETE)\b))", re.S)
_NEITHER = re.compile(r"\s*(?:SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|PRAGMA|EXPLAIN|SET|SHOW|LOCK)\b")
_TABLES = re.compile(r'\b(?:FROM|JOIN)\s+\(?\s*"?(\w+)"?')


class Marks:
    """The file, mapped; made where there is none. Another process sees what is written here at once."""

    def __init__(self, path: Path) -> None:
        with open(path, "a+b") as file:
            if file.seek(0, os.SEEK_END) < MARK * MARKS:
                file.truncate(MARK * MARKS)
                file.flush()
            self._map = mmap.mmap(file.fileno(), MARK * MARKS)

    def now(self) -> bytes:
        """All marks as they are: taken before reading, held against afterwards."""
        return self._map[:]

    def at(self, place: int) -> bytes:
        return self._map[place : place + MARK]

    def change(self, tables: Iterable[str]) -> None:
        for table in tables:
            place = place_of(table)
            self._map[place : place + MARK] = os.urandom(MARK)
        self._map[ANY : ANY + MARK] = os.urandom(MARK)

    def change_all(self) -> None:
        self._map[:] = os.urandom(MARK * MARKS)


@lru_cache(maxsize=MARKS)
def place_of(table: str) -> int:
    """Where the mark of a table begins, in bytes."""
    return MARK * (1 + zlib.crc32(table.encode()) % (MARKS - 1))


_of_this_process: Marks | None = None
_opening = threading.Lock()
_here = threading.local()


def marks() -> Marks:
    global _of_this_process
    if _of_this_process is None:
        with _opening:
            if _of_this_process is None:
                _of_this_process = Marks(Path(settings.DATA) / FILE)
    return _of_this_process


@contextmanager
def reading() -> Iterator[set[str]]:
    """The set is filled with the tables that this thread reads meanwhile."""
    outer, _here.tables = getattr(_here, "tables", None), set()
    try:
        yield _here.tables
    finally:
        _here.tables = outer


def watch() -> None:
    """From now on every connection of this process tells what it writes. Twice is once."""
    connection_created.connect(_listen, dispatch_uid="yingzao.web.changes")


def _listen(sender: object, connection: BaseDatabaseWrapper, **_more: object) -> None:
    if _watched not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _watched)  # those added for a while are taken from the end


def _watched(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Every statement passes here: tables that are read are noted, those that are written get another mark with the commit."""
    answer = execute(sql, params, many, context)
    text = sql if isinstance(sql, str) else str(sql)
    if written := _WRITES.match(text):
        table = written[1]
        transaction.on_commit(lambda: marks().change((table,)), using=context["connection"].alias)
    elif _READS.match(text):
        tables = getattr(_here, "tables", None)
        if tables is not None:
            tables.update(_TABLES.findall(text))
    elif not _NEITHER.match(text):  # a statement of a kind that we do not know: whatever it changed
        transaction.on_commit(marks().change_all, using=context["connection"].alias)
    return answer
