"""Jobs by name, after commit, with primitives; and jobs that come round by themselves.

A room registers a job in its `tasks.py` with `@job("honours.issue_certificates")`; a lower room enqueues it by name
without importing anything from above. What has to be looked at again and again is a job as well, with
`@regularly(dt.timedelta(minutes=1))` above it.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django_tasks import task

from yingzao.core import clock
from yingzao.core.models import RegularJob

log = logging.getLogger(__name__)
_jobs: dict[str, Any] = {}
_names: dict[Any, str] = {}
_rounds: dict[str, dt.timedelta] = {}


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
