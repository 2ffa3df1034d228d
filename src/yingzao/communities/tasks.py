"""Jobs of this room."""

import datetime as dt

from yingzao.communities import actions
from yingzao.communities.models import Community
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


@job("communities.look_for_likeness")
def look_for_likeness(community: str) -> None:
    """Look which needs of a community may be the same, soon after one was entered or changed."""
    found = Community.objects.filter(code=community).select_related("organisation").first()
    if found is not None:
        actions.look_for_likeness(community=found)


@regularly(dt.timedelta(days=1))
@job("communities.remind_of_answers")
def remind_of_answers() -> None:
    """Tell who keeps a register which answers are due soon or overdue."""
    actions.remind_of_answers()
