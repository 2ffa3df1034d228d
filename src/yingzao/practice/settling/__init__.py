"""When a practice task counts as done. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact, Frame, Verdict, by_deadline, fulfilled
from yingzao.practice.settling.parts import Held, Line, asked_parts, lines_of

HANDED_IN = (FactKind.HANDED_IN, FactKind.CONFIRMED, FactKind.IMPORTED)


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """Done when one version stands handed in that holds all that is asked; late by the first time it was handed in.

    Of several that fall short the best one is told of. The share is that of the characters, of a task in
    parts the mean over what they ask for, and never whole before it is done.
    """
    best: tuple[Fraction, dict[str, Any]] | None = None
    for fact in facts:
        if fact.fact not in HANDED_IN:
            continue
        first = fact.detail.get("first_at")
        at = dt.datetime.fromisoformat(first) if first else fact.happened_at
        share, reason = _weigh(frame, fact)
        if fact.fact == FactKind.CONFIRMED or share == 1:
            return fulfilled(frame, at, ({"code": "practice.handed_in", **reason},))
        if best is None or share >= best[0]:
            best = share, reason
    if best is None:
        return by_deadline(frame, now, Fraction(0), ())
    return by_deadline(frame, now, min(best[0], Fraction(99, 100)), ({"code": "practice.short", **best[1]},))


def _weigh(frame: Frame, fact: Fact) -> tuple[Fraction, dict[str, Any]]:
    """The share of what is asked that one hand-in holds, 1 for all of it, and its figures."""
    asked, photos = int(frame.rule.get("characters", 0)), int(frame.rule.get("photos", 0))
    characters = int(fact.detail.get("characters", asked))
    pictures = int(fact.detail.get("photos", photos))
    lines: list[Line] = []
    parts, held = asked_parts(frame.rule), Held.of(fact.detail)
    if parts and held is not None:
        lines += lines_of(parts, held)
    reason = {
        "characters": characters,
        "asked": asked,
        "photos": pictures,
        "asked_photos": photos,
        "lines": [line.as_json() for line in lines],
        "evidence": fact.key,
    }
    enough = characters >= asked and pictures >= photos
    if lines:
        shares = [line.share for line in lines]
        shares += [
            Fraction(min(had, need), need) for had, need in ((characters, asked), (pictures, photos)) if need
        ]
        share = sum(shares, Fraction(0)) / len(shares)
        return share, reason
    if enough:
        return Fraction(1), reason
    share = Fraction(min(characters, asked), asked) if asked else Fraction(1, 2)
    return min(share, Fraction(99, 100)), reason
