"""Jobs that read across rooms."""

import datetime as dt

from yingzao.activities.queries.reminders import reminding
from yingzao.core import clock
from yingzao.core.jobs import enqueue, job, regularly
from yingzao.programmes.models import Programme
from yingzao.web import actions

OPENS, CLOSES = dt.time(9), dt.time(21)


@regularly(dt.timedelta(hours=1))
@job("web.warn_everywhere")
def warn_everywhere() -> None:
    """By day, look at every programme that runs."""
    now = clock.now()
    if not OPENS <= now.astimezone(clock.SHANGHAI).time() < CLOSES:
        return
    for programme, plan in reminding(now):
        if plan.nearly_late:
            enqueue("web.warn", programme_code=programme.code)


@job("web.warn")
def warn(programme_code: str) -> None:
    """Tell those who hang on one duty."""
    actions.warn(Programme.objects.select_related("organisation").get(code=programme_code))


@job("web.make_folder")
def make_folder(code: str) -> None:
    actions.make_folder(code=code)


@regularly(dt.timedelta(hours=1))
@job("web.drop_old_folders")
def drop_old_folders() -> None:
    actions.drop_old_folders()
