"""Jobs of this room."""

import datetime as dt

from yingzao.core.jobs import job, regularly
from yingzao.courses import actions


@regularly(dt.timedelta(minutes=1))
@job("courses.close_overdue")
def close_overdue() -> None:
    """Hand in the attempts whose time ran out, with what was saved of them."""
    actions.close_overdue()
