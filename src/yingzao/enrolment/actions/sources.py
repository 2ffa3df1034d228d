"""Files that somebody brought: kept whole, known by their hash."""

import hashlib
from pathlib import PurePath
from typing import Any

from django.db import transaction

from yingzao.core import audit, locking, media
from yingzao.enrolment import queries, rules
from yingzao.enrolment.models import SourceFile
from yingzao.people.models import Person
from yingzao.programmes.models import Programme

ROOM = "enrolment"


@transaction.atomic
def keep_source(
    *,
    programme: Programme,
    by: Person,
    data: bytes,
    name: str,
    purpose: str,
    about_code: str = "",
    format: str = "",
    meta: dict[str, Any] | None = None,
    kept: bytes | None = None,
) -> tuple[SourceFile, bool]:
    """Keep a table whole, and whether it is new. The same bytes for the same purpose are the file that is kept already.
    `kept` is an .xlsx copy to keep in its stead, where the table holds what is never kept; it is known by the hash of
    `data` all the same.

    Nothing but the file and its row is written; the file is only read and confirmed later. Raises Refused for what is
    no table.
    """
    rules.require_manager(by, programme)
    sha256 = hashlib.sha256(data).hexdigest()
    locking.take_turn(f"enrolment.source:{programme.pk}:{sha256}")
    known = queries.known_source(programme, purpose, sha256, about_code)
    if known is not None:
        return known, False
    source = SourceFile(
        organisation_id=programme.organisation_id,
        programme=programme,
        purpose=purpose,
        about_code=about_code,
        sha256=sha256,
        name=name[:255],
        format=format,
        meta=meta or {},
        received_by=by,
    )
    source.file = media.store(
        data if kept is None else kept,
        name=name if kept is None else f"{PurePath(name).stem}.xlsx",
        accept="table",
        organisation_id=programme.organisation_id,
        room=ROOM,
        subject=source.code,
        uploaded_by=by,
    )
    source.save()
    record_source(source, by, "received", after={"purpose": purpose, "sha256": sha256})
    return source, True


def record_source(
    source: SourceFile,
    by: Person | None,
    what: str,
    before: dict | None = None,
    after: dict | None = None,
) -> None:
    audit.record(
        actor=by,
        act=f"enrolment.source.{what}",
        subject=source.code,
        organisation_id=source.organisation_id,
        before=before,
        after=after,
    )


def record_source_read(source: SourceFile, by: Person) -> None:
    """The line that a file was taken out as it came: it may hold telephone numbers in clear."""
    record_source(source, by, "read")
