"""What a writer keeps between its transactions on PostgreSQL: only while no other transaction came between."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from yingzao.core.writer import THREAD, Remembered
from yingzao.people.models import Organisation

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite in memory keeps nothing"),
]

LONGEST_TRANSACTION = 120  # seconds, of the tests that run beside these


@pytest.fixture
def writer(settings, tmp_path):
    """Runs a function in a writer's thread and gives its answer; the thread's connection stays."""
    settings.DATA = tmp_path
    return _Thread


class _Thread:
    def __init__(self, name="x"):
        self._asked, self._answers = threading.Semaphore(0), threading.Semaphore(0)
        self._todo, self._answer = None, None
        self._thread = threading.Thread(target=self._work, name=f"{THREAD}{name}", daemon=True)
        self._thread.start()

    def __call__(self, todo):
        self._todo = todo
        self._asked.release()
        self._answers.acquire()
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer

    def _work(self):
        while self._asked.acquire() and self._todo is not None:
            try:
                self._answer = self._todo()
            except BaseException as failure:
                self._answer = failure
            self._answers.release()
        connection.close()

    def end(self):
        self._todo = None
        self._asked.release()
        self._thread.join()


def _names():
    return list(Organisation.objects.order_by("pk").values_list("name", flat=True))


def _read(remembered):
    """One transaction of a writer: what it goes by, and whether it asked the database for that."""
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        known = remembered.get()
        known = list(known)
    return known, any("people_organisation" in query["sql"] for query in asked)


def _is_kept(*steps):
    """Whether steps, one behind the other, are answered from memory at some time: other databases of the same server
    have transactions too, and each costs a reading for as long as it lasts (other tests' last for many seconds)."""
    until = time.monotonic() + LONGEST_TRANSACTION
    while any([step()[1] for step in steps]):
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def test_kept_from_one_transaction_to_the_next_and_read_again_after_another(writer):
    remembered, one = Remembered("test", _names), writer()
    try:
        assert one(lambda: _read(remembered)) == ([], True)
        assert _is_kept(lambda: one(lambda: _read(remembered)))
        Organisation.objects.create(name="甲", code="ORG1")
        assert one(lambda: _read(remembered)) == (["甲"], True)
        assert _is_kept(lambda: one(lambda: _read(remembered)))
        assert one(lambda: _read(remembered))[0] == ["甲"]
    finally:
        one.end()


def test_two_processes_writers_keep_each_others_transactions(writer):
    first, second = Remembered("test", _names), Remembered("test", _names)  # each process has one of its own
    one, two = writer("x"), writer("y")
    try:
        assert one(lambda: _read(first))[1]
        assert two(lambda: _read(second))[1]
        assert _is_kept(*[lambda: one(lambda: _read(first)), lambda: two(lambda: _read(second))] * 2)
        Organisation.objects.create(name="乙", code="ORG2")
        assert two(lambda: _read(second)) == (["乙"], True)
        assert one(lambda: _read(first)) == (["乙"], True)
    finally:
        one.end()
        two.end()


def test_a_change_that_was_under_way_is_seen_once_it_has_ended(writer):
    remembered, one, other = Remembered("test", _names), writer(), _Thread("not a writer")
    try:
        assert one(lambda: _read(remembered)) == ([], True)
        other(lambda: transaction.set_autocommit(False))
        other(lambda: Organisation.objects.create(name="丙", code="ORG3"))  # not committed
        assert one(lambda: _read(remembered))[0] == []
        assert one(lambda: _read(remembered))[0] == []
        other(lambda: (transaction.commit(), transaction.set_autocommit(True)))
        assert one(lambda: _read(remembered)) == (["丙"], True)
    finally:
        one.end()
        other.end()


def test_a_transaction_with_savepoints_costs_a_reading_and_loses_nothing(writer):
    remembered, one = Remembered("test", _names), writer()

    def with_savepoint():
        with transaction.atomic():
            known = list(remembered.get())
            with transaction.atomic():
                Organisation.objects.filter(code="none").update(name="x")
                connection.cursor().execute("SELECT pg_current_xact_id()")
                Organisation.objects.create(name="丁", code="ORG4")
        return known

    try:
        assert one(lambda: _read(remembered)) == ([], True)
        assert one(with_savepoint) == []
        assert one(lambda: _read(remembered)) == (["丁"], True)
    finally:
        one.end()


def test_what_was_rolled_back_changes_nothing(writer):
    remembered, one = Remembered("test", _names), writer()

    def failing():
        with transaction.atomic():
            remembered.get()
            raise ZeroDivisionError

    try:
        assert one(lambda: _read(remembered))[1]

        def rolled_back():
            with pytest.raises(ZeroDivisionError):
                one(failing)
            return None, False

        assert _is_kept(rolled_back, lambda: one(lambda: _read(remembered)))
    finally:
        one.end()


def test_outside_a_writers_thread_it_is_read_each_time():
    remembered = Remembered("test", _names)
    for _again in range(2):
        with transaction.atomic():
            assert _read(remembered)[1]
