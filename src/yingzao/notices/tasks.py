"""What the worker does for the outbox, each channel by itself: a slow mail server holds up no group."""

import datetime as dt

from yingzao.core.jobs import continually, job
from yingzao.notices import actions
from yingzao.notices.enums import Channel

PAUSE = dt.timedelta(seconds=2)


@continually(PAUSE)
@job("notices.hand_over_mail")
def hand_over_mail() -> None:
    actions.hand_over_due(Channel.EMAIL)


@continually(PAUSE)
@job("notices.hand_over_pushes")
def hand_over_pushes() -> None:
    actions.hand_over_due(Channel.PUSH)


@continually(PAUSE)
@job("notices.hand_over_posts")
def hand_over_posts() -> None:
    actions.hand_over_due(Channel.ROBOT)
