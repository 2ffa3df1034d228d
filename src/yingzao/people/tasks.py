"""Jobs of this room."""

import datetime as dt

from yingzao.core.jobs import job, regularly
from yingzao.people import actions


@job("people.erase_again")
def erase_again(organisation: str, subject: str, at: str, whole: bool) -> None:
    """After a restore: forget again whoever was forgotten."""
    actions.erase_again(organisation=organisation, subject=subject, at=at, whole=whole)


@regularly(dt.timedelta(days=1))
@job("people.keep_lines")
def keep_lines() -> None:
    """Write the lines of erasures that a crash kept from the record."""
    actions.keep_lines()
