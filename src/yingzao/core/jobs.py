"""Jobs by name, after commit, with primitives.

A room registers a job in its `tasks.py` with `@job("honours.issue_certificates")`; a lower room enqueues it by name
without importing anything from above.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django_tasks import task

_jobs: dict[str, Any] = {}


def job(name: str) -> Callable[[Callable], Any]:
    """Register the function, and leave its task in its place: the worker finds a job by where it stands."""

    def register(function: Callable) -> Any:
        _jobs[name] = task()(function)
        return _jobs[name]

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
