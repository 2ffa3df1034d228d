"""The code that a stop shows, which changes every half minute, and the code that a learner carries. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import unicodedata
from string import digits

STEP_SECONDS = 30
GRACE = 1  # steps that a code stays good after its own: the time to raise a phone
NEAR = 20  # steps to either side in which digits typed without a network are looked for: ten minutes


def counter_at(moment: dt.datetime) -> int:
    """Which half-minute since 1970 it is."""
    return int(moment.timestamp()) // STEP_SECONDS


def began_at(counter: int) -> dt.datetime:
    """When the code of this half-minute was first shown."""
    return dt.datetime.fromtimestamp(counter * STEP_SECONDS, dt.UTC)


def code_of(secret: str, counter: int) -> str:
    """Six digits from the stop's secret (32 bytes in hex) and the half-minute: HOTP (RFC 4226) over SHA-256."""
    digest = hmac.new(bytes.fromhex(secret), counter.to_bytes(8, "big"), hashlib.sha256).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def code_at(secret: str, moment: dt.datetime) -> str:
    return code_of(secret, counter_at(moment))


def digits_of(typed: str) -> str:
    """The six digits of what was typed; gaps and full-width digits do no harm."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c in digits)


def is_code_of(secret: str, typed: str, counter: int) -> bool:
    return 0 <= counter < 2**62 and hmac.compare_digest(typed.encode(), code_of(secret, counter).encode())


def code_is_good(secret: str, typed: str, moment: dt.datetime) -> bool:
    """Whether the code is shown now, or was until at most half a minute ago."""
    return counter_shown(secret, typed, moment) is not None


def is_shown(counter: int, moment: dt.datetime) -> bool:
    """Whether the code of this half-minute is good at the moment; one of the next half-minute is, as clocks differ."""
    return -1 <= counter_at(moment) - counter <= GRACE


def counter_shown(secret: str, typed: str, moment: dt.datetime) -> int | None:
    """Which half-minute's code it is, of those that are good at the moment."""
    typed, now = digits_of(typed), counter_at(moment)
    return next((n for n in range(now, now - GRACE - 1, -1) if is_code_of(secret, typed, n)), None)


def counter_near(secret: str, typed: str, moment: dt.datetime) -> int | None:
    """The half-minute nearest to the moment whose code these digits are, within ten minutes."""
    typed, middle = digits_of(typed), counter_at(moment)
    near = sorted(range(middle - NEAR, middle + NEAR + 1), key=lambda n: abs(n - middle))
    return next((n for n in near if is_code_of(secret, typed, n)), None)
