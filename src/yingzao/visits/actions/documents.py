"""Files and links at a stop: added, put in order, taken off."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, locking, media
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.programmes.rules import require_organiser
from yingzao.visits.models import Stop, StopDocument

DOCUMENTS = "visits.documents"  # whose files they are; queries.may_read_document decides who reads them
MOST_DOCUMENTS = 20


@transaction.atomic
def add_document(
    *, stop: Stop, by: Person, title: str = "", url: str = "", upload: Any = None
) -> StopDocument:
    """Keep a file or a link with the stop, behind the others. Raises Refused for neither and for both, and media's own for the
    file; nothing is kept then."""
    _take_turn(stop, by)
    if not url and upload is None:
        raise Refused(_("Choose a file, or give a link."), code="empty", field="file")
    if url and upload is not None:
        raise Refused(_("Either a file or a link: add them one after the other."), code="both", field="url")
    last = stop.documents.order_by("-position").values_list("position", flat=True).first()
    if stop.documents.count() >= MOST_DOCUMENTS:
        raise Refused(
            _("A stop has at most %(most)d documents. Remove one first.") % {"most": MOST_DOCUMENTS},
            code="many",
        )
    stored = None
    if upload is not None:
        stored = media.store(
            upload,
            name=upload.name,
            accept="any",
            organisation_id=stop.organisation_id,
            room=DOCUMENTS,
            subject=stop.part.code,
            uploaded_by=by,
        )
    named = title.strip() or (stored.name if stored else url)
    document = StopDocument.objects.create(
        organisation_id=stop.organisation_id,
        stop=stop,
        title=named[:120],
        url="" if stored else url,
        file=stored,
        position=0 if last is None else last + 1,
        added_by=by,
    )
    _record(document, "added", by)
    return document


@transaction.atomic
def move_document(*, document: StopDocument, earlier: bool, by: Person) -> None:
    """Change places with the one before it, or behind it. At the end of the row nothing happens."""
    _take_turn(document.stop, by)
    rows = list(document.stop.documents.all())
    at = next((i for i, row in enumerate(rows) if row.pk == document.pk), None)
    to = None if at is None else at + (-1 if earlier else 1)
    if at is None or to is None or not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for position, row in enumerate(rows):
        row.position = position
    StopDocument.objects.bulk_update(rows, ["position"])
    _record(document, "moved", by)


@transaction.atomic
def remove_document(*, document: StopDocument, by: Person) -> None:
    """Take it off. Nobody reads its file any more."""
    _take_turn(document.stop, by)
    _record(document, "removed", by)
    document.delete()


def _take_turn(stop: Stop, by: Person) -> None:
    locking.take_turn(f"visits.documents:{stop.pk}")
    require_organiser(by, stop.part.activity.programme)


def _record(document: StopDocument, what: str, by: Person) -> None:
    audit.record(
        actor=by,
        act=f"visits.document.{what}",
        subject=document.stop.part.code,
        organisation_id=document.organisation_id,
        after={"document": document.code, "file": document.file.sha256 if document.file else ""},
    )
