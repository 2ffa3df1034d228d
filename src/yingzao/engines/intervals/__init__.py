"""How long somebody was there, and whether that is enough. Described in docs/algorithms/intervals.md."""

from yingzao.engines.intervals.spans import Interval, Presence, clip, measure, union
from yingzao.engines.intervals.verdicts import (
    Attendance,
    Punch,
    Rule,
    Status,
    judge_intervals,
    judge_punches,
    judge_totals,
    pass_counts,
)

__all__ = [
    "Attendance",
    "Interval",
    "Presence",
    "Punch",
    "Rule",
    "Status",
    "clip",
    "judge_intervals",
    "judge_punches",
    "judge_totals",
    "measure",
    "pass_counts",
    "union",
]
