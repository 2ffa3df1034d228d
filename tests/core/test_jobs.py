"""Jobs as `yingzao serve` runs them: kept in the database by a web worker, found again by the job worker."""

import datetime as dt
import threading
import uuid
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django_tasks_db.models import DBTaskResult

from tests.factories.honours import ISSUED, Camp
from yingzao.core import clock, jobs
from yingzao.honours import actions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}


def test_a_job_waits_in_the_database_and_is_found_by_the_worker(queue):
    camp = Camp()
    notice = camp.posted()
    DBTaskResult.objects.all().delete()  # what was to be told on the way there
    run = actions.start_issuing(selection=notice.selection, by=camp.organiser, site="http://x/", now=ISSUED)
    assert list(DBTaskResult.objects.values_list("task_path", "status")) == [
        ("yingzao.honours.tasks.issue_certificates", "READY")
    ]
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)
    run.refresh_from_db()
    assert (run.state, DBTaskResult.objects.get().status) == ("done", "SUCCESSFUL")


def test_a_job_that_no_room_has_is_an_error():
    with pytest.raises(KeyError):
        jobs.enqueue("honours.no_such_job")


def test_rows_of_jobs_go_a_month_after_their_end(queue):
    jobs._jobs["people.keep_lines"].enqueue()
    row = DBTaskResult.objects.get()
    for status, ended, days in (
        ("SUCCESSFUL", True, 31),
        ("FAILED", True, 31),
        ("FAILED", True, 29),
        ("READY", False, 99),
    ):
        row.pk, row.status = uuid.uuid4(), status
        row.finished_at = clock.now() - dt.timedelta(days=days) if ended else None
        row.save(force_insert=True)
    DBTaskResult.objects.exclude(pk=row.pk).filter(status="READY").delete()  # the first one

    assert jobs.forget_ended.call() == 2
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"FAILED", "READY"}


@pytest.fixture
def rounds(monkeypatch) -> list[str]:
    """Two regular jobs of this test alone, and which were performed; the second fails."""
    performed: list[str] = []
    for known in ("_jobs", "_names", "_rounds"):
        monkeypatch.setattr(jobs, known, {})

    def first():
        performed.append("first")

    def second():
        performed.append("second")
        raise RuntimeError("out of order")

    for function, minutes in ((second, 1), (first, 10)):
        registered = SimpleNamespace(call=function)
        jobs._jobs[function.__name__] = registered
        jobs._rounds[function.__name__] = dt.timedelta(minutes=minutes)
    return performed


def test_regular_jobs_have_their_turn_whatever_the_others_do(rounds):
    begin = dt.datetime(2026, 11, 26, 8, 0, tzinfo=dt.UTC)
    assert jobs.go_round(begin) == ["second", "first"]
    assert jobs.go_round(begin + dt.timedelta(seconds=59)) == []
    assert jobs.go_round(begin + dt.timedelta(minutes=1)) == ["second"]
    assert jobs.go_round(begin + dt.timedelta(minutes=10)) == ["second", "first"]
    assert rounds == ["second", "first", "second", "second", "first"]


def test_of_two_workers_one_takes_the_turn(rounds):
    begin = dt.datetime(2026, 11, 26, 8, 0, tzinfo=dt.UTC)
    taken: list[list[str]] = []

    def worker():
        taken.append(jobs.go_round(begin))
        connection.close()

    workers = [threading.Thread(target=worker) for _number in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert sorted(name for names in taken for name in names) == ["first", "second"]
