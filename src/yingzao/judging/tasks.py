"""Jobs of this room."""

import datetime as dt

from yingzao.core.jobs import job, regularly
from yingzao.judging.actions import workloads


@regularly(dt.timedelta(minutes=15))
@job("judging.remind_of_sheets")
def remind_of_sheets() -> None:
    """Remind judges of sheets that are due."""
    workloads.remind_of_sheets()


@job("judging.tell_of_opening")
def tell_of_opening(round_code: str) -> None:
    """Tell the judges of a round that it is open."""
    from yingzao.judging.models import Round

    workloads.tell_of_opening(Round.objects.select_related("organisation", "programme").get(code=round_code))
