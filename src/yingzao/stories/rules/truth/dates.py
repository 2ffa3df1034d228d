"""Days that a story names: whether they exist, fall on the day of the week that is said, and agree with the plan."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from yingzao.stories.rules.truth.findings import Code, Finding, Known, Told, sentences

DAY = re.compile(
    r"(?:(?P<y>\d{4})\s*[年\-/.]\s*)?(?P<m>\d{1,2})\s*(?:月|[\-/.](?=\d{1,2}(?!\d)))\s*(?P<d>\d{1,2})\s*(?:日|号)?"
    r"(?P<w>\s*[（(,，]?\s*(?:星期|周|礼拜)(?P<wd>[一二三四五六日天])[）)]?)?"
)
WRITTEN = re.compile(r"[年月日号]")
AHEAD = re.compile(r"将|计划于|拟|预计|接下来|下一步|即将|定于|届时|截止|截至|报名")
WEEK = "一二三四五六日"


def check_dates(text: str, known: Known) -> Iterator[Finding]:
    """Where no year is said it is the one in which the day falls into the programme, else that of the story's own date."""
    for sentence in sentences(text):
        for found in DAY.finditer(sentence):
            if not WRITTEN.search(found[0]) and not found["y"]:
                continue  # 3-5 is no date
            quote = found[0].strip(" ，,（(")
            try:
                day = _day(found, known)
            except ValueError:
                yield Finding(Code.DATE, quote, sentence, {"why": "none"})
                continue
            said = (found["wd"] or "").replace("天", "日")
            if said and WEEK[day.weekday()] != said:
                yield Finding(
                    Code.DATE, quote, sentence, {"why": "weekday", "day": day, "right": WEEK[day.weekday()]}
                )
                continue
            yield from _against_plan(quote, sentence, day, known)


def _day(found: re.Match[str], known: Known) -> dt.date:
    """Raises ValueError for a day that no calendar has."""
    month, number = int(found["m"]), int(found["d"])
    if found["y"]:
        return dt.date(int(found["y"]), month, number)
    for year in range(known.ends_on.year, known.starts_on.year - 1, -1):
        if (month, number) != (2, 29) and known.starts_on <= (
            day := dt.date(year, month, number)
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
