"""What rooms keep of a person; see registry.py."""

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
    "Erasure",
    "Kind",
    "count_days_by",
    "erasers",
    "holding",
    "kinds",
    "on_erase",
    "on_hold",
    "plain",
    "register",
    "working_days_after",
]
