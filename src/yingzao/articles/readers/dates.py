"""Dates as posts write them."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_CHINESE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?(?:\s*(\d{1,2})[:：](\d{2}))?")
_SLASHED = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def read_date(raw: str) -> dt.datetime | None:
    """An aware moment, or None (`Invalid Date`, nonsense, years outside 1990–2100).

    Understands RFC 822, ISO 8601, `2021-11-15 18:00:00`, `2021/11/5 8:00` and `2021年11月15日`. Without a zone it is local
    time of Asia/Shanghai: the sites that write so are Chinese.
    """
    found = _by_standard(raw.strip()) or _by_pattern(raw.strip())
    if found is None or not 1990 <= found.year <= 2100:
        return None
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found


def _by_standard(raw: str) -> dt.datetime | None:
    for reader in (dt.datetime.fromisoformat, parsedate_to_datetime):
        try:
            return reader(raw)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _by_pattern(raw: str) -> dt.datetime | None:
    match = _SLASHED.fullmatch(raw) or _CHINESE.match(raw)
    if not match:
        return None
    year, month, day, *clock = (int(part or 0) for part in match.groups())
    try:
        hour, minute, second = (*clock, 0, 0)[:3]
        return dt.datetime.combine(dt.date(year, month, day), dt.time(hour, minute, second))
    except ValueError:
        return None
