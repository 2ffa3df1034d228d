"""Jobs by name, after commit, with primitives.

A room registers a job in its `tasks.py` with `@job("honours.issue_certificates")`; a lower room enqueues it by name
without importing anything from above.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django_tasks import task

_jobs: dict[str, Any] = {}


def job(name: str) -> Callable[[Callable], Callable]:
    def register(function: Callable) -> Callable:
        _jobs[name] = task()(function)
        return function

    return register


def enqueue(name: str, **arguments: Any) -> None:
    """Run the job once the surrounding transaction has committed."""
    registered = _jobs[name]
    transaction.on_commit(lambda: registered.enqueue(**arguments))
