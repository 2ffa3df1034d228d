"""How often one address may send. It is counted in the memory of the process under a key made at its start, and written nowhere.

A community centre has one address for all its visitors, and a mobile network one for a whole quarter: three hundred phones pass many times over.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import deque

WINDOW = 600.0  # seconds
MOST = 2000  # sheets of one address in a window
MOST_ADDRESSES = 20_000

_key = secrets.token_bytes(32)
_lock = threading.Lock()
_knocks: dict[bytes, deque[float]] = {}


def may_knock(address: str, *, now: float | None = None) -> bool:
    """Whether one more sheet of this address is looked at; each question counts."""
    moment = time.monotonic() if now is None else now
    name = hashlib.blake2b(address.encode(), key=_key, digest_size=16).digest()
    with _lock:
        if len(_knocks) > MOST_ADDRESSES:
            _knocks.clear()
        times = _knocks.setdefault(name, deque())
        while times and times[0] <= moment - WINDOW:
            times.popleft()
        if len(times) >= MOST:
            return False
        times.append(moment)
        return True
