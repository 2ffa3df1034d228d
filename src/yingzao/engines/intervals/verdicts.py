"""A rule and what a source knows of one person → a verdict with its reasons."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from yingzao.engines.intervals.spans import Interval, clip, exact_seconds, measure, union, without

EVENING = dt.timedelta(hours=4)  # a longer pause parts two evenings


class Status(StrEnum):
    ATTENDED = "attended"
    """The rule is met."""
    SHORT = "short"
    """On the report, the rule not met; 0 minutes included."""
    ABSENT = "absent"
    """Not on the report."""
    CHECK = "check"
    """The source says too little or something odd: a person decides."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a session asks. `min_share` is exact (Fraction("0.55"), never 0.55); both minimums hold when both
    are given, and nobody attends without a moment inside the session.
    Minutes of grace: late is a first join after start + `late_after`, early a last leave before end −
    `early_before`."""

    session: Interval
    min_share: Fraction | None = None
    min_minutes: int | None = None
    late_after: int = 10
    early_before: int = 10
    count_replay: bool = False
    breaks: tuple[Interval, ...] = ()
    """Pauses inside the session: they count neither as time of the session nor as time of anybody."""

    @property
    def length(self) -> dt.timedelta:
        """Time of the session, without its breaks."""
        return self.session.length - _length(clip(self.breaks, self.session))

    @property
    def needed(self) -> Fraction:
        """Minutes needed, an exact fraction: 0.55 of 100 is 55, and 55 whole minutes meet it."""
        return _needed(self.length, self.min_share, self.min_minutes)

    def open_end(self, joined: dt.datetime) -> dt.datetime:
        """Until when somebody was there who joined then and had not left when the file was made: the end of that
        evening, beyond its pauses, and not of another day's part of the session."""
        ends = None
        for part in without([self.session], self.breaks):
            if (ends is None and joined < part.end) or (ends is not None and part.start - ends < EVENING):
                ends = part.end
            elif ends is not None:
                break
        return max(joined, ends or self.session.end)


@lru_cache
def _needed(length: dt.timedelta, share: Fraction | None, minutes: int | None) -> Fraction:
    return max((share or Fraction(0)) * exact_seconds(length) / 60, Fraction(minutes or 0))


def _length(intervals: Iterable[Interval]) -> dt.timedelta:
    return sum((interval.length for interval in union(intervals)), dt.timedelta())


@dataclass(frozen=True, slots=True)
class Attendance:
    """A verdict. `minutes` is None where the source knows none (punches) or the person is judged by hand.

    `flags` among late, early, made_up, only_totals; `reasons` among single_punch, place_abnormal, no_in,
    no_out.
    """

    status: Status
    minutes: int | None
    needed: Fraction
    flags: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()
    first_join: dt.datetime | None = None
    last_leave: dt.datetime | None = None
    spans: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Punch:
    """One clock-in: `made_up` was added afterwards (补卡), `abnormal` was far from the place (地点异常)."""

    at: dt.datetime
    made_up: bool = False
    abnormal: bool = False


def judge_intervals(
    rule: Rule,
    stays: Sequence[tuple[dt.datetime, dt.datetime | None]],
    *,
    on_report: bool = False,
    at_most_seconds: int | None = None,
) -> Attendance:
    """Verdict from joins and leaves. A leave of None is "still there when the file was made": `Rule.open_end`.

    No stays at all is absence, or `short` for somebody who is `on_report` without ever having come in. First
    join and last leave are told as they were, not clipped. `at_most_seconds` is a ceiling where the stays span
    pauses that nobody knows; minutes then carry the flag only_totals.
    """
    if not stays:
        return Attendance(Status.SHORT if on_report else Status.ABSENT, 0, rule.needed)
    closed = [Interval(joined, rule.open_end(joined) if left is None else left) for joined, left in stays]
    presence = measure(closed, rule.session, rule.breaks)
    first, last = min(stay.start for stay in closed), max(stay.end for stay in closed)
    minutes = presence.minutes if at_most_seconds is None else min(presence.minutes, at_most_seconds // 60)
    flags = _punctuality(rule, first, last)
    enough = minutes >= rule.needed and presence.seconds > 0
    return Attendance(
        status=Status.ATTENDED if enough else Status.SHORT,
        minutes=minutes,
        needed=rule.needed,
        flags=flags if at_most_seconds is None else flags | {"only_totals"},
        first_join=first,
        last_leave=last,
        spans=presence.spans,
    )


def judge_totals(rule: Rule, *, live_seconds: int, replay_seconds: int = 0) -> Attendance:
    """Verdict from a source that knows only how long: whole minutes, never more than the session holds.

    Replay counts only where the rule says so. There is no late or early: the source does not know when.
    """
    seconds = live_seconds + (replay_seconds if rule.count_replay else 0)
    minutes = int(min(Fraction(max(seconds, 0)), exact_seconds(rule.length)) // 60)
    status = Status.ATTENDED if minutes >= rule.needed and seconds > 0 else Status.SHORT
    return Attendance(status, minutes, rule.needed, frozenset({"only_totals"}))


def judge_punches(rule: Rule, punches: Sequence[Punch]) -> Attendance:
    """Verdict from clock-ins of a day: in and out both there and no place abnormal → attended; none →
    absent; else check.

    In is the first punch, and must be before the session's end; out is the last one, after in and after the
    session's
    start. Late and early are flags and change no status; minutes are None, for nobody knows what lay between.
    """
    if not punches:
        return Attendance(Status.ABSENT, None, rule.needed)
    ordered = sorted(punches, key=lambda punch: punch.at)
    first, last = ordered[0], ordered[-1]
    came = first.at < rule.session.end
    went = last.at > rule.session.start and last.at > first.at
    reasons = []
    if any(punch.abnormal for punch in ordered):
        reasons.append("place_abnormal")
    if len({punch.at for punch in ordered}) == 1:
        reasons.append("single_punch")
    elif not came:
        reasons.append("no_in")
    elif not went:
        reasons.append("no_out")
    flags = {"made_up"} if any(punch.made_up for punch in ordered) else set()
    if came and went:
        flags |= _punctuality(rule, first.at, last.at)
    return Attendance(
        status=Status.CHECK if reasons else Status.ATTENDED,
        minutes=None,
        needed=rule.needed,
        flags=frozenset(flags),
        reasons=tuple(reasons),
        first_join=first.at,
        last_leave=last.at if len(ordered) > 1 else None,
    )


def pass_counts(
    minutes: Iterable[int],
    session: Interval,
    shares: Sequence[Fraction],
    breaks: tuple[Interval, ...] = (),
) -> tuple[tuple[Fraction, int], ...]:
    """How many would pass at each share: the preview before a minimum is chosen."""
    known = list(minutes)
    rules = [Rule(session, min_share=share, breaks=breaks) for share in shares]
    return tuple((rule.min_share or Fraction(0), sum(m >= rule.needed for m in known)) for rule in rules)


def _punctuality(rule: Rule, first: dt.datetime, last: dt.datetime) -> frozenset[str]:
    late = first > rule.session.start + dt.timedelta(minutes=rule.late_after)
    early = last < rule.session.end - dt.timedelta(minutes=rule.early_before)
    return frozenset(flag for flag, so in (("late", late), ("early", early)) if so)
