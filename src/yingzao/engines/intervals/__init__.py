"""How long somebody was there, and whether that is enough. Described in docs/algorithms/intervals.md."""

from yingzao.engines.intervals.records import Difference, Record, Source, explain_difference, judge_records
from yingzao.engines.intervals.spans import Interval, Presence, clip, measure, union, without
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
    "Difference",
    "Interval",
    "Presence",
    "Punch",
    "Record",
    "Rule",
    "Source",
    "Status",
    "clip",
    "explain_difference",
    "judge_intervals",
    "judge_punches",
    "judge_records",
    "judge_totals",
    "measure",
    "pass_counts",
    "union",
    "without",
]
