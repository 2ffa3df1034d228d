"""Many small writes at once, one transaction: a queue with one writer, for doors that whole halls of phones knock at.

SQLite has one writer, and its busy wait is no queue: whoever asks at the right moment goes first, and each transaction is
a flush of the disk of its own. Here the requests of a process queue up and one thread writes all that has come, in
one transaction; every request is answered once that has been committed, so nothing acknowledged is lost. Writers of several
processes wait for each other at a lock file, in whose queue the kernel wakes them in turn.

    _pieces = Writer("activities.watching", keep_pieces)     # at import: keep_pieces takes a list and gives a list
    taken = _pieces.write(item)                              # in a request: blocks until it is on the disk

What takes part in a transaction already (a test, an action) is written in it, at once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import close_old_connections, connection, transaction

try:
    import fcntl
except ImportError:  # no such locks there: SQLite's own busy wait has to do
    fcntl = None  # type: ignore[assignment]

Item = TypeVar("Item")
Answer = TypeVar("Answer")
MOST = 500  # items of one transaction
THREAD = "writer "  # how the names of writers' threads begin
LOCK = "writing.lock"  # in the data folder


class _Waiting(Generic[Item, Answer]):
    """One request that waits for its answer."""

    __slots__ = ("answer", "done", "failure", "item")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.done = threading.Event()
        self.answer: Answer | None = None
        self.failure: BaseException | None = None


@contextmanager
def _turn() -> Iterator[None]:
    """This process's turn among the writers of an embedded instance; PostgreSQL has many writers."""
    if connection.vendor != "sqlite" or fcntl is None or connection.is_in_memory_db():  # type: ignore[attr-defined]
        yield
        return
    with open(Path(settings.DATA) / LOCK, "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield  # the lock ends with the file


class Writer(Generic[Item, Answer]):
    """`apply` writes a list of items inside one transaction and gives one answer each. Items that fail together are tried
    one by one, so that a bad one spoils no other; its own failure is raised where it was written."""

    def __init__(self, name: str, apply: Callable[[Sequence[Item]], Sequence[Answer]]) -> None:
        self.name = name
        self._apply = apply
        self._queue: SimpleQueue[_Waiting[Item, Answer]] = SimpleQueue()
        self._starting = threading.Lock()
        self._pid = 0

    def write(self, item: Item) -> Answer:
        """The answer, once the item is committed. Raises what `apply` raises for it."""
        if connection.in_atomic_block:
            return self._apply([item])[0]
        self._start()
        waiting: _Waiting[Item, Answer] = _Waiting(item)
        self._queue.put(waiting)
        waiting.done.wait()
        if waiting.failure is not None:
            raise waiting.failure
        return waiting.answer  # type: ignore[return-value]  # `done` says that it is there

    def _start(self) -> None:
        """A thread for this process: after a fork there is none."""
        if self._pid == os.getpid():
            return
        with self._starting:
            if self._pid != os.getpid():
                self._queue = SimpleQueue()
                threading.Thread(target=self._work, name=f"{THREAD}{self.name}", daemon=True).start()
                self._pid = os.getpid()

    def _work(self) -> None:
        while True:
            batch = [self._queue.get()]
            while len(batch) < MOST and not self._queue.empty():
                batch.append(self._queue.get())
            if connection.vendor != "sqlite":  # there the writer's one connection stays open
                close_old_connections()
            self._write(batch)

    def _write(self, batch: Sequence[_Waiting[Item, Answer]]) -> None:
        try:
            with _turn(), transaction.atomic():
                answers: Sequence[Any] = self._apply([w.item for w in batch])
        except Exception as failure:
            connection.close_if_unusable_or_obsolete()
            if len(batch) > 1:
                for waiting in batch:
                    self._write([waiting])
                return
            batch[0].failure = failure
            batch[0].done.set()
            return
        for waiting, answer in zip(batch, answers, strict=True):
            waiting.answer = answer
            waiting.done.set()


Kept = TypeVar("Kept")


class Remembered(Generic[Kept]):
    """What a writer has read and keeps from one transaction to the next, for as long as nobody else has written anything.

    SQLite counts the commits of other connections for each of them (`PRAGMA data_version`); a writer knows what it wrote
    itself, and must not keep that. Elsewhere, and outside a writer's thread, it is made anew each time.
    """

    def __init__(self, make: Callable[[], Kept]) -> None:
        self._make = make
        self._own = threading.local()

    def get(self) -> Kept:
        """To be called inside the transaction, so that what is kept is what the transaction sees."""
        is_writer = threading.current_thread().name.startswith(THREAD)
        if not is_writer or connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
            return self._make()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            version = (id(connection.connection), cursor.fetchone()[0])
        if getattr(self._own, "version", None) != version:
            self._own.version, self._own.kept = version, self._make()
        return self._own.kept
