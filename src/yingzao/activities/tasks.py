"""Jobs of this room."""

import datetime as dt

from yingzao.activities.actions import reminders
from yingzao.core.jobs import job, regularly


@regularly(dt.timedelta(minutes=15))
@job("activities.remind_of_due")
def remind_of_due() -> None:
    """Remind of what is due in some days."""
    reminders.remind_of_due()


@regularly(dt.timedelta(minutes=1))
@job("activities.remind_of_sessions")
def remind_of_sessions() -> None:
    """Remind of sessions of tomorrow, and of those that begin shortly."""
    reminders.remind_of_sessions()
