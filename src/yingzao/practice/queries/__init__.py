"""What the room is asked."""

from yingzao.practice.queries.findings import (
    Found,
    findings_for,
    found_by,
    mentored_findings,
    my_findings,
    open_tasks,
    own_leaders,
)
from yingzao.practice.queries.work import (
    MyEntry,
    mentor_queue,
    my_entry,
    task_of,
    versions_of,
    versions_readable_by,
)

__all__ = [
    "Found",
    "MyEntry",
    "findings_for",
    "found_by",
    "mentor_queue",
    "mentored_findings",
    "my_entry",
    "my_findings",
    "open_tasks",
    "own_leaders",
    "task_of",
    "versions_of",
    "versions_readable_by",
]
