"""Taking the text out of documents that were handed in, once each."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from yingzao.core import clock, media, ports
from yingzao.core.models import StoredFile
from yingzao.practice.enums import DocumentState
from yingzao.practice.models import DocumentText
from yingzao.practice.settling.parts import count_characters


def read_document(*, file: StoredFile, now: dt.datetime | None = None) -> DocumentText | None:
    """Read a document that was not read yet; None for what has no text (a photo, a table). Never raises for what is in it."""
    reader = ports.port("documents")
    if not reader.reads(file.media_type):
        return None
    known = DocumentText.objects.filter(file=file).first()
    if known is not None:
        return known
    try:
        with media.open_file(file) as opened:
            told = reader.read(opened, file.media_type)
    except FileNotFoundError:
        told = ports.Document(state=DocumentState.UNREADABLE)
    with transaction.atomic():
        read, _made = DocumentText.objects.get_or_create(
            file=file,
            defaults={
                "organisation_id": file.organisation_id,
                "state": told.state,
                "paragraphs": [list(one) for one in told.paragraphs],
                "characters": sum(count_characters(text) for _kind, text in told.paragraphs),
                "pages": told.pages,
                "read_at": now or clock.now(),
            },
        )
    return read
