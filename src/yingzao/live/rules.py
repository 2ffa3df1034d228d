"""When a live course counts as attended. Pure."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any

from yingzao.activities.enums import DutyState, FactKind, Still
from yingzao.activities.kind import Fact, Frame, Verdict
from yingzao.activities.settling import MakeUp, make_up_of, watching
from yingzao.core.clock import end_of

DEFAULT_SHARE = "0.8"
GRACE_MINUTES = 10
Span = tuple[dt.datetime, dt.datetime]


# What a course asks


@dataclass(frozen=True, slots=True)
class Asked:
    """A course's rule as values. Both minimums hold where both are given; shares are exact."""

    min_share: Fraction | None
    min_minutes: int | None
    late_after: int = GRACE_MINUTES
    early_before: int = GRACE_MINUTES
    count_replay: bool = False
    make_up: MakeUp | None = None

    @classmethod
    def of(cls, rule: Mapping[str, Any]) -> Asked:
        minutes = rule.get("min_minutes")
        share = rule.get("min_share", None if minutes is not None else DEFAULT_SHARE)
        return cls(
            min_share=None if share is None else Fraction(str(share)),
            min_minutes=None if minutes is None else int(minutes),
            late_after=int(rule.get("late_after", GRACE_MINUTES)),
            early_before=int(rule.get("early_before", GRACE_MINUTES)),
            count_replay=bool(rule.get("count_replay")),
            make_up=make_up_of(rule),
        )

    def needed(self, whole: int) -> Fraction:
        """Minutes asked of `whole` minutes, exactly: 0.55 of 100 is 55, not 55.00000000000001."""
        return max((self.min_share or Fraction(0)) * whole, Fraction(self.min_minutes or 0))


def needed_minutes(rule: Mapping[str, Any], whole: int) -> Fraction:
    return Asked.of(rule).needed(whole)


def answers_count(rule: Mapping[str, Any]) -> bool:
    """Whether an answered questionnaire stands for having been there."""
    return bool(rule.get("answers_count"))


def is_check(fact: Fact) -> bool:
    """Whether it is the answer to a code word or a poll during the course."""
    return fact.fact == FactKind.ANSWERED and bool(fact.detail.get("check"))


def is_presence(fact: Fact, frame: Frame) -> bool:
    """Whether it tells of attendance. Answers to code words and polls do where the rule lets answers count and they were
    given while the course went on; else they are said beside it and change nothing."""
    if is_check(fact):
        return answers_count(frame.rule) and goes_on(frame, fact.happened_at)
    return fact.fact in (FactKind.ATTENDED, FactKind.ANSWERED)


def goes_on(frame: Frame, at: dt.datetime) -> bool:
    """Whether a session was going on, from when its door opens; half an hour is allowed for one that ends late. A course
    without a time is never between two."""
    spans = session_spans(frame)
    return not spans or any(start - EARLY_ENTRY <= at <= end + OVERRUN for start, end in spans)


# What became of it


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person's records come to. `status` is attended, short, absent or check (a person has to look at it).

    `minutes` are whole, rounded down, or None where the source knows none. `claimed_minutes` is the provider's own sum,
    shown beside ours with what of it does not count.
    """

    status: str
    minutes: int | None
    needed: Fraction
    flags: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    spans: tuple[Span, ...] = ()
    claimed_minutes: int | None = None
    overlapping_minutes: int = 0
    outside_minutes: int = 0
    replay_minutes: int = 0


EARLY_ENTRY = dt.timedelta(minutes=10)


def may_enter(starts_at: dt.datetime | None, ends_at: dt.datetime | None, now: dt.datetime) -> bool:
    """The door opens ten minutes before the course begins and closes when it ends."""
    return bool(starts_at and ends_at and starts_at - EARLY_ENTRY <= now <= ends_at)


OVERRUN = dt.timedelta(minutes=30)
WRONG_TRIES, TRIES_WINDOW_SECONDS = 8, 600  # of a code word
LONGEST_CHECK = 60  # minutes


def is_right(said: str, word: str) -> bool:
    """Case, width and blanks do not matter."""
    return plain_word(said) == plain_word(word) != ""


def plain_word(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


def session_spans(frame: Frame) -> tuple[Span, ...]:
    """The sessions that count: the parts that have times, else the activity's own times."""
    parts = tuple((p.starts_at, p.ends_at) for p in frame.parts if p.starts_at and p.ends_at)
    if parts:
        return parts
    return ((frame.starts_at, frame.ends_at),) if frame.starts_at and frame.ends_at else ()


def session_minutes(frame: Frame) -> int:
    return sum(int((end - start).total_seconds()) // 60 for start, end in session_spans(frame))


def settle(frame: Frame, facts: Sequence[Fact], heard: Heard, now: dt.datetime) -> Verdict:
    """Done when the union of a person's intervals, clipped to the session, reaches what the rule asks.

    A confirmation by staff stands for the whole; what was made up counts as the rule says. Where the source says too
    little the duty stays open until a person has looked. What was missed may be made up while the rule allows it.
    """
    verdict = _settled(frame, facts, heard, now)
    checks = {f.detail["check"]: f.key for f in facts if is_check(f)}
    if not checks:
        return verdict
    answered = {"code": "live.checks", "count": len(checks), "evidence": list(checks.values())}
    return replace(verdict, reasons=(*verdict.reasons, answered))


def _settled(frame: Frame, facts: Sequence[Fact], heard: Heard, now: dt.datetime) -> Verdict:
    attended = [f for f in facts if is_presence(f, frame)]
    reason = _reason(frame, heard, attended)
    if heard.status == "attended":
        return Verdict(DutyState.DONE, Fraction(1), (reason,))
    confirmed = [f for f in facts if f.fact in (FactKind.CONFIRMED, FactKind.IMPORTED)]
    outright = [f for f in confirmed if not f.detail.get("make_up")]
    if outright:
        confirmation: dict[str, Any] = {"code": "live.confirmed", "evidence": outright[-1].key}
        if outright[-1].detail.get("paper"):
            confirmation["paper"] = True
        return Verdict(DutyState.DONE, Fraction(1), (confirmation,))
    if confirmed:
        make_up = Asked.of(frame.rule).make_up
        full = make_up is not None and make_up.full
        made_up = {"code": "live.made_up", "full": full, "evidence": confirmed[-1].key}
        told = (reason, made_up) if attended else (made_up,)
        return Verdict(DutyState.DONE if full else DutyState.LATE, Fraction(1), told)
    if heard.status == "check":
        return Verdict(DutyState.PENDING, Fraction(0), (reason,), None, Still.ON_TIME)
    share = min(Fraction(heard.minutes or 0) / heard.needed, Fraction(1)) if heard.needed else Fraction(0)
    if not frame.held:
        return Verdict(DutyState.PENDING, share, (reason,) if attended else (), None, Still.ON_TIME)
    return _missed(frame, share, reason if attended else {"code": "live.absent"}, facts, now)


@dataclass(frozen=True, slots=True)
class RecordingSeen:
    """How much of a course's recording somebody has seen; of several the one that was seen most."""

    share: Fraction
    reached_at: dt.datetime | None
    evidence: tuple[str, ...]

    def as_reason(self, asked: Fraction) -> dict[str, Any]:
        shown = str(round(float(self.share), 4))
        return {"code": "live.watched", "share": shown, "asked": str(asked), "evidence": list(self.evidence)}


def recording_seen(rule: Mapping[str, Any], facts: Sequence[Fact]) -> RecordingSeen | None:
    """None where nothing of a recording was watched. The rule has the length of each, in seconds, by its code."""
    make_up = make_up_of(rule)
    found: list[RecordingSeen] = []
    for code, seconds in rule.get("recordings", {}).items():
        watched = [f for f in facts if f.fact == FactKind.WATCHED and f.detail.get("video") == code]
        if not watched or not seconds:
            continue
        spans = [span for f in watched for span in watching.spans_of(f.happened_at, f.detail)]
        enough = make_up.watch * seconds * 1000 if make_up and make_up.watch else None
        seen = watching.measure(spans, enough=enough)
        at = watching.moment(seen.reached_ms) if seen.reached_ms is not None else None
        share = min(seen.credited / (seconds * 1000), Fraction(1))
        found.append(RecordingSeen(share, at, tuple(f.key for f in watched)))
    reached = sorted((one.reached_at, n) for n, one in enumerate(found) if one.reached_at is not None)
    return found[reached[0][1]] if reached else max(found, key=lambda one: one.share, default=None)


def _missed(
    frame: Frame, share: Fraction, reason: dict[str, Any], facts: Sequence[Fact], now: dt.datetime
) -> Verdict:
    make_up = Asked.of(frame.rule).make_up
    if make_up is None:
        return Verdict(DutyState.MISSED, share, (reason,), None, Still.NO)
    last = end_of(make_up.until)
    seen = recording_seen(frame.rule, facts) if make_up.watch else None
    told = () if seen is None else (seen.as_reason(make_up.watch),)
    if seen is not None and seen.reached_at is not None and seen.reached_at <= last:
        made_up = {"code": "live.made_up", "full": make_up.full, "evidence": seen.evidence[-1]}
        return Verdict(
            DutyState.DONE if make_up.full else DutyState.LATE, Fraction(1), (reason, *told, made_up)
        )
    if now > last:
        return Verdict(DutyState.MISSED, share, (reason, *told), None, Still.NO)
    offer = {"code": "live.make_up", "until": make_up.until.isoformat(), "how": make_up.how}
    if make_up.watch:
        offer["watch"] = str(make_up.watch)
    still = Still.ON_TIME if make_up.full else Still.LATE
    return Verdict(DutyState.MISSED, share, (reason, *told, offer), last + dt.timedelta(seconds=1), still)


def _reason(frame: Frame, heard: Heard, attended: Sequence[Fact]) -> dict[str, Any]:
    evidence = [f.key for f in attended]
    if heard.status == "check":
        return {"code": "live.check", "why": list(heard.reasons), "evidence": evidence}
    if heard.minutes is None:
        return {"code": "live.present", "flags": list(heard.flags), "evidence": evidence}
    reason: dict[str, Any] = {
        "code": "live.heard",
        "minutes": heard.minutes,
        "needed": ceil(heard.needed),
        "whole": session_minutes(frame),
        "spans": [[start.isoformat(), end.isoformat()] for start, end in heard.spans],
        "flags": list(heard.flags),
        "evidence": evidence,
    }
    if heard.claimed_minutes is not None:
        reason["claimed"] = heard.claimed_minutes
    if heard.overlapping_minutes:
        reason["overlapping"] = heard.overlapping_minutes
    if heard.outside_minutes:
        reason["outside"] = heard.outside_minutes
    if heard.replay_minutes:
        reason |= {"replay": heard.replay_minutes, "replay_counts": Asked.of(frame.rule).count_replay}
    for word, moment in (("first_join", heard.first), ("last_leave", heard.last)):
        if moment is not None:
            reason[word] = moment.isoformat()
    return reason
