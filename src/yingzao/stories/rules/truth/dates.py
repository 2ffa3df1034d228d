"""Days that a story names: whether they exist, fall on the day of the week that is said, and agree with the plan."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from yingzao.stories.rules.truth.findings import Code, Finding, Known, Told, sentences
from yingzao.stories.rules.truth.numbers import value_of

_H = "〇零一二三四五六七八九十"
_DAY = rf"\d{{1,2}}|[{_H}]{{1,3}}"
_WEEKDAY = r"\s*[（(,，]?\s*(?:星期|周|礼拜)(?P<wd>[一二三四五六日天])[）)]?"
DAY = re.compile(
    rf"(?:(?P<y>\d{{4}}|[{_H}]{{4}})\s*[年\-/.]\s*)?(?<![\d{_H}])(?P<m>{_DAY})\s*(?:月|(?<=\d)[\-/.](?=\d{{1,2}}(?!\d)))\s*(?P<d>{_DAY})"
    rf"\s*(?:日|号)?(?P<w>{_WEEKDAY})?"
)
# 10月14—16日, 14、28日, 6日和13日: further days of the month that was named.
FURTHER = re.compile(
    rf"\s*(?:[、，,和及与~～\-—–]{{1,2}}|至|到)\s*(?P<d>{_DAY})(?=\s*(?:[日号]|[、和及与~～\-—–至到]\s*\d{{1,2}}\s*[日号]))\s*(?:日|号)?"
    rf"(?P<w>{_WEEKDAY})?"
)
WRITTEN = re.compile(r"[年月日号]")
AHEAD = re.compile(r"将|计划于|拟|预计|接下来|下一步|即将|定于|届时|截止|截至|报名|需在|须在|应在|之前")
WEEK = "一二三四五六日"


def check_dates(text: str, known: Known) -> Iterator[Finding]:
    """Where no year is said it is the one in which the day falls into the programme, else that of the story's own date."""
    for sentence in sentences(text):
        for found in DAY.finditer(sentence):
            if not WRITTEN.search(found[0]) and not found["y"]:
                continue  # 3-5 is no date
            year, month = _number(found["y"]), _number(found["m"])
            yield from _one_day(found, year, month, sentence, known)
            after = FURTHER.match(sentence, found.end())
            while after is not None:
                yield from _one_day(after, year, month, sentence, known)
                after = FURTHER.match(sentence, after.end())


def _one_day(
    found: re.Match[str], year: int | None, month: int | None, sentence: str, known: Known
) -> Iterator[Finding]:
    quote = found[0].strip(" ，,（(、和及与~～-—–至到")
    try:
        day = _day(year, month or 0, _number(found["d"]) or 0, known)
    except ValueError:
        yield Finding(Code.DATE, quote, sentence, {"why": "none"})
        return
    said = (found["wd"] or "").replace("天", "日")
    if said and WEEK[day.weekday()] != said:
        yield Finding(
            Code.DATE, quote, sentence, {"why": "weekday", "day": day, "right": WEEK[day.weekday()]}
        )
        return
    yield from _against_plan(quote, sentence, day, known)


def _number(written: str | None) -> int | None:
    """14, 十四, 二〇二一."""
    if not written:
        return None
    if written.isascii():
        return int(written)
    if "十" in written:
        return int(value_of(written) or 0)
    return int("".join(str("零一二三四五六七八九".index(sign.replace("〇", "零"))) for sign in written))


def _day(year: int | None, month: int, number: int, known: Known) -> dt.date:
    """Raises ValueError for a day that no calendar has."""
    if year:
        return dt.date(year, month, number)
    for near in range(known.ends_on.year, known.starts_on.year - 1, -1):
        if (month, number) != (2, 29) and known.starts_on <= (
            day := dt.date(near, month, number)
        ) <= known.ends_on:
            return day
    return dt.date(known.day.year, month, number)


def _against_plan(quote: str, sentence: str, day: dt.date, known: Known) -> Iterator[Finding]:
    named = [told for told in known.activities if told.days and _is_named(told, sentence)]
    if named:
        if not any(day in told.days for told in named):
            told = named[0]
            yield Finding(
                Code.OTHER_DAY,
                quote,
                sentence,
                {"title": told.title, "days": sorted(told.days), "day": min(told.days)},
            )
        return
    if day > known.day and not AHEAD.search(sentence):
        yield Finding(Code.AHEAD, quote, sentence, {"day": known.day})
    elif not known.starts_on - dt.timedelta(days=31) <= day <= known.ends_on + dt.timedelta(days=366):
        yield Finding(
            Code.OUTSIDE,
            quote,
            sentence,
            {"day": day, "starts_on": known.starts_on, "ends_on": known.ends_on},
        )


def _is_named(told: Told, sentence: str) -> bool:
    return len(told.title) >= 3 and told.title in sentence
