"""Jobs of this room."""

import datetime as dt

from yingzao.core.jobs import job, regularly
from yingzao.visits import actions


@regularly(dt.timedelta(hours=6))
@job("visits.forget_contacts")
def forget_contacts() -> None:
    """Remove emergency contacts some days after their visit."""
    actions.forget_contacts()
