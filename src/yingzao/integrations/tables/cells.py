"""What a cell says: as text, as a moment, as seconds. For every reader that stands on `tables`.

Moments are naive: an export says local time (Asia/Shanghai) and no zone.
"""

# ruff: noqa: DTZ001

import datetime as dt
import re
from fractions import Fraction
from zoneinfo import ZoneInfo

from yingzao.core.ports import Cell

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = {"", "-", "--", "—", "——", "/", "null", "None", "N/A", "n/a", "无"}


def cell_text(value: Cell) -> str:
    """The text a person sees, stripped: 13800138000.0 → "13800138000", ="001" → "001", a midnight moment →
    its date."""
    if value is None:
        return ""
    if type(value) is str and value.isprintable() and not value.startswith("="):  # nearly every cell
        return value.strip()
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == dt.time.min else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    text = str(value)
    if text.startswith('="') and text.endswith('"') and len(text) > 3:  # how exports keep leading zeros
        text = text[2:-1]
    return text.replace("\ufeff", "").replace("\u200b", "").replace("\xa0", " ").strip()


def header_text(value: Cell) -> str:
    """A header for comparing: no white space, half-width brackets and colon, lower case."""
    text = "".join(cell_text(value).split()).lower()
    return text.translate(str.maketrans("（）【】：", "()[]:")).rstrip("*:").lstrip("*")


def is_blank(value: Cell) -> bool:
    return cell_text(value) in NOTHING


_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[\sT]*(\d{1,2})[:：时点](\d{1,2})(?:[:：分](\d{1,2})|分)?(?:[.,]\d+)?秒?)?\s*"
    r"(?:([AaPp])\.?[Mm]\.?)?\s*"
)
_AMERICAN = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})[\s,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:([AaPp])\.?[Mm]\.?)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*\.?\s+(\d{{1,2}}),?\s+(\d{{4}})", re.IGNORECASE)
_HALF_DAY = re.compile(r"(上午|下午|晚上|凌晨|中午|AM|PM)\s*(?=\d|$)", re.IGNORECASE)
_WEEKDAY = re.compile(r"\s*[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?\s*")


def cell_moment(value: Cell) -> dt.datetime | None:
    """A naive local moment, or None where the cell does not say one. Serial numbers of Excel (44489.8125)
    count as moments."""
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, int | float):
        if not 30_000 <= value <= 80_000:
            return None
        moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=value)
        return (moment + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    text = cell_text(value)
    if not text:
        return None
    if len(text) == 19 and text[4] == "-" and text.isascii():  # nearly every cell
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            pass
    text = _WEEKDAY.sub(" ", text).strip()
    if found := _ENGLISH.match(text):
        text = f"{found[3]}-{_MONTHS.index(found[1].lower()) + 1}-{found[2]}{text[found.end() :]}"
    half = ""
    if found := _HALF_DAY.search(text):
        half, text = found[1].lower(), text.replace(found[0], " ")
    try:
        if found := _MOMENT.fullmatch(text):
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        elif found := _AMERICAN.fullmatch(text):
            month, day, year, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        else:
            return None
        return dt.datetime(year, month, day, _hour(hour, half or (found[7] or "").lower()), minute, second)
    except ValueError:
        return None


def _hour(hour: int, half: str) -> int:
    """The hour of the day. Raises ValueError for one that may be noon as well as midnight (晚上12点)."""
    if half in ("凌晨", "上午", "a", "am"):
        return 0 if hour == 12 else hour
    if half in ("下午", "晚上", "p", "pm"):
        if half == "晚上" and hour == 12:
            raise ValueError("noon or midnight")
        return hour + 12 if hour < 12 else hour
    return hour + 12 if half == "中午" and hour < 3 else hour


_SHORT_YEAR = re.compile(r"\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
_EPOCH = range(1_000_000_000_000, 4_000_000_000_000)  # milliseconds: 2001 to 2096


def machine_moment(value: Cell) -> dt.datetime | None:
    """A moment also where a machine wrote it for itself: 21-11-06 星期六, 2021-11-06 星期六 08:52, 1636160000000 (ms)."""
    text = cell_text(value)
    if text.isdecimal() and int(text) in _EPOCH:
        return dt.datetime.fromtimestamp(int(text) // 1000, SHANGHAI).replace(tzinfo=None)
    if not isinstance(value, str):
        return cell_moment(value)
    if _SHORT_YEAR.match(text):
        text = f"20{text}"
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return cell_moment(float(text))
    return cell_moment(text)


_CLOCK_OF_DAY = re.compile(r"(次日|第二天|\+1)?\s*(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?")


def moment_on(day: dt.date | None, value: Cell) -> dt.datetime | None:
    """A moment that says its day, or a clock (08:52, 次日 00:10, 0.3694) of `day`; None where neither can be read."""
    if moment := machine_moment(value):
        return moment
    if day is None:
        return None
    if isinstance(value, float) and 0 < value < 1:
        return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=round(value * 86_400))
    clock = _CLOCK_OF_DAY.fullmatch(cell_text(value))
    if not clock or int(clock[2]) > 23 or int(clock[3]) > 59 or int(clock[4] or 0) > 59:
        return None
    time = dt.time(int(clock[2]), int(clock[3]), int(clock[4] or 0))
    return dt.datetime.combine(day + dt.timedelta(days=bool(clock[1])), time)


_CLOCK = re.compile(r"(\d+)[:：](\d{1,2})(?:[:：](\d{1,2}))?")
_NUMBER = r"(\d+(?:\.\d+)?)\s*"
_WORDS = re.compile(
    rf"(?:{_NUMBER}(?:小时|时|h(?:ours?|rs?)?))?\s*(?:{_NUMBER}(?:分钟|分|m(?:in(?:ute)?s?)?))?\s*"
    rf"(?:{_NUMBER}(?:秒钟?|s(?:ec(?:ond)?s?)?))?",
    re.IGNORECASE,
)


def cell_seconds(value: Cell, *, unit: int = 60, fraction: bool = False) -> int | None:
    """A length of time in whole seconds, rounded down: 1:30:45, 90:30 (minutes and seconds), 0小时43分53秒,
    1.5小时; a bare number counts `unit` seconds. `fraction`: a number below 1 is a part of a day, as Excel keeps
    a length."""
    if isinstance(value, dt.datetime):  # a duration that Excel made a moment of the year 1900
        return int((value - dt.datetime(1899, 12, 31)).total_seconds()) if value.year <= 1900 else None
    if fraction and isinstance(value, float) and 0 < value < 1:
        return round(value * 86_400)
    text = cell_text(value)
    if not text:
        return None
    if re.fullmatch(r"(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", text):
        text = text.replace(",", "")
        return int(Fraction(text) * unit)
    if clock := _CLOCK.fullmatch(text):
        first, second, third = int(clock[1]), int(clock[2]), clock[3]
        return first * 60 + second if third is None else first * 3600 + second * 60 + int(third)
    words = _WORDS.fullmatch(text)
    if words and any(words.groups()):
        hours, minutes, seconds = (Fraction(part or 0) for part in words.groups())
        return int(hours * 3600 + minutes * 60 + seconds)
    return None


def column_letter(column: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
