"""All that the files of a session state of one person → one verdict, and where the provider's own sum went."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from yingzao.engines.intervals.spans import Interval, measure, union
from yingzao.engines.intervals.verdicts import (
    Attendance,
    Punch,
    Rule,
    Status,
    judge_intervals,
    judge_punches,
    judge_totals,
)


class Source(StrEnum):
    """What a file knows of a person: it decides how minutes may be told."""

    INTERVALS = "intervals"
    """When the person joined and left."""
    TOTALS = "totals"
    """How long, not when."""
    PUNCHES = "punches"
    """Moments of clocking in and out, not what lay between."""
    PRESENCE = "presence"
    """That the person was there: a signature, a list of names."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one row states of one person.

    `seconds` is the provider's own figure: of totals the live time, of stays with `spans_pauses` a ceiling, else only
    shown. `problem` names a row that cannot be read, and credits nobody; `never_joined` is one that says so plainly.
    `remarks` are words of a punch source that a person has to read. `present` is False where a sheet says that the person
    was not there; `flags` are what it says of somebody beside that (late, early, on_leave).
    """

    source: Source = Source.INTERVALS
    joined: dt.datetime | None = None
    left: dt.datetime | None = None
    seconds: int | None = None
    replay_seconds: int = 0
    spans_pauses: bool = False
    punches: tuple[Punch, ...] = ()
    remarks: tuple[str, ...] = ()
    present: bool = True
    flags: frozenset[str] = frozenset()
    problem: str = ""


PLAIN = {"", "never_joined", "waiting_room"}
ORDER = [Status.ATTENDED, Status.CHECK, Status.SHORT, Status.ABSENT]


def judge_records(rule: Rule, records: Sequence[Record]) -> Attendance:
    """The verdict on one person from the rows of all files: each source judged by its own kind, the best outcome counts.

    A row whose times cannot be read credits nobody; unless the others suffice, a person has to look at it (`check`,
    reason unreadable_time). No records at all: absent, with 0 minutes.
    """
    if not records:
        return Attendance(Status.ABSENT, 0, rule.needed)
    judged = [
        _JUDGES[source](rule, [record for record in records if record.source == source])
        for source in dict.fromkeys(record.source for record in records)
    ]
    best = min(judged, key=lambda verdict: ORDER.index(verdict.status))
    if best.status is not Status.ATTENDED and any(record.problem not in PLAIN for record in records):
        best = replace(best, status=Status.CHECK, reasons=(*best.reasons, "unreadable_time"))
    known = [verdict.minutes for verdict in judged if verdict.minutes is not None]
    return replace(best, minutes=max(known, default=None))


def _by_intervals(rule: Rule, records: Sequence[Record]) -> Attendance:
    timed = [(record, record.joined) for record in records if record.joined is not None]
    stays = [(joined, record.left) for record, joined in timed]
    spanning = [record for record, _joined in timed if record.spans_pauses]
    if not spanning:
        return judge_intervals(rule, stays, on_report=True)
    exact = [
        Interval(joined, record.left or rule.open_end(joined))
        for record, joined in timed
        if not record.spans_pauses
    ]
    known = int(measure(exact, rule.session, rule.breaks).seconds)
    ceiling = known + sum(record.seconds or 0 for record in spanning)
    verdict = judge_intervals(rule, stays, on_report=True, at_most_seconds=ceiling)
    if verdict.status is Status.SHORT and any(record.seconds is None for record in spanning):
        return replace(verdict, status=Status.CHECK, reasons=("unknown_pauses",))
    return verdict


def _by_totals(rule: Rule, records: Sequence[Record]) -> Attendance:
    """The longest of one person's totals: two accounts may have watched at the same time, so they are not added."""
    return judge_totals(
        rule,
        live_seconds=max(record.seconds or 0 for record in records),
        replay_seconds=max(record.replay_seconds for record in records),
    )


def _by_punches(rule: Rule, records: Sequence[Record]) -> Attendance:
    verdict = judge_punches(rule, [punch for record in records for punch in record.punches])
    said = tuple(dict.fromkeys(text for record in records for text in record.remarks))
    if said:
        return replace(verdict, status=Status.CHECK, reasons=(*verdict.reasons, *said))
    return verdict


def _by_presence(rule: Rule, records: Sequence[Record]) -> Attendance:
    there = [record for record in records if record.present and not record.problem]
    flags = frozenset(flag for record in there or records for flag in record.flags)
    return Attendance(Status.ATTENDED if there else Status.ABSENT, None, rule.needed, flags)


_JUDGES: dict[str, Callable[[Rule, Sequence[Record]], Attendance]] = {
    Source.INTERVALS: _by_intervals,
    Source.TOTALS: _by_totals,
    Source.PUNCHES: _by_punches,
    Source.PRESENCE: _by_presence,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Why the provider's own sum is another than ours, in whole seconds. claimed = counted + the rest.

    `unexplained` is what the rows themselves do not account for: the provider's rounding, or pauses that it knows of.
    """

    claimed: int
    counted: int
    overlapping: int
    outside: int
    unexplained: int


def explain_difference(rule: Rule, records: Sequence[Record]) -> Difference | None:
    """Where the provider's sum over stays went: counted twice on two devices, or outside the session. None without one.

    Only records that state a stay and a claim take part.
    """
    stays = [
        (Interval(record.joined, record.left or rule.open_end(record.joined)), record.seconds)
        for record in records
        if record.source == Source.INTERVALS and record.joined is not None and record.seconds is not None
    ]
    if not stays:
        return None
    intervals = [stay for stay, _seconds in stays]
    merged = _seconds_of(union(intervals))
    counted = int(measure(intervals, rule.session, rule.breaks).seconds)
    claimed = sum(seconds for _stay, seconds in stays)
    overlapping = _seconds_of(intervals) - merged
    outside = merged - counted
    return Difference(claimed, counted, overlapping, outside, claimed - counted - overlapping - outside)


def _seconds_of(intervals: Sequence[Interval]) -> int:
    return int(sum((interval.length for interval in intervals), dt.timedelta()).total_seconds())
