"""When a self-paced course counts as completed. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any

from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact, Frame, Verdict, by_deadline, fulfilled


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """Done when an outside completion reaches the asked progress, or when that share of the lessons was gone through.

    It counts from the moment at which enough was done: going on after the due date makes nothing late.
    """
    asked = asked_progress(frame.rule)
    best = Fraction(0)
    reasons: list[dict[str, Any]] = []
    for fact in facts:
        if fact.fact in (FactKind.IMPORTED, FactKind.CONFIRMED):
            progress = Fraction(str(fact.detail.get("progress", "1")))
            reason = {"code": "course.imported", "progress": str(progress), "evidence": fact.key}
            if progress >= asked:
                return fulfilled(frame, fact.happened_at, (reason,))
            if progress >= best:
                best, reasons = progress, [reason]
    lessons = [p.code for p in frame.parts]
    done: dict[str, Fact] = {}
    for fact in facts:
        if fact.fact in (FactKind.READ, FactKind.WATCHED) and fact.part in lessons:
            done.setdefault(fact.part, fact)
    if done:
        reasons.append(
            {
                "code": "course.lessons",
                "done": len(done),
                "lessons": len(lessons),
                "evidence": [f.key for f in done.values()],
            }
        )
        needed = ceil(asked * len(lessons))
        if len(done) >= needed:
            return fulfilled(frame, sorted(f.happened_at for f in done.values())[needed - 1], reasons)
        best = max(best, Fraction(len(done), len(lessons)))
    return by_deadline(frame, now, best / asked, reasons)


def asked_progress(rule: Mapping[str, Any]) -> Fraction:
    """The share of the course that has to be gone through; all of it where the rule says nothing."""
    return Fraction(str(rule.get("min_progress") or "1")) or Fraction(1)
