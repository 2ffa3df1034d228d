"""The code that a stop shows, which changes every half minute. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import unicodedata
from string import digits

STEP = dt.timedelta(seconds=30)
GRACE = 2  # steps that a code stays good after its own: the time to raise a phone


def code_at(secret: str, moment: dt.datetime) -> str:
    """Six digits that change every 30 seconds, from the stop's secret (the dynamic truncation of RFC 4226 over SHA-256)."""
    counter = int(moment.timestamp()) // int(STEP.total_seconds())
    digest = hmac.new(bytes.fromhex(secret), counter.to_bytes(8, "big"), hashlib.sha256).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def code_is_good(secret: str, typed: str, moment: dt.datetime) -> bool:
    """Whether the code is the stop's own of this moment or of the last minute; gaps and full-width digits do no harm."""
    typed = "".join(c for c in unicodedata.normalize("NFKC", typed) if c in digits)
    return any(
        hmac.compare_digest(typed.encode(), code_at(secret, moment - STEP * back).encode())
        for back in range(GRACE + 1)
    )
