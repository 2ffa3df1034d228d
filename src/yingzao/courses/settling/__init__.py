"""When a self-paced course counts as completed. Pure.

The activity's rule says what is asked: `min_progress`, the share of the lessons, and under `lessons`, by the part's code,

    {"kind": "video", "seconds": 5400, "share": "0.9", "counts": "media"}   seen to this share of its length
    {"kind": "quiz", "pass": "0.6"}                                         answered with at least this share of its points
    {"optional": true, …}                                                   offered; counts neither way

A lesson that it does not name is finished by saying so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact, Frame, Verdict, by_deadline, fulfilled
from yingzao.activities.settling import watching
from yingzao.courses.enums import LessonKind

PASS = "0.6"  # of a quiz, where its rule says nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """What finishing one lesson takes."""

    kind: str = LessonKind.TEXT
    optional: bool = False
    seconds: int = 0  # of its video
    share: Fraction = Fraction(watching.SHARE)
    counts: watching.Counting = "media"
    passing: Fraction = Fraction(PASS)

    @classmethod
    def of(cls, rule: Mapping[str, Any], part: str) -> Asked:
        said = rule.get("lessons", {}).get(part, {})
        return cls(
            kind=str(said.get("kind", LessonKind.TEXT)),
            optional=bool(said.get("optional")),
            seconds=int(said.get("seconds") or 0),
            share=Fraction(str(said.get("share", watching.SHARE))),
            counts="wall" if said.get("counts") == "wall" else "media",
            passing=Fraction(str(said.get("pass", PASS))),
        )

    @property
    def needed_ms(self) -> Fraction:
        return self.share * self.seconds * 1000


@dataclass(frozen=True, slots=True)
class Finished:
    """How far one lesson is: 1 from `at` on. `evidence` are the keys of what says so."""

    share: Fraction = Fraction(0)
    at: dt.datetime | None = None
    evidence: tuple[str, ...] = ()
    watched_ms: Fraction = Fraction(0)
    score: Fraction | None = None  # the best of a quiz


def finished(asked: Asked, facts: Sequence[Fact]) -> Finished:
    """How far a lesson is by the facts of its part, oldest first."""
    if asked.kind == LessonKind.VIDEO and asked.seconds:
        return _by_watching(asked, facts)
    if asked.kind == LessonKind.QUIZ:
        return _by_answering(asked, facts)
    for fact in facts:
        if fact.fact in (FactKind.READ, FactKind.CONFIRMED) or (
            fact.fact == FactKind.WATCHED and asked.kind != LessonKind.VIDEO
        ):
            return Finished(Fraction(1), fact.happened_at, (fact.key,))
    return Finished()


def _by_watching(asked: Asked, facts: Sequence[Fact]) -> Finished:
    """A confirmation by staff stands for the whole; so does an older record that tells of no stretches."""
    whole = [f for f in facts if f.fact == FactKind.CONFIRMED]
    whole += [f for f in facts if f.fact == FactKind.WATCHED and "spans" not in f.detail]
    if whole:
        return Finished(Fraction(1), whole[0].happened_at, (whole[0].key,))
    played = [f for f in facts if f.fact == FactKind.WATCHED]
    spans = [span for f in played for span in watching.spans_of(f.happened_at, f.detail)]
    seen = watching.measure(spans, counts=asked.counts, enough=asked.needed_ms)
    at = watching.moment(seen.reached_ms) if seen.reached_ms is not None else None
    share = min(seen.credited / asked.needed_ms, Fraction(1)) if asked.needed_ms else Fraction(bool(at))
    return Finished(share, at, tuple(f.key for f in played), seen.credited)


def _by_answering(asked: Asked, facts: Sequence[Fact]) -> Finished:
    """The first attempt that reached what is asked finishes it; until then the best one tells how far it is."""
    best: Fraction | None = None
    keys: tuple[str, ...] = ()
    at = None
    for fact in facts:
        if fact.fact == FactKind.CONFIRMED:
            return Finished(Fraction(1), fact.happened_at, (fact.key,), score=best)
        if fact.fact != FactKind.ANSWERED or "score" not in fact.detail:
            continue
        score = Fraction(str(fact.detail["score"]))
        if at is None and score >= asked.passing:
            at, keys = fact.happened_at, (fact.key,)
        elif at is None and (best is None or score > best):
            keys = (fact.key,)
        best = score if best is None else max(best, score)
    share = Fraction(1) if at else min((best or Fraction(0)) / (asked.passing or 1), Fraction(1))
    return Finished(share, at, keys, score=best)


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """Done when an outside completion reaches the asked progress, or when that share of the lessons was gone through.

    It counts from the moment at which enough was done: going on after the due date makes nothing late.
    """
    asked = asked_progress(frame.rule)
    best = Fraction(0)
    reasons: list[dict[str, Any]] = []
    for fact in facts:
        if not fact.part and fact.fact in (FactKind.IMPORTED, FactKind.CONFIRMED):
            progress = Fraction(str(fact.detail.get("progress", "1")))
            reason = {"code": "course.imported", "progress": str(progress), "evidence": fact.key}
            if progress >= asked:
                return fulfilled(frame, fact.happened_at, (reason,))
            if progress >= best:
                best, reasons = progress, [reason]
    lessons = lessons_finished(frame, facts)
    counted = [f for part, f in lessons.items() if not Asked.of(frame.rule, part).optional]
    done = sorted(f.at for f in counted if f.at is not None)
    if any(f.evidence for f in counted):
        reasons.append(
            {
                "code": "course.lessons",
                "done": len(done),
                "lessons": len(counted),
                "evidence": [key for f in counted for key in f.evidence],
            }
        )
        needed = ceil(asked * len(counted))
        if len(done) >= needed:
            return fulfilled(frame, done[needed - 1], reasons)
        best = max(best, sum((f.share for f in counted), Fraction(0)) / len(counted))
    return by_deadline(frame, now, min(best / asked, Fraction(9999, 10000)), reasons)


def lessons_finished(frame: Frame, facts: Sequence[Fact]) -> dict[str, Finished]:
    """Code of the part → how far it is, for every lesson in order."""
    by_part: dict[str, list[Fact]] = {}
    for fact in facts:
        by_part.setdefault(fact.part, []).append(fact)
    return {p.code: finished(Asked.of(frame.rule, p.code), by_part.get(p.code, ())) for p in frame.parts}


def asked_progress(rule: Mapping[str, Any]) -> Fraction:
    """The share of the course that has to be gone through; all of it where the rule says nothing."""
    return Fraction(str(rule.get("min_progress") or "1")) or Fraction(1)
