"""The kinds of messages. Each room declares its own when it starts; what is not declared cannot be sent.

kind.declare(NoticeKind("to_read", _("Something to read"), email=True, to_group=True))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`email` and `push` say whether it goes that way unless a person chose otherwise; `urgent` that quiet hours and the digest do
    not hold it back; `to_group` that a group may be told, so that it never speaks of one person; `to_people` that
    persons are told; `offered` that somebody may choose about it; `names_others` that its words may tell of somebody else."""

    key: str
    title: StrOrPromise
    note: StrOrPromise = ""
    email: bool = True
    push: bool = True
    urgent: bool = False
    to_group: bool = False
    to_people: bool = True
    offered: bool = True
    names_others: bool = False

    def goes_by(self, channel: str) -> bool:
        """Whether it goes this way to whoever chose nothing."""
        return self.push if channel == "push" else self.email


_kinds: dict[str, NoticeKind] = {}


def declare(*kinds: NoticeKind) -> None:
    """Raises ValueError where another kind has the key already."""
    for found in kinds:
        if _kinds.setdefault(found.key, found) != found:
            raise ValueError(f"two kinds of messages are called {found.key}")


def get(key: str) -> NoticeKind:
    """Raises ValueError for a kind that no room has declared."""
    if key not in _kinds:
        raise ValueError(f"no room has declared messages of the kind {key!r}")
    return _kinds[key]


def telling_of_others() -> list[str]:
    """Keys of those whose words may tell of somebody else than whom they go to."""
    return [key for key, found in _kinds.items() if found.names_others]


def find(key: str) -> NoticeKind | None:
    return _kinds.get(key)


def offered() -> list[NoticeKind]:
    """Those that a person may choose about, in the order in which they were declared."""
    return [found for found in _kinds.values() if found.offered and found.to_people]


def for_groups() -> list[NoticeKind]:
    """Those that a group may be told."""
    return [found for found in _kinds.values() if found.to_group]
