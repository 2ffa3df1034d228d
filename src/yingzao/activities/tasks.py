"""Jobs of this room."""

import datetime as dt

from yingzao.activities.actions import reminders, videos, watching
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


@regularly(dt.timedelta(minutes=1))
@job("activities.close_idle_sessions")
def close_idle_sessions() -> None:
    """Make evidence of what was watched, once its player has fallen silent."""
    watching.close_idle_sessions()


@regularly(dt.timedelta(days=1))
@job("activities.forget_old_pieces")
def forget_old_pieces() -> None:
    """Delete heartbeats that became evidence long ago, and films that never arrived to their end."""
    watching.forget_old_pieces()
    videos.drop_old_drafts()
