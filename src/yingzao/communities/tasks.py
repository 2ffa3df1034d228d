"""Jobs of this room."""

import datetime as dt

from yingzao.communities import actions
from yingzao.core.jobs import job, regularly


@job("communities.erase_leader_again")
def erase_leader_again(code: str, at: str) -> None:
    """After a restore: forget again whoever was forgotten."""
    actions.erase_leader_again(code=code, at=at)


@regularly(dt.timedelta(days=1))
@job("communities.keep_lines")
def keep_lines() -> None:
    """Write the lines of erased leaders that a crash kept from the record."""
    actions.keep_leader_lines()
