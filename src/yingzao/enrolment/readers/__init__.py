"""What a file says, held against what is known. Nothing here writes."""

from yingzao.enrolment.readers.roster import (
    ROSTER_FIELDS,
    Change,
    Mapping,
    Problem,
    RosterPlan,
    RosterRead,
    plan_roster,
    read_roster_file,
)

__all__ = [
    "ROSTER_FIELDS",
    "Change",
    "Mapping",
    "Problem",
    "RosterPlan",
    "RosterRead",
    "plan_roster",
    "read_roster_file",
]
