"""Use cases of field visits. Each checks its rule, writes in its own transaction, and leaves an audit line."""

from yingzao.visits.actions.checking import check_in_by_code, check_in_by_staff, untick
from yingzao.visits.actions.plan import close_visit, set_stop

__all__ = ["check_in_by_code", "check_in_by_staff", "close_visit", "set_stop", "untick"]
