"""Who may read a file: the room that owns the row it belongs to answers."""

from collections.abc import Callable
from typing import Any

from yingzao.core.models import StoredFile

# The person who asks, or None for the public; and the file. `stored.subject` names the room's own row.
Resolver = Callable[[Any, StoredFile], bool]
_resolvers: dict[str, Resolver] = {}
_whole: dict[str, Resolver] = {}
_also: dict[str, list[Resolver]] = {}
_told: dict[str, Callable[[Any, StoredFile], None]] = {}


def register_resolver(room: str, function: Resolver) -> None:
    """Let `function` decide about the files of `room`. One room, one function: another one is a mistake."""
    if _resolvers.setdefault(room, function) is not function:
        raise ValueError(f"{room} has a resolver already")


def keep_originals(room: str, function: Resolver) -> None:
    """Let `function` decide who gets files of `room` as they are kept; whoever else may read them gets smaller copies alone."""
    _whole[room] = function


def let_also_read(room: str, function: Resolver) -> None:
    """A room above the owner lets its own people read too: a judge the files of the version before them."""
    if function not in _also.setdefault(room, []):
        _also[room].append(function)


def tell_when_read(room: str, function: Callable[[Any, StoredFile], None]) -> None:
    """Let the owning room note that somebody takes out a file of its own, where files hold personal data in clear."""
    _told[room] = function


def note_read(person: Any, stored: StoredFile) -> None:
    if (told := _told.get(stored.room)) is not None:
        told(person, stored)


def may_read(person: Any, stored: StoredFile) -> bool:
    """False for a room without a resolver: what nobody answers for is not shown."""
    resolver = _resolvers.get(stored.room)
    if resolver is None:
        return False
    return bool(resolver(person, stored)) or any(also(person, stored) for also in _also.get(stored.room, ()))


def may_read_whole(person: Any, stored: StoredFile) -> bool:
    """Whether somebody who may read a file gets it as it is kept."""
    keeps = _whole.get(stored.room)
    return keeps is None or bool(keeps(person, stored))
