"""Jobs of this room."""

import datetime as dt

from yingzao.cases import actions
from yingzao.core.jobs import job, regularly


@regularly(dt.timedelta(minutes=1))
@job("cases.announce_due")
def announce_due() -> None:
    """Tell learners of cases that were pushed for a later hour, once it has come."""
    actions.announce_due()
