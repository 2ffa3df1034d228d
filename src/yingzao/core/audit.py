"""The audit: one line for every act. Lines hold codes, never names."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

_origin: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def coming_from(origin: str) -> Iterator[None]:
    """All acts inside are recorded as coming from this address or command."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def record(
    *,
    actor: Any,
    act: str,
    subject: str,
    organisation_id: int | None,
    before: dict | None = None,
    after: dict | None = None,
) -> None:
    """Write one line inside the caller's transaction.

    `act` is a dotted code (`judging.mark.submitted`), `subject` the code of the row acted on, `actor` a person or
    None for the system. `before` and `after` hold codes and plain values only: names would outlive an erasure.
    """
    record_all([Line(actor, act, subject, organisation_id, before or {}, after or {})])


@dataclass(frozen=True, slots=True)
class Line:
    """One line to be written; its fields are those of `record`."""

    actor: Any
    act: str
    subject: str
    organisation_id: int | None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""  # where that is not the address that everything comes from at the moment


def record_all(lines: Iterable[Line]) -> None:
    """Write several lines at once, each as `record` does."""
    from yingzao.core import rows  # the app registry is not ready when this module is first imported
    from yingzao.core.models import AuditLine

    rows.insert(
        AuditLine(
            actor=line.actor if getattr(line.actor, "pk", None) else None,
            act=line.act,
            subject=line.subject,
            organisation_id=line.organisation_id,
            before=dict(line.before),
            after=dict(line.after),
            origin=line.origin or _origin.get(),
        )
        for line in lines
    )
