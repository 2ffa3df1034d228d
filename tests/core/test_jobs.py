"""Jobs as `yingzao serve` runs them: kept in the database by a web worker, found again by the job worker."""

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from tests.factories.honours import ISSUED, Camp
from yingzao.core import jobs
from yingzao.honours import actions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}


def test_a_job_waits_in_the_database_and_is_found_by_the_worker(queue):
    camp = Camp()
    notice = camp.posted()
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
