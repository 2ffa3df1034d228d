"""Sheets that say what is planned, and sheets that say what was done."""

from yingzao.activities.readers.plan import Plan, PlannedActivity, PlanProblem, read_plan
from yingzao.activities.readers.records import RecordProblem, Records, read_records

__all__ = [
    "Plan",
    "PlanProblem",
    "PlannedActivity",
    "RecordProblem",
    "Records",
    "read_plan",
    "read_records",
]
