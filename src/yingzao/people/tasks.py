"""Jobs of this room."""

import datetime as dt

from yingzao.core import jobs
from yingzao.core.jobs import job, regularly
from yingzao.people import actions
from yingzao.people.queries import is_example


@job("people.erase_again")
def erase_again(organisation: str, subject: str, at: str, whole: bool) -> None:
    """After a restore: forget again whoever was forgotten."""
    actions.erase_again(organisation=organisation, subject=subject, at=at, whole=whole)


@regularly(dt.timedelta(days=1))
@job("people.keep_lines")
def keep_lines() -> None:
    """Write the lines of erasures that a crash kept from the record."""
    actions.keep_lines()


@job("people.make_copy")
def make_copy(code: str) -> None:
    """Write the archive of one copy."""
    actions.make_copy(code=code)


@regularly(dt.timedelta(days=1))
@job("people.forget_what_is_over")
def forget_what_is_over() -> None:
    """Have what is over removed; it may take long."""
    jobs.enqueue("people.remove_what_is_over")


@job("people.remove_what_is_over")
def remove_what_is_over() -> None:
    """Take away what is over, and old copies. Of the example nothing is: its first edition is of 2021."""
    actions.drop_old_copies()
    if not is_example():
        actions.remove_what_is_over()
