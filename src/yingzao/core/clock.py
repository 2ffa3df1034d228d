"""Local time. Due dates end at 23:59:59 Asia/Shanghai; dates are local dates."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    return timezone.now()


def today() -> dt.date:
    return local_date(now())


def local_date(moment: dt.datetime) -> dt.date:
    return moment.astimezone(SHANGHAI).date()


def start_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=SHANGHAI)


def end_of(day: dt.date) -> dt.datetime:
    """The last second of a due date."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=SHANGHAI)


def parse_day(text: str | None) -> dt.date | None:
    """`2021-11-15` → date; anything else → None (an address with a bad ?on= shows today)."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def parse_moment(text: str | None) -> dt.datetime | None:
    """An instant in ISO form with its zone; anything else → None."""
    try:
        moment = dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def moment_of(request: HttpRequest) -> dt.datetime:
    """The instant a page about a past state is drawn for: the end of `?on=`, else now."""
    day = parse_day(request.GET.get("on"))
    return end_of(day) if day else now()
