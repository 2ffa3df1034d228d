"""What a list of completions adds to what is known of a learner. Pure: values in, values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Told:
    """What one row says of one person. `undated`: the list says no time, and `at` is when it came in."""

    progress: Fraction
    at: dt.datetime
    undated: bool = False
    minutes: int | None = None
    score: str = ""

    def as_detail(self) -> dict[str, Any]:
        detail: dict[str, Any] = {"progress": said(self.progress)}
        if self.minutes is not None:
            detail["minutes"] = self.minutes
        if self.score:
            detail["score"] = self.score
        if self.undated:
            detail["undated"] = True
        return detail

    @classmethod
    def of(cls, happened_at: dt.datetime, detail: Mapping[str, Any]) -> Told:
        """What a fact of the ledger says; one without a figure says all of it, as `rules.settle` reads it."""
        return cls(
            Fraction(str(detail.get("progress", "1"))),
            happened_at,
            bool(detail.get("undated")),
            detail.get("minutes"),
            str(detail.get("score", "")),
        )


def said(progress: Fraction) -> str:
    """A share as it is kept: at most four decimals, rounded down, so that what is below 1 never reads as 1."""
    share = (Decimal(progress.numerator) / Decimal(progress.denominator)).quantize(
        PLACES, rounding=ROUND_DOWN
    )
    return f"{share.normalize():f}"


def greatest(told: Iterable[Told]) -> Told:
    """Of several rows of one person the one that counts: the greatest progress, and of equal ones the one that knows a time,
    the earliest."""
    return max(told, key=lambda t: (t.progress, not t.undated, -t.at.timestamp(), t.minutes or 0, t.score))


def is_news(told: Told, known: Sequence[Told]) -> bool:
    """Whether a row adds to what is known: more progress; or with the same an earlier time, more minutes, another score.

    Less progress is never news: what was shown stays.
    """
    top = max((k.progress for k in known), default=Fraction(-1))
    if told.progress != top:
        return told.progress > top
    same = [k for k in known if k.progress == top]
    if not told.undated and told.at < min(k.at for k in same):
        return True
    if told.minutes is not None and told.minutes > max(k.minutes or 0 for k in same):
        return True
    return bool(told.score) and told.score not in {k.score for k in same}


def percent(share: Fraction) -> str:
    """A share as it is read, rounded down: 85%, 33.3%."""
    tenths = int(share * 1000)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"
