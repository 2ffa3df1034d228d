"""A copy of what is kept about one person, made for that person alone."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, jobs, locking, media
from yingzao.core.media.keeping import clean_name, keep
from yingzao.core.models import StoredFile
from yingzao.people import personal
from yingzao.people.enums import CopyState
from yingzao.people.models import DataCopy, Person

ROOM = "people"
KEPT = dt.timedelta(days=7)
GIVEN_UP = dt.timedelta(hours=1)  # a copy that is not ready by then was cut off


@transaction.atomic
def ask_copy(*, person: Person, now: dt.datetime | None = None) -> DataCopy:
    """Have a copy made. One that is being made already is the answer to a second press."""
    locking.take_turn(f"people.copy:{person.code}")
    now = now or clock.now()
    standing = person.data_copies.filter(state=CopyState.WAITING, asked_at__gt=now - GIVEN_UP).first()
    if standing is not None:
        return standing
    person.data_copies.filter(state=CopyState.WAITING).update(state=CopyState.FAILED)
    copy = DataCopy.objects.create(person=person, asked_at=now, kinds=len(personal.kinds()))
    audit.record(actor=person, act="people.copy.asked", subject=person.code, organisation_id=None)
    jobs.enqueue("people.make_copy", code=copy.code)
    return copy


def make_copy(*, code: str) -> DataCopy | None:
    """Write the archive: one file of JSON a kind, and the person's own files. A copy that was made already stays."""
    copy = DataCopy.objects.filter(code=code, state=CopyState.WAITING).select_related("person").first()
    if copy is None or not copy.person.is_active:
        return None
    try:
        with (
            translation.override(copy.person.language or settings.LANGUAGE_CODE),
            tempfile.TemporaryFile() as target,
        ):
            copy.rows = _write(copy, target)
            target.seek(0)
            data = target.read()
    except Exception:
        DataCopy.objects.filter(pk=copy.pk).update(state=CopyState.FAILED)
        raise
    with transaction.atomic():
        copy.file = _stored(copy, data)
        copy.state, copy.made_at = CopyState.READY, clock.now()
        copy.save(update_fields=["file", "state", "made_at", "rows"])
        audit.record(
            actor=copy.person,
            act="people.copy.made",
            subject=copy.person.code,
            organisation_id=None,
            after={"rows": copy.rows, "bytes": len(data)},
        )
    return copy


def drop_old_copies(now: dt.datetime | None = None) -> int:
    """Take away copies whose days are over; how many."""
    old = DataCopy.objects.filter(state=CopyState.READY, made_at__lt=(now or clock.now()) - KEPT)
    gone = 0
    for copy in old.select_related("file"):
        with transaction.atomic():
            file, copy.file, copy.state = copy.file, None, CopyState.GONE
            copy.save(update_fields=["file", "state"])
            if file is not None:
                media.remove(file)
        gone += 1
    return gone


def _write(copy: DataCopy, target: IO[bytes]) -> int:
    rows = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _about(copy))
        for done, kind in enumerate(personal.kinds(), start=1):
            told = list(kind.rows(copy.person))
            rows += len(told)
            archive.writestr(
                f"{kind.key}.json",
                json.dumps(
                    {"what": str(kind.name), "why": str(kind.why), "rows": told}, ensure_ascii=False, indent=1
                ),
            )
            for name, stored in _named(kind, copy.person):
                try:
                    archive.writestr(name, media.read_bytes(stored))
                except FileNotFoundError:
                    continue
            DataCopy.objects.filter(pk=copy.pk).update(done=done, rows=rows)
    return rows


def _named(kind: personal.Kind, person: Person) -> Iterator[tuple[str, StoredFile]]:
    for stored in kind.files(person):
        yield f"files/{kind.key}/{stored.code}-{clean_name(stored.name)}", stored


def _about(copy: DataCopy) -> str:
    lines = [
        _("What Yingzao keeps about you, as of %(day)s.")
        % {"day": clock.local_date(copy.asked_at).isoformat()},
        _(
            "Each file holds one kind as JSON (UTF-8); your own files lie under files/. It tells of nobody else."
        ),
        "",
        *(f"{kind.key}.json — {kind.name}" for kind in personal.kinds()),
    ]
    return "\n".join(lines) + "\n"


def _stored(copy: DataCopy, data: bytes) -> StoredFile:
    stored = StoredFile(
        organisation_id=0,  # the person's own: of no organisation
        sha256=hashlib.sha256(data).hexdigest(),
        name=f"yingzao-{clock.local_date(copy.asked_at):%Y-%m-%d}.zip",
        media_type="application/zip",
        size=len(data),
        room=ROOM,
        subject=copy.code,
        uploaded_by=copy.person,
    )
    keep(stored.path, data)
    stored.save()
    return stored
