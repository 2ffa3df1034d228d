"""Dates as posts write them."""

import datetime as dt
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_CHINESE = re.compile(
    r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?(?:\s*(上午|下午|晚上)?\s*(\d{1,2})[:：点时](\d{1,2})?(?:[:：分]\s*(\d{2}))?)?"
)
_SLASHED = re.compile(
    r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]+(上午|下午|晚上)?\s*(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?)?"
)
# As JavaScript prints one: Sun Jul 12 2015 10:00:00 GMT+0800 (中国标准时间)
_PRINTED = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d) GMT([+-]\d{4})(?: \(.*\))?")
_DAY_ONLY = re.compile(
    r"(?:\w+,\s*)?(\d{1,2})\s+([A-Z][a-z]{2})[a-z]*,?\s+(\d{4})|([A-Z][a-z]{2})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})"
)
_SECONDS = re.compile(r"\d{10}(?:\d{3})?")


def read_date(raw: str) -> dt.datetime | None:
    """An aware moment, or None (`Invalid Date`, nonsense, years outside 1990–2100).

    Understands RFC 822, ISO 8601, `2021-11-15 18:00:00`, `2021/11/5 8:00`, `2021年11月15日 下午3:05`, `15 Nov 2021`, what
    JavaScript prints, and seconds or milliseconds since 1970. Without a zone it is local time of Asia/Shanghai, and so is CST
    behind an ISO date: the sites that write so are Chinese. Behind an RFC 822 date CST is America's, and -0000 is UTC (RFC 5322 §3.3).
    """
    text = " ".join(raw.split())
    found = next((moment for read in _READERS if (moment := _tried(read, text))), None)
    if found is None or not 1990 <= found.year <= 2100:
        return None
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found


def _tried(read: Callable[[str], dt.datetime | None], text: str) -> dt.datetime | None:
    try:
        return read(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _printed(text: str) -> dt.datetime | None:
    match = _PRINTED.fullmatch(text)
    return parsedate_to_datetime("{1} {0} {2} {3} {4}".format(*match.groups())) if match else None


def _by_mail(text: str) -> dt.datetime | None:
    moment = parsedate_to_datetime(text)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None and text.endswith("-0000") else moment


def _by_pattern(text: str) -> dt.datetime | None:
    text = re.sub(r"\s+CST$", "", text)
    match = _SLASHED.fullmatch(text) or _CHINESE.match(text)
    if not match:
        return None
    year, month, day, half, *clock = match.groups()
    hour, minute, second = (int(part or 0) for part in clock)
    if half in ("下午", "晚上") and hour < 12:
        hour += 12
    start = dt.datetime.combine(dt.date(int(year), int(month), int(day)), dt.time())
    if (hour, minute, second) == (24, 0, 0):
        return start + dt.timedelta(days=1)
    return start.replace(hour=hour, minute=minute, second=second)


def _by_day(text: str) -> dt.datetime | None:
    match = _DAY_ONLY.fullmatch(text)
    if not match:
        return None
    day, month, year, other_month, other_day, other_year = match.groups()
    return parsedate_to_datetime(
        f"{day or other_day} {month or other_month} {year or other_year} 00:00:00 +0800"
    )


def _by_seconds(text: str) -> dt.datetime | None:
    if not _SECONDS.fullmatch(text):
        return None
    return dt.datetime.fromtimestamp(int(text[:10]), dt.UTC)


_READERS = (_by_seconds, dt.datetime.fromisoformat, _printed, _by_mail, _by_pattern, _by_day)
