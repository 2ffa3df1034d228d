"""Many small writes at once, one transaction: a queue with one writer, for doors that whole halls of phones knock at.

SQLite has one writer, and its busy wait is no queue: whoever asks at the right moment goes first, and each transaction is
a flush of the disk of its own. Here the requests of a process queue up and one thread writes all that has come, in
one transaction; every request is answered once that has been committed, so nothing acknowledged is lost. Writers of several
processes wait for each other at a lock file, in whose queue the kernel wakes them in turn; what has come by then goes along.

    _pieces = Writer("activities.watching", keep_pieces)     # at import: keep_pieces takes a list and gives a list
    taken = _pieces.write(item)                              # in a request: blocks until it is on the disk

What takes part in a transaction already (a test, an action) is written in it, at once.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
UNKNOWN = -1  # no transaction has this number


class _Waiting(Generic[Item, Answer]):
    """One request that waits for its answer."""

    __slots__ = ("answer", "done", "failure", "item")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.done = threading.Event()
        self.answer: Answer | None = None
        self.failure: BaseException | None = None


@contextmanager
def _turn(name: str) -> Iterator[None]:
    """This process's turn. SQLite has one writer, whatever it writes; of PostgreSQL's, those of one `name` would wait for each
    other's locks with their transactions open, and write little at a time."""
    is_embedded = connection.vendor == "sqlite"
    if fcntl is None or (is_embedded and connection.is_in_memory_db()):  # type: ignore[attr-defined]
        yield
        return
    with open(Path(settings.DATA) / (LOCK if is_embedded else f"{name}.lock"), "ab") as lock:
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
            if connection.vendor != "sqlite":  # there the writer's one connection stays open
                close_old_connections()
            try:
                with _turn(self.name):  # what comes while this one waits is written with it
                    while len(batch) < MOST and not self._queue.empty():
                        batch.append(self._queue.get())
                    self._write(batch)
            except OSError as failure:  # no lock can be had: nobody waits for ever
                for waiting in batch:
                    if not waiting.done.is_set():
                        waiting.failure = failure
                        waiting.done.set()

    def _write(self, batch: Sequence[_Waiting[Item, Answer]]) -> None:
        try:
            with transaction.atomic():
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

    Two ways to know that nobody has. SQLite counts the commits of other connections for each of them
    (`PRAGMA data_version`). PostgreSQL numbers its transactions: where the newest that has ended is a writer's own, none is
    under way, and so on back to the one that read, nothing lies between (`_Chain`). A writer knows what it
    wrote itself, and must not keep that. Outside a writer's thread it is made anew each time.
    """

    def __init__(self, name: str, make: Callable[[], Kept]) -> None:
        self._make = make
        self._own = threading.local()
        self._chain = _Chain(name)

    def get(self) -> Kept:
        """To be called inside the transaction, once, and behind every lock that a change of what is kept would wait for."""
        if not threading.current_thread().name.startswith(THREAD) or not connection.in_atomic_block:
            return self._make()
        if connection.vendor == "postgresql":
            here = self._chain.step()
            is_good = here.begin <= getattr(self._own, "version", here.end) < here.end
            version: Any = here.end if here.is_clean else UNKNOWN
        elif connection.is_in_memory_db():  # type: ignore[attr-defined]
            return self._make()
        else:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA data_version")
                version = (id(connection.connection), cursor.fetchone()[0])
            is_good = getattr(self._own, "version", None) == version
        if not is_good:
            self._own.version, self._own.kept = version, self._make()
        return self._own.kept


@dataclass(frozen=True, slots=True)
class _Link:
    """Where a transaction stands in the chain of a writer's: from `begin` to `end`, itself, there are no others."""

    begin: int
    end: int
    is_clean: bool  # whether no other transaction was under way


class _Chain:
    """Which of PostgreSQL's transactions were a writer's own, one behind the other without another between.

    A snapshot says which transaction ended last and which are still under way. Where the one that ended last is the
    newest of the chain, none is under way, and the next number is ours, the chain has one more link; otherwise it begins
    anew. A transaction that opens savepoints has several numbers, which breaks the chain as well: costly, never wrong.
    The processes of a node tell each other by a file; another node's writers break the chain. A link is told
    before it is committed: what was rolled back changed nothing either.
    """

    NUMBERS = struct.Struct("<QQ")

    def __init__(self, name: str) -> None:
        self._name = f"{name}.chain"

    def step(self) -> _Link:
        """This transaction's place; to be called once in each. It gets a number by that."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text, pg_current_xact_id()::text")
            snapshot, own = cursor.fetchone()
        _oldest, following, under_way = snapshot.split(":")
        number, is_clean = int(own), not under_way and own == following
        if fcntl is None:
            return _Link(number, number, is_clean)
        with open(Path(settings.DATA) / self._name, "a+b") as told:
            fcntl.flock(told, fcntl.LOCK_EX)
            told.seek(0)
            known = told.read()
            begin, end = self.NUMBERS.unpack(known) if len(known) == self.NUMBERS.size else (number, -1)
            if not is_clean or end + 1 != number:
                begin = number
            told.truncate(0)
            told.write(self.NUMBERS.pack(begin, number))
        return _Link(begin, number, is_clean)
