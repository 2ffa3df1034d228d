"""Files that arrive in pieces, over lines that break: a piece adds to what is here, or the sender is told where to go on."""

from __future__ import annotations

import fcntl
from pathlib import Path

from django.core.files.storage import default_storage


def drafts() -> Path:
    """Where what has not arrived to its end lies."""
    folder = Path(default_storage.path("drafts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def draft(name: str) -> Path:
    return drafts() / f"{name}.part"


def length(name: str) -> int:
    """How many bytes are here."""
    path = draft(name)
    return path.stat().st_size if path.exists() else 0


def add(name: str, *, at: int, data: bytes) -> int:
    """Add a piece at this place; how much is here afterwards. One that does not follow on adds nothing: the sender goes on from
    what the answer says. Two senders at once never write the same place twice."""
    with draft(name).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0, 2)
        if file.tell() == at:
            file.write(data)
            file.flush()
        return file.tell()


def drop(name: str) -> None:
    draft(name).unlink(missing_ok=True)
