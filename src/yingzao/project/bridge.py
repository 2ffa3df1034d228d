"""Rows of exports → values of the engines `identity` and `intervals` → plain values, for the command line."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from yingzao.core.ports import MeetingRow
from yingzao.engines.identity import Ignored, Known, Linked, Proposal, Seen, phones_in, resolve
from yingzao.engines.intervals import Interval, Rule, Status
from yingzao.live import bridge as live

STATUS = {Status.ATTENDED: "出勤", Status.SHORT: "时长不足", Status.ABSENT: "缺勤", Status.CHECK: "需核实"}
FLAG = {"late": "迟到", "early": "早退", "made_up": "补卡", "only_totals": "only_totals", "on_leave": "请假"}
UNREADABLE = {"unreadable_time", "unreadable_status", "leave_before_join", "month_unknown"}


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
    known = [
        Known(one.id, one.name, one.community, one.code, "".join(phones_in(one.phone)[:1]), one.email)
        for one in learners
    ]
    seen = [_seen(str(number), row) for number, row in enumerate(rows)]
    return [_finding(verdict) for verdict in resolve(seen, known)]


def _seen(key: str, row: MeetingRow) -> Seen:
    first, *also = row.names or (row.name_as_given,)
    return Seen(key, first, row.phone, row.email, row.community, row.host, row.code, also=tuple(also))


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
    """One learner's outcome from (source, row) of all files, by the judge that the pages use too.

    Of somebody who is on no report there are 0 minutes, or none to speak of where clock-ins are all there is.
    An answer to a questionnaire says that somebody answered and not that they were there: it credits nobody,
    and where it is all there is, a person decides.
    """
    there = [(source, row) for source, row in rows if source != "answers"]
    if rows and not there:
        return Outcome(STATUS[Status.CHECK], None, (), ("only_answers",))
    verdict = live.judge(rule, there)
    absent = verdict.status is Status.ABSENT
    return Outcome(
        status=STATUS[verdict.status],
        minutes=(None if punches_only else 0) if absent and not rows else verdict.minutes,
        flags=tuple(sorted(FLAG[flag] for flag in verdict.flags)),
        reasons=verdict.reasons,
        first_join=verdict.first_join,
        last_leave=verdict.last_leave,
    )
