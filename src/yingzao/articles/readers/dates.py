"""Dates as posts write them."""

import datetime as dt
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A day, and behind it, where they stand, the day of the week, the time and its zone
_HALF = r"上午|下午|晚上|晚|中午|凌晨|早上|清晨|傍晚|AM|PM"
_WRITTEN = re.compile(
    r"(\d{4})(?:\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?|[/.-](\d{1,2})[/.-](\d{1,2}))"
    r"(?:[ ,，]*[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?)?"
    rf"(?:(?:[ T,，]+|(?<=日)|(?<=[)）]))({_HALF})?\s*(\d{{1,2}})(?:[:：点时](\d{{1,2}})?)(?:[:：分](\d{{1,2}})?)?(?:[.,]\d+)?秒?"
    rf"(?:\s*({_HALF})\b)?)?"
    r"\s*(Z|(?:UTC|GMT|CST)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT|CST|Asia/Shanghai)?",
    re.IGNORECASE,
)
# As JavaScript prints one: Sun Jul 12 2015 10:00:00 GMT+0800 (中国标准时间)
_PRINTED = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d) GMT([+-]\d{4})(?: \(.*\))?")
_DAY_ONLY = re.compile(
    r"(?:\w+,?\s*)?(?:(\d{1,2})\s+([A-Z][a-z]{2})[a-z]*,?\s+(\d{4})|([A-Z][a-z]{2})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4}))"
    r"(?:,?(?: at)? (\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?)?"
)
_SECONDS = re.compile(r"\d{10}(?:\d{3})?")


def read_date(raw: str) -> dt.datetime | None:
    """An aware moment, or None (`Invalid Date`, nonsense, years outside 1990–2100).

    Understands RFC 822, ISO 8601, `2021-11-15 18:00:00`, `2021/11/5 8:00`, `2021年11月15日 星期一 下午3:05`, `15 Nov 2021`,
    `November 15, 2021 at 3:05 PM`, what JavaScript prints, and seconds or milliseconds since 1970. Without a zone it is local time of Asia/Shanghai, and so is CST
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
    match = _WRITTEN.match(text)
    if not match or (
        match.end() < len(text) and "年" not in match[0]
    ):  # behind 2021年… may stand how often it was read
        return None
    year, month, day, other_month, other_day, half, hour, minute, second, late_half, zone = match.groups()
    start = dt.datetime.combine(
        dt.date(int(year), int(month or other_month), int(day or other_day)), dt.time()
    )
    clock = _clock(int(hour or 0), int(minute or 0), int(second or 0), (half or late_half or "").upper())
    return (start + clock).replace(tzinfo=_zone(zone or ""))


def _clock(hour: int, minute: int, second: int, half: str) -> dt.timedelta:
    """Since midnight; 24:00:00 is the next one. Raises ValueError."""
    if (half in ("下午", "晚上", "晚", "傍晚", "PM") and hour < 12) or (half == "中午" and hour < 3):
        hour += 12
    elif half in ("凌晨", "AM") and hour == 12:
        hour = 0
    if (hour, minute, second) != (24, 0, 0):
        dt.time(hour, minute, second)
    return dt.timedelta(hours=hour, minutes=minute, seconds=second)


def _zone(name: str) -> dt.tzinfo | None:
    if match := re.search(r"([+-])(\d{1,2}):?(\d{2})?$", name):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return dt.timezone(dt.timedelta(minutes=minutes if match[1] == "+" else -minutes))
    return dt.UTC if name.upper() in ("Z", "UTC", "GMT") else None


def _by_day(text: str) -> dt.datetime | None:
    match = _DAY_ONLY.fullmatch(text)
    if not match:
        return None
    day, month, year, other_month, other_day, other_year, hour, minute, second, half = match.groups()
    start = parsedate_to_datetime(
        f"{day or other_day} {month or other_month} {year or other_year} 00:00:00 +0800"
    )
    return start + _clock(int(hour or 0), int(minute or 0), int(second or 0), half or "")


def _by_seconds(text: str) -> dt.datetime | None:
    if not _SECONDS.fullmatch(text):
        return None
    return dt.datetime.fromtimestamp(int(text[:10]), dt.UTC)


_READERS = (_by_seconds, dt.datetime.fromisoformat, _printed, _by_mail, _by_pattern, _by_day)
