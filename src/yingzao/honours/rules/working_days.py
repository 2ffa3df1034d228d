"""Working days of the State Council's yearly arrangement, with 调休: one data file a year, no year guessed."""

import datetime as dt
import json
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from yingzao.core.errors import Refused

CALENDARS = Path(__file__).resolve().parent.parent / "calendars"


@lru_cache(maxsize=32)
def _calendar(year: int) -> tuple[frozenset[str], frozenset[str]]:
    """(holidays, worked weekend days) of a year as ISO dates. Refused without a data file for it."""
    try:
        text = (CALENDARS / f"{year}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Refused(
            _(
                "There is no holiday calendar for %(year)s yet, so working days cannot be counted. "
                "Add it once the State Council has announced it."
            )
            % {"year": year},
            code="no-calendar",
        ) from None
    calendar = json.loads(text)
    return frozenset(calendar["holidays"]), frozenset(calendar["workdays"])


def is_working_day(day: dt.date) -> bool:
    """Monday to Friday but for holidays, and the weekend days that are worked instead. Refused without data."""
    holidays, worked = _calendar(day.year)
    return day.isoformat() in worked or (day.weekday() < 5 and day.isoformat() not in holidays)


def notice_end(posted_on: dt.date, working_days: int) -> dt.date:
    """The last day of a notice: its 24:00 ends the window. The day of posting does not count (Civil Code art. 201).

    Refused when a day on the way lies in a year without a calendar; the year of posting is asked as well.
    """
    if working_days < 1:
        raise ValueError("a notice runs for at least one working day")
    _calendar(posted_on.year)
    day, left = posted_on, working_days
    while left:
        day += dt.timedelta(days=1)
        left -= is_working_day(day)
    return day
