"""When a visit counts as taken part in, and the code that a stop shows. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction
from string import digits
from typing import Any

from yingzao.activities.enums import DutyState, FactKind, Still
from yingzao.activities.kind import Fact, Frame, Verdict


def asked_of(rule: Mapping[str, Any], stops: int) -> int:
    """How many of the stops must be checked in at: the rule's number, never more than there are; all, where it says
    nothing."""
    return min(int(rule.get("min_stops") or stops or 1), stops or 1)


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """Done when the learner was checked in at the asked number of stops."""
    stops = {p.code: p.title for p in frame.parts}
    seen: dict[str, Fact] = {}
    whole = [f for f in facts if f.fact == FactKind.CONFIRMED and not f.part]
    for fact in facts:
        if fact.fact in (FactKind.CHECKED_IN, FactKind.CONFIRMED) and fact.part in stops:
            seen.setdefault(fact.part, fact)
    asked = asked_of(frame.rule, len(frame.parts))
    reason = {
        "code": "visit.stops",
        "stops": [stops[code] for code in seen],
        "missing": [title for code, title in stops.items() if code not in seen],
        "asked": asked,
        "evidence": [f.key for f in seen.values()],
    }
    if whole:
        return Verdict(DutyState.DONE, Fraction(1), ({"code": "visit.confirmed", "evidence": whole[0].key},))
    if len(seen) >= asked:
        return Verdict(DutyState.DONE, Fraction(1), (reason,))
    share = Fraction(min(len(seen), asked), asked)
    if frame.held:
        return Verdict(DutyState.MISSED, share, (reason,), None, Still.NO)
    return Verdict(DutyState.PENDING, share, (reason,) if seen else (), None, Still.ON_TIME)


# The rotating code

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
