"""The audit: one line for every act. Lines hold codes, never names."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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
    from yingzao.core.models import (
        AuditLine,
    )  # the app registry is not ready when this module is first imported

    AuditLine.objects.create(
        actor=actor if getattr(actor, "pk", None) else None,
        act=act,
        subject=subject,
        organisation_id=organisation_id,
        before=before or {},
        after=after or {},
        origin=_origin.get(),
    )
