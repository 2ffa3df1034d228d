"""Jobs of this room."""

import datetime as dt

from yingzao.core.jobs import job, regularly
from yingzao.fieldwork import actions


@job("fieldwork.erase_interview_again")
def erase_interview_again(code: str, at: str) -> None:
    """After a restore: forget again whoever was forgotten."""
    actions.erase_interview_again(code=code, at=at)


@regularly(dt.timedelta(days=1))
@job("fieldwork.keep_lines")
def keep_lines() -> None:
    """Write the lines of erased interviews that a crash kept from the record."""
    actions.keep_interview_lines()
