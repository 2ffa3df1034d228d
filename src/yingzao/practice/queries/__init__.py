"""What the room is asked."""

from yingzao.practice.queries.work import (
    MyEntry,
    mentor_queue,
    my_entry,
    task_of,
    versions_of,
    versions_readable_by,
)

__all__ = ["MyEntry", "mentor_queue", "my_entry", "task_of", "versions_of", "versions_readable_by"]
