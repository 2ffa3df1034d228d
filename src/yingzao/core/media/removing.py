"""Taking files away for good, where somebody has the right to it."""

import hashlib

from django.core.files.storage import default_storage
from django.db import transaction

from yingzao.core.media import renditions
from yingzao.core.media.keeping import keep
from yingzao.core.media.thumbnails import WIDTHS, drawn_path, path_at
from yingzao.core.models import StoredFile


def remove(stored: StoredFile) -> None:
    """Delete the row, and after the commit the bytes with every smaller copy, unless another row names the same bytes."""
    paths, sha256 = _paths(stored), stored.sha256
    stored.delete()
    transaction.on_commit(lambda: _remove_bytes(sha256, paths))


GONE = (
    "这份文件已应本人要求删去，原文件不再保存。\n"
    "This file was removed at the request of somebody whom it named. The original is kept no longer.\n"
)


def blank(stored: StoredFile) -> None:
    """Put a line of text in the place of the bytes, and forget the name: the row stays, so that what counts files and points
    to them goes on. The bytes go after the commit, as with `remove`."""
    data = GONE.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    if stored.sha256 == sha256:
        return
    paths, before = _paths(stored), stored.sha256
    stored.sha256, stored.size, stored.media_type = sha256, len(data), "text/plain"
    stored.name, stored.width, stored.height = "removed.txt", None, None
    keep(stored.path, data)
    stored.save(update_fields=["sha256", "size", "media_type", "name", "width", "height"])
    transaction.on_commit(lambda: _remove_bytes(before, paths))


def is_blank(stored: StoredFile) -> bool:
    return stored.sha256 == hashlib.sha256(GONE.encode()).hexdigest()


def _paths(stored: StoredFile) -> set[str]:
    return {stored.path, drawn_path(stored)} | {path_at(stored, width) for width in WIDTHS}


def _remove_bytes(sha256: str, paths: set[str]) -> None:
    if not StoredFile.objects.filter(sha256=sha256).exists():
        for path in paths:
            default_storage.delete(path)
        renditions.remove_all(sha256)
