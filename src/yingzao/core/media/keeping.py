"""Keeping and opening files. The bytes lie under their SHA-256; the row says whose they are."""

import contextlib
import hashlib
import os
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from yingzao.core.media import images, sniff
from yingzao.core.media.sniff import Accept
from yingzao.core.models import StoredFile

LARGE = 4 * 1024 * 1024  # bytes
_large = threading.BoundedSemaphore(3)
COPIED_AT_ONCE = 1024 * 1024


def store(
    upload_or_bytes: Any,
    *,
    name: str,
    accept: Accept,
    organisation_id: int,
    room: str,
    subject: str,
    uploaded_by: Any,
) -> StoredFile:
    """Check and keep an upload (a Django upload, an open file, or bytes). Pictures are re-encoded, the rest stays as it is.

    `room` and `subject` name the row that the file belongs to: that room's resolver decides who reads it. Raises
    Refused (`empty`, `too_large`, `wrong_kind`, `damaged`, `too_many_pixels`, `bomb`, `old_word`, `protected`) with a
    sentence for the person. The bytes are on disk before the row is written; a row that is rolled back leaves bytes
    that nobody can reach.
    """
    stored = prepare(
        upload_or_bytes,
        name=name,
        accept=accept,
        organisation_id=organisation_id,
        room=room,
        subject=subject,
        uploaded_by=uploaded_by,
    )
    stored.save()
    return stored


def store_as_it_is(
    data: bytes,
    *,
    name: str,
    media_type: str,
    organisation_id: int,
    room: str,
    subject: str,
    uploaded_by: Any,
) -> StoredFile:
    """Keep bytes that the caller has read and judged, unchanged, whatever they are."""
    stored = StoredFile(
        organisation_id=organisation_id,
        sha256=hashlib.sha256(data).hexdigest(),
        name=clean_name(name),
        media_type=media_type,
        size=len(data),
        room=room,
        subject=subject,
        uploaded_by=uploaded_by,
    )
    keep(stored.path, data)
    stored.save()
    return stored


def store_made(
    made: IO[bytes],
    *,
    name: str,
    media_type: str,
    organisation_id: int,
    room: str,
    subject: str,
    uploaded_by: Any,
) -> StoredFile:
    """Keep what this program wrote into an open file, without holding it in memory: read twice, from its beginning."""
    hashed, size = hashlib.sha256(), 0
    made.seek(0)
    while block := made.read(COPIED_AT_ONCE):
        hashed.update(block)
        size += len(block)
    stored = StoredFile(
        organisation_id=organisation_id,
        sha256=hashed.hexdigest(),
        name=clean_name(name),
        media_type=media_type,
        size=size,
        room=room,
        subject=subject,
        uploaded_by=uploaded_by,
    )
    if not default_storage.exists(stored.path):
        made.seek(0)
        default_storage.save(stored.path, File(made))
    stored.save()
    return stored


def prepare(
    upload_or_bytes: Any,
    *,
    name: str,
    accept: Accept,
    organisation_id: int,
    room: str,
    subject: str,
    uploaded_by: Any,
) -> StoredFile:
    """As `store`, but the row is the caller's to save, in a transaction in which no picture is written anew."""
    with _turn(upload_or_bytes):
        stored = _kept(upload_or_bytes, name=name, accept=accept, organisation_id=organisation_id)
    stored.room, stored.subject, stored.uploaded_by = room, subject, uploaded_by
    return stored


@contextlib.contextmanager
def _turn(upload_or_bytes: Any) -> Iterator[None]:
    """Large files are read one after another by a few at once, however many arrive: each is held in memory whole, twice."""
    size = getattr(upload_or_bytes, "size", 0)
    if not isinstance(size, int) or size < LARGE:
        yield
        return
    with _large:
        yield


def _kept(upload_or_bytes: Any, *, name: str, accept: Accept, organisation_id: int) -> StoredFile:
    """The row of a file that was checked and whose bytes are on the disk; not saved yet."""
    data = _all_of(upload_or_bytes, limit=sniff.size_limit(accept))
    kind = sniff.sniff(data, name=name, accept=accept)
    media_type, width, height = kind.media_type, None, None
    if kind.family == "image":
        picture = images.re_encode(data)
        data, media_type, width, height = picture.data, picture.media_type, picture.width, picture.height
    stored = StoredFile(
        organisation_id=organisation_id,
        sha256=hashlib.sha256(data).hexdigest(),
        name=clean_name(name),
        media_type=media_type,
        size=len(data),
        width=width,
        height=height,
    )
    keep(stored.path, data)
    return stored


def open_file(stored: StoredFile) -> IO[bytes]:
    """The stored bytes, open for reading; the caller closes it. Raises FileNotFoundError when they are gone."""
    return default_storage.open(stored.path, "rb")


def read_bytes(stored: StoredFile) -> bytes:
    with open_file(stored) as file:
        return file.read()


def keep(path: str, data: bytes) -> None:
    """Put bytes at a path below the media folder, whole or not at all, and on the disk when this returns."""
    if default_storage.exists(path) and default_storage.size(path) == len(data):
        return
    try:
        target = Path(default_storage.path(path))
    except NotImplementedError:  # not on a disk of ours (S3): the service writes a whole object or none
        default_storage.save(path, ContentFile(data))
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def clean_name(name: str) -> str:
    """The uploader's name for a file: its last part, without control characters, at most 200 characters."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    stem, dot, ending = shown.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: 199 - len(ending)]}.{ending}" if stem else shown[:200]
    return shown[:200] or "file"


def download_name(stored: StoredFile) -> str:
    """The stored name with the ending of what the file is now (IMG_1.heic was written as .jpg)."""
    ending = sniff.EXTENSIONS.get(stored.media_type, "")
    if not ending or stored.name.lower().endswith(ending):
        return stored.name
    if stored.media_type == "image/jpeg" and stored.name.lower().endswith(".jpeg"):
        return stored.name
    stem = stored.name.rpartition(".")[0] or stored.name
    return stem + ending


def _all_of(upload_or_bytes: Any, *, limit: int) -> bytes:
    """At most `limit` bytes; one more is a refusal, before the rest is read."""
    if isinstance(upload_or_bytes, (bytes, bytearray, memoryview)):
        data = bytes(upload_or_bytes)
    else:
        if (getattr(upload_or_bytes, "size", None) or 0) > limit:
            raise sniff.too_large(limit)
        upload_or_bytes.seek(0)
        data = upload_or_bytes.read(limit + 1)
    if len(data) > limit:
        raise sniff.too_large(limit)
    return data
