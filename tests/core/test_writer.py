"""One writer, one transaction for all that has come: also for what comes while another process has its turn."""

import fcntl
import threading
import time

import pytest
from django.db import connection

from yingzao.core.writer import Writer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite in memory has one process"),
]


@pytest.fixture
def batches(settings, tmp_path):
    settings.DATA = tmp_path
    yield []
    with connection.cursor() as cursor:  # a writer's thread keeps its connection as long as the process lives
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def writer(batches, name="test"):
    def apply(items):
        batches.append(list(items))
        connection.cursor().execute("SELECT 1")
        return [item * 2 for item in items]

    return Writer(name, apply)


def write_all(to, items) -> dict:
    """Each item in a thread of its own, as requests are; item → answer or failure."""
    answers: dict = {}

    def ask(item):
        try:
            answers[item] = to.write(item)
        except Exception as failure:
            answers[item] = failure

    threads = [threading.Thread(target=ask, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    answers["threads"] = threads
    return answers


def test_what_comes_while_another_process_writes_is_one_transaction(batches, tmp_path):
    with open(tmp_path / "test.lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answers = write_all(writer(batches), range(20))
        time.sleep(0.3)
        assert batches == []
    for thread in answers.pop("threads"):
        thread.join(10)
    assert answers == {n: 2 * n for n in range(20)}
    assert [len(batch) for batch in batches] == [20]


def test_writers_of_another_name_do_not_wait(batches, tmp_path):
    with open(tmp_path / "test.lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert writer(batches, "other").write(3) == 6


def test_where_no_lock_can_be_had_nobody_waits_for_ever(batches, settings, tmp_path):
    settings.DATA = tmp_path / "nowhere"
    with pytest.raises(OSError, match="nowhere"):
        writer(batches).write(1)
    assert batches == []
