"""When a case counts as read. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact, Frame, Verdict, by_deadline, fulfilled

DEFAULT_CHARACTERS = 100


def asks_method(rule: Mapping[str, Any]) -> bool:
    return bool(rule.get("asks_method", False))


def is_out(starts_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a case has reached the learners: nobody reads it before its time."""
    return starts_at is None or starts_at <= now


def asked_characters(rule: Mapping[str, Any]) -> int:
    return int(rule.get("reflection_characters", DEFAULT_CHARACTERS))


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """Done when a reflection of at least the asked characters (spaces not counted) was handed in."""
    asked = asked_characters(frame.rule)
    read = [f for f in facts if f.fact == FactKind.READ]
    reflections = [f for f in facts if f.fact in (FactKind.REFLECTED, FactKind.CONFIRMED)]
    for fact in reflections:
        characters = int(fact.detail.get("characters", 0))
        if fact.fact == FactKind.CONFIRMED or characters >= asked:
            reason = {
                "code": "case.reflected",
                "characters": characters,
                "asked": asked,
                "evidence": fact.key,
            }
            return fulfilled(frame, fact.happened_at, (reason,))
    if asked == 0 and read:
        return fulfilled(frame, read[0].happened_at, ({"code": "case.read", "evidence": read[0].key},))
    longest = max((int(f.detail.get("characters", 0)) for f in reflections), default=0)
    share = Fraction(0)
    reasons: list[dict] = []
    if read or reflections:
        share = Fraction(1, 2) if not reflections else Fraction(1, 2) + Fraction(longest, 2 * asked)
        evidence = [f.key for f in (*read, *reflections)]
        reasons = [{"code": "case.missing", "characters": longest, "asked": asked, "evidence": evidence}]
    return by_deadline(frame, now, share, reasons)
