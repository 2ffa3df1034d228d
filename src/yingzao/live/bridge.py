"""Rows of reports and facts of the ledger ↔ the intervals engine. One judge for the pages and for the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact, Frame
from yingzao.core import clock
from yingzao.core.ports import MeetingRow
from yingzao.engines.intervals import (
    Attendance,
    Interval,
    Punch,
    Record,
    Rule,
    Source,
    Status,
    explain_difference,
    judge_records,
    without,
)
from yingzao.live import rules
from yingzao.live.rules import Heard

if TYPE_CHECKING:
    from yingzao.activities.models import Activity
    from yingzao.activities.queries import DeskRow

AT_PLACE_ODD = ("异常", "未知", "外勤", "外出", "范围外", "无效")
MADE_UP = ("补",)


# Rows of a report → records


def record_of(row: MeetingRow, source: str, day: dt.date, zone: dt.tzinfo | None = None) -> Record:
    """What one row states. `day` is the session's: punches and signatures of other days say nothing of it.
    With `zone` its times become aware."""

    def at(moment: dt.datetime | None) -> dt.datetime | None:
        return moment.replace(tzinfo=zone) if moment is not None and zone is not None else moment

    return Record(
        source=Source.PRESENCE if source == "answers" else Source(source),
        joined=at(row.joined_at),
        left=at(row.left_at),
        seconds=row.seconds_claimed,
        replay_seconds=row.replay_seconds or 0,
        spans_pauses="first_last_only" in row.flags,
        punches=tuple(
            Punch(
                punch.at.replace(tzinfo=zone) if zone is not None else punch.at,
                made_up=_marked(punch.marks, MADE_UP),
                abnormal=_marked(punch.marks, AT_PLACE_ODD),
            )
            for punch in row.punches
            if punch.at.date() == day
        ),
        remarks=tuple(text for on, text in row.remarks if on == day),
        present=not {"absent", "on_leave", "superseded"} & set(row.flags)
        and (source != "presence" or row.stated_at is None or row.stated_at.date() == day),
        flags=frozenset({"late", "early", "on_leave"} & set(row.flags)),
        problem=row.problem,
    )


def _marked(marks: Sequence[str], words: Sequence[str]) -> bool:
    return any(word in mark for mark in marks for word in words)


# Records → details of facts, and back


def detail_of(record: Record) -> dict[str, Any]:
    """What of a record is not in the fact's own times, as plain values; the empty ones are left out."""
    told: dict[str, Any] = {
        "source": "" if record.source == Source.INTERVALS else record.source.value,
        "claimed_seconds": record.seconds,
        "replay_seconds": record.replay_seconds,
        "first_last_only": record.spans_pauses,
        "still_there": record.joined is not None and record.left is None,
        "punches": [
            {"at": p.at.isoformat(), "made_up": p.made_up, "abnormal": p.abnormal} for p in record.punches
        ],
        "remarks": list(record.remarks),
        "flags": sorted(record.flags),
        "problem": record.problem,
    }
    return {k: v for k, v in told.items() if v or (k == "claimed_seconds" and v is not None)}


def record_of_fact(fact: Fact) -> Record:
    """An ATTENDED fact as the record it came from; ANSWERED says only that the person was there."""
    detail = fact.detail
    if fact.fact == FactKind.ANSWERED:
        return Record(source=Source.PRESENCE)
    source = Source(detail.get("source") or Source.INTERVALS)
    timed = source == Source.INTERVALS and not detail.get("problem")
    return Record(
        source=source,
        joined=fact.happened_at if timed else None,
        left=fact.until if timed else None,
        seconds=detail.get("claimed_seconds"),
        replay_seconds=detail.get("replay_seconds", 0),
        spans_pauses=bool(detail.get("first_last_only")),
        punches=tuple(
            Punch(dt.datetime.fromisoformat(p["at"]), p["made_up"], p["abnormal"])
            for p in detail.get("punches", ())
        ),
        remarks=tuple(detail.get("remarks", ())),
        flags=frozenset(detail.get("flags", ())),
        problem=detail.get("problem", ""),
    )


# Judging


def rule_of(frame: Frame) -> Rule | None:
    """What the course asks, for the engine; None while it has no times."""
    spans = rules.session_spans(frame)
    if not spans:
        return None
    sessions = [Interval(start, end) for start, end in spans]
    whole = Interval(min(s.start for s in sessions), max(s.end for s in sessions))
    asked = rules.Asked.of(frame.rule)
    return Rule(
        whole,
        asked.min_share,
        asked.min_minutes,
        late_after=asked.late_after,
        early_before=asked.early_before,
        count_replay=asked.count_replay,
        breaks=without([whole], sessions),
    )


def heard(frame: Frame, facts: Sequence[Fact]) -> Heard:
    """What the attended facts of one person come to under the course's rule."""
    counts = rules.answers_count(frame.rule)
    records = [
        record_of_fact(f)
        for f in facts
        if f.fact == FactKind.ATTENDED or (counts and rules.is_presence(f, frame))
    ]
    rule = rule_of(frame)
    if rule is None:
        status = Status.ATTENDED if records else Status.ABSENT
        return Heard(status=status.value, minutes=None, needed=Fraction(0))
    verdict = judge_records(rule, records)
    gone = explain_difference(rule, records)
    totals = [r.seconds for r in records if r.source == Source.TOTALS and r.seconds is not None]
    claimed = gone.claimed if gone else max(totals, default=None)
    return Heard(
        status=verdict.status.value,
        minutes=verdict.minutes,
        needed=verdict.needed,
        flags=tuple(sorted(verdict.flags)),
        reasons=verdict.reasons,
        first=verdict.first_join,
        last=verdict.last_leave,
        spans=tuple((span.start, span.end) for span in verdict.spans),
        claimed_minutes=None if claimed is None else claimed // 60,
        overlapping_minutes=gone.overlapping // 60 if gone else 0,
        outside_minutes=gone.outside // 60 if gone else 0,
        replay_minutes=max((r.replay_seconds for r in records), default=0) // 60,
    )


def judge(rule: Rule, rows: Sequence[tuple[str, MeetingRow]]) -> Attendance:
    """One person's verdict from (source, row) of all files, without a database."""
    day = rule.session.start.date()
    return judge_records(rule, [record_of(row, source, day) for source, row in rows])


# Before a minimum is chosen

SHARES = (60, 70, 80, 90)


@dataclass(frozen=True, slots=True)
class Preview:
    """What one minimum would come to: the minutes it asks for, how many reach it, and who reaches the one before only."""

    percent: int
    needed: int
    passing: int
    lost: tuple[str, ...]
    is_set: bool


def previews(activity: Activity, rows: Sequence[DeskRow]) -> list[Preview]:
    """Who would pass at 60, 70, 80 and 90 %, and at the share that is set, of those whose minutes are known. Minutes that
    are asked for beside the share are asked for at each."""
    heard = [
        (row.learner.name, reason["minutes"])
        for row in rows
        for reason in row.duty.reasons
        if reason["code"] == "live.heard"
    ]
    from yingzao.activities.queries import frames  # the command line judges without a database

    frame = frames([activity], clock.now())[activity.pk]
    rule = rule_of(frame)
    if rule is None or not heard:
        return []
    minutes, asked = rule.min_minutes, rules.Asked.of(activity.rule).min_share
    set_percent = int(asked * 100) if asked is not None and (asked * 100).denominator == 1 else None
    percents = sorted({*SHARES, *([set_percent] if set_percent else [])})
    found: list[Preview] = []
    before: set[int] = set(range(len(heard)))
    for percent in percents:
        needed = ceil(Rule(rule.session, Fraction(percent, 100), minutes, breaks=rule.breaks).needed)
        now = {n for n, (_name, m) in enumerate(heard) if m >= needed}
        lost = tuple(heard[n][0] for n in sorted(before - now))
        found.append(Preview(percent, needed, len(now), lost, percent == set_percent))
        before = now
    return found
