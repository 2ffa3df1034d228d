"""Rows of exports → values of the engines `identity` and `intervals` → plain values, for the command line."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from yingzao.core.ports import MeetingRow
from yingzao.engines.identity import Ignored, Known, Linked, Proposal, Seen, resolve
from yingzao.engines.intervals import (
    Attendance,
    Interval,
    Punch,
    Rule,
    Status,
    judge_intervals,
    judge_punches,
    judge_totals,
    measure,
)

STATUS = {Status.ATTENDED: "出勤", Status.SHORT: "时长不足", Status.ABSENT: "缺勤", Status.CHECK: "需核实"}
FLAG = {"late": "迟到", "early": "早退", "made_up": "补卡", "only_totals": "only_totals"}
UNREADABLE = {"unreadable_time", "leave_before_join", "month_unknown"}


@dataclass(frozen=True)
class Learner:
    id: str
    name: str
    community: str = ""
    code: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Finding:
    """Whom a row means: `kind` among linked, ambiguous, unmatched, ignored; `reasons` are (person, codes)."""

    kind: str
    reason: str
    person: str = ""
    candidates: tuple[str, ...] = ()
    reasons: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Outcome:
    status: str
    minutes: int | None
    flags: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    first_join: dt.datetime | None = None
    last_leave: dt.datetime | None = None


def identify(rows: Sequence[MeetingRow], learners: Sequence[Learner]) -> list[Finding]:
    """One finding for each row, in their order."""
    known = [Known(one.id, one.name, one.community, one.code, one.phone, one.email) for one in learners]
    seen = [_seen(str(number), row) for number, row in enumerate(rows)]
    return [_finding(verdict) for verdict in resolve(seen, known)]


def _seen(key: str, row: MeetingRow) -> Seen:
    first, *also = row.names or (row.name_as_given,)
    return Seen(key, first, row.phone, row.email, row.community, row.host, also=tuple(also))


def _finding(verdict) -> Finding:
    if isinstance(verdict, Linked):
        return Finding("linked", verdict.reason, verdict.id)
    if isinstance(verdict, Proposal):
        return Finding(
            "ambiguous",
            verdict.reason,
            candidates=tuple(candidate.id for candidate in verdict.candidates),
            reasons=tuple(
                (one.id, tuple(reason.code for reason in one.reasons)) for one in verdict.candidates
            ),
        )
    return Finding("ignored" if isinstance(verdict, Ignored) else "unmatched", verdict.reason)


def rule_of(
    *, start: dt.datetime, end: dt.datetime, min_share: Fraction, late_after: int, early_before: int
) -> Rule:
    return Rule(Interval(start, end), min_share, late_after=late_after, early_before=early_before)


def judge(rule: Rule, rows: Sequence[tuple[str, MeetingRow]], *, punches_only: bool = False) -> Outcome:
    """One learner's outcome from (source, row) of all files: each source judged by its own kind, the best
    outcome counts.

    A row whose times cannot be read credits nobody; unless the other rows suffice, a person has to look at
    it.
    """
    if not rows:
        return Outcome("缺勤", None if punches_only else 0, ())
    by_source: dict[str, list[MeetingRow]] = {}
    for source, row in rows:
        by_source.setdefault(source, []).append(row)
    judged = [_JUDGES[source](rule, found) for source, found in by_source.items()]
    order = [Status.ATTENDED, Status.CHECK, Status.SHORT, Status.ABSENT]
    best = min(judged, key=lambda verdict: order.index(verdict.status))
    if best.status is not Status.ATTENDED and any(row.problem in UNREADABLE for _, row in rows):
        best = replace(best, status=Status.CHECK, reasons=(*best.reasons, "unreadable_time"))
    known = [verdict.minutes for verdict in judged if verdict.minutes is not None]
    return Outcome(
        status=STATUS[best.status],
        minutes=max(known, default=None),
        flags=tuple(sorted(FLAG[flag] for flag in best.flags)),
        reasons=best.reasons,
        first_join=best.first_join,
        last_leave=best.last_leave,
    )


def _by_intervals(rule: Rule, rows: Sequence[MeetingRow]) -> Attendance:
    timed = [row for row in rows if row.joined_at]
    spanning = [row for row in timed if "first_last_only" in row.flags]
    stays = [(row.joined_at, row.left_at) for row in timed if row.joined_at]
    if not spanning:
        return judge_intervals(rule, stays, on_report=True)
    exact = [
        Interval(row.joined_at, row.left_at or rule.session.end)
        for row in timed
        if row.joined_at and row not in spanning
    ]
    ceiling = int(measure(exact, rule.session).seconds) + sum(row.seconds_claimed or 0 for row in spanning)
    verdict = judge_intervals(rule, stays, on_report=True, at_most_seconds=ceiling)
    if verdict.status is Status.SHORT and any(row.seconds_claimed is None for row in spanning):
        return replace(verdict, status=Status.CHECK, reasons=("unknown_pauses",))
    return verdict


def _by_totals(rule: Rule, rows: Sequence[MeetingRow]) -> Attendance:
    """The longest of one person's totals: two accounts may have watched at the same time, so they are not
    added."""
    live = max((row.seconds_claimed or 0 for row in rows), default=0)
    replay = max((row.replay_seconds or 0 for row in rows), default=0)
    return judge_totals(rule, live_seconds=live, replay_seconds=replay)


def _by_punches(rule: Rule, rows: Sequence[MeetingRow]) -> Attendance:
    day = rule.session.start.date()
    marks = [punch for row in rows for punch in row.punches if punch.at.date() == day]
    verdict = judge_punches(
        rule,
        [
            Punch(one.at, _marked(one.marks, "补"), _marked(one.marks, "异常", "未知", "外勤"))
            for one in marks
        ],
    )
    said = tuple(text for row in rows for on, text in row.remarks if on == day)
    if said:
        return replace(verdict, status=Status.CHECK, reasons=(*verdict.reasons, *said))
    return verdict


def _marked(marks: Sequence[str], *words: str) -> bool:
    return any(word in mark for mark in marks for word in words)


_JUDGES = {"intervals": _by_intervals, "totals": _by_totals, "punches": _by_punches}
