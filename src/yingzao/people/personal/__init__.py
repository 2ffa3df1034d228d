"""What rooms keep of a person; see registry.py."""

from yingzao.people.personal.periods import PERIODS, Period, Rule, days_of, longest, remove_by, rules
from yingzao.people.personal.registry import (
    Erasure,
    Kind,
    count_days_by,
    erasers,
    holding,
    kinds,
    on_erase,
    on_hold,
    plain,
    register,
    working_days_after,
)

__all__ = [
    "PERIODS",
    "Erasure",
    "Kind",
    "Period",
    "Rule",
    "count_days_by",
    "days_of",
    "erasers",
    "holding",
    "kinds",
    "longest",
    "on_erase",
    "on_hold",
    "plain",
    "register",
    "remove_by",
    "rules",
    "working_days_after",
]
