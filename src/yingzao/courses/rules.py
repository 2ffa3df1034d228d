"""When a self-paced course counts as completed. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact, Frame, Verdict, by_deadline, fulfilled


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """Done when an outside completion reaches the asked progress, or when every lesson was read or watched."""
    asked = Fraction(str(frame.rule.get("min_progress", "1")))
    best = Fraction(0)
    for fact in facts:
        if fact.fact in (FactKind.IMPORTED, FactKind.CONFIRMED):
            best = max(best, Fraction(str(fact.detail.get("progress", "1"))))
            if best >= asked:
                reason = {"code": "course.imported", "progress": str(best), "evidence": fact.key}
                return fulfilled(frame, fact.happened_at, (reason,))
    lessons = [p.code for p in frame.parts]
    done: dict[str, Fact] = {}
    for fact in facts:
        if fact.fact in (FactKind.READ, FactKind.WATCHED) and fact.part in lessons:
            done.setdefault(fact.part, fact)
    if lessons:
        best = max(best, Fraction(len(done), len(lessons)))
    reasons = [
        {
            "code": "course.lessons",
            "done": len(done),
            "lessons": len(lessons),
            "evidence": [f.key for f in done.values()],
        }
    ]
    if lessons and best >= asked:
        return fulfilled(frame, max(f.happened_at for f in done.values()), reasons)
    return by_deadline(frame, now, min(best / asked, Fraction(1)) if asked else Fraction(1), reasons)
