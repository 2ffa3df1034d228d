"""Taking files away for good, where somebody has the right to it."""

from django.core.files.storage import default_storage
from django.db import transaction

from yingzao.core.media.thumbnails import WIDTHS, path_at
from yingzao.core.models import StoredFile


def remove(stored: StoredFile) -> None:
    """Delete the row, and after the commit the bytes with every smaller copy, unless another row names the same bytes."""
    paths = {stored.path} | {path_at(stored, width) for width in WIDTHS}
    sha256 = stored.sha256
    stored.delete()

    def remove_bytes() -> None:
        if not StoredFile.objects.filter(sha256=sha256).exists():
            for path in paths:
                default_storage.delete(path)

    transaction.on_commit(remove_bytes)
