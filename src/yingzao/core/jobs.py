"""Jobs by name, after commit, with primitives; and jobs that come round by themselves.

A room registers a job in its `tasks.py` with `@job("honours.issue_certificates")`; a lower room enqueues it by name
without importing anything from above. What has to be looked at again and again is a job as well, with
`@regularly(dt.timedelta(minutes=1))` above it; what waits for others and must hold up nobody, with `@continually`.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, transaction
from django.db.models import Q
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from yingzao.core import clock
from yingzao.core.models import RegularJob

log = logging.getLogger(__name__)
_jobs: dict[str, Any] = {}
_names: dict[Any, str] = {}
_rounds: dict[str, dt.timedelta] = {}
_streams: dict[str, dt.timedelta] = {}
_stopping = threading.Event()

KEPT = dt.timedelta(
    days=30
)  # rows of jobs that have ended: their arguments name rows, their failures perhaps people


def job(name: str) -> Callable[[Callable], Any]:
    """Register the function, and leave its task in its place: the worker finds a job by where it stands."""

    def register(function: Callable) -> Any:
        _jobs[name] = task()(function)
        _names[_jobs[name]] = name
        return _jobs[name]

    return register


def regularly(every: dt.timedelta) -> Callable[[Any], Any]:
    """Have the worker perform a job, one without arguments, whenever this time has passed.

    It has to be quick (what takes long it enqueues) and may be performed twice or too late: it looks at what is due.
    """

    def register(registered: Any) -> Any:
        _rounds[_names[registered]] = every
        return registered

    return register


def continually(pause: dt.timedelta) -> Callable[[Any], Any]:
    """Have the worker perform a job, one without arguments, over and over with this pause between, in a thread of its own.

    It may take as long as it needs. Several workers perform it side by side: it takes turns over its rows itself.
    """

    def register(registered: Any) -> Any:
        _streams[_names[registered]] = pause
        return registered

    return register


def streams() -> dict[str, dt.timedelta]:
    """The jobs that are performed continually, each with its pause."""
    return dict(_streams)


def stop() -> None:
    """The worker is to end: what is performed continually stops at its next good place."""
    _stopping.set()


def is_stopping() -> bool:
    """For jobs that take long: whether to leave the rest to the next worker."""
    return _stopping.is_set()


def keep_going(name: str) -> None:
    """Perform a job of `streams()` over and over, until `stop`. A failure is logged and the next turn comes."""
    while not _stopping.wait(_streams[name].total_seconds()):
        close_old_connections()
        try:
            perform(name)
        except Exception:
            log.exception("The job %s failed", name)


def enqueue(name: str, **arguments: Any) -> None:
    """Run the job once the surrounding transaction has committed."""
    registered = _jobs[name]
    transaction.on_commit(lambda: registered.enqueue(**arguments))


def is_known(name: str) -> bool:
    return name in _jobs


def perform(name: str, **arguments: Any) -> Any:
    """Run the job here and now, and give what it gives. KeyError when no room has it."""
    return _jobs[name].call(**arguments)


def go_round(now: dt.datetime | None = None) -> list[str]:
    """Perform the regular jobs whose time has come, and name them. Of several workers one takes each turn; a job that
    fails is logged and has its next turn."""
    now = now or clock.now()
    performed = []
    for name, every in _rounds.items():
        RegularJob.objects.get_or_create(name=name)
        due = RegularJob.objects.filter(Q(next_at=None) | Q(next_at__lte=now), name=name)
        if not due.update(next_at=now + every):
            continue
        try:
            perform(name)
        except Exception:
            log.exception("The regular job %s failed", name)
        performed.append(name)
    return performed


@regularly(dt.timedelta(days=1))
@job("core.forget_ended")
def forget_ended() -> int:
    """Remove the rows of jobs that ended more than `KEPT` ago, and say how many. What waits or runs stays, however old."""
    return DBTaskResult.objects.filter(finished_at__lt=clock.now() - KEPT).delete()[0]
