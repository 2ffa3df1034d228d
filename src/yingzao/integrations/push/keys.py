"""The key by which push services know this Yingzao (RFC 8292). Made once, kept in the data folder, its owner's alone.

Browsers take messages from the key that they were shown when their person switched them on. With another key every
browser has to be switched on anew.
"""

from __future__ import annotations

import contextlib
import os
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

NAME = "push-key"


@cache
def vapid(folder: Path) -> Vapid02:
    """The key of the instance whose data folder this is. Of two processes that make one at once, both get the same."""
    kept = folder / NAME
    if not kept.exists():
        _make(kept)
    key = Vapid02.from_file(str(kept))
    key.conf = {"no-strict": True}  # py_vapid's own pattern takes no address with a port for the sender
    return key


def public_key(folder: Path) -> str:
    point = vapid(folder).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return b64urlencode(point)


def _make(kept: Path) -> None:
    made = Vapid02()
    made.generate_keys()
    draft = kept.with_name(f".{NAME}-{os.getpid()}-{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(made.private_pem())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process of this instance was faster
            os.link(draft, kept)
    finally:
        draft.unlink()
