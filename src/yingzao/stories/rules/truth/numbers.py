"""Numbers of a text that count something: how they are written, their measure words, and what is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FIGURES = "零〇一二两三四五六七八九十百千万亿"
# What people, events, places and things are counted with; 年 月 日 are dates and not here.
MEASURES = [
    "平方米",
    "平方公里",
    "公里",
    "小时",
    "学时",
    "课时",
    "分钟",
    "人次",
    "人",
    "名",
    "位",
    "个",
    "场",
    "次",
    "门",
    "节",
    "期",
    "家",
    "支",
    "条",
    "项",
    "件",
    "份",
    "户",
    "天",
    "周",
    "元",
    "万元",
    "亿元",
    "组",
    "队",
    "届",
    "批",
    "类",
    "种",
    "张",
    "幅",
    "篇",
    "堂",
    "站",
    "处",
    "栋",
    "幢",
    "所",
    "片",
    "块",
    "对",
    "面",
    "本",
    "册",
    "棵",
    "盏",
    "辆",
    "台",
    "套",
    "间",
    "层",
    "步",
    "把",
    "只",
    "点",
    "大",
    "%",
    "％",
]
_MEASURE = "|".join(sorted(map(re.escape, MEASURES), key=len, reverse=True))
NUMBER = re.compile(
    rf"(?<![第\d.年/:：\-—{FIGURES}])(?P<n>\d[\d,，]{{0,15}}(?:\.\d+)?|[{FIGURES}]{{1,12}})(?P<bound>⟧)?(?P<more>[多余几来]?)(?P<m>{_MEASURE})"
)
DATES = re.compile(
    r"\d{4}\s*年?\s*[~～\-—至到]\s*\d{4}\s*年|\d{2,4}\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*[日号])?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]|"
    r"\d{1,2}\s*月(?:份|底|初|中旬|上旬|下旬)?|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\s*[日号](?!线)|\d{1,2}[:：]\d{2}|\d{1,2}\s*时(?!期|间|代)"
)
# 一 is an article rather than a count; these are words and not counts either.
NO_COUNTS = re.compile(r"^(?:一|十|百|千|万|亿|百千|千万|万一)$")
IDIOMS = re.compile(
    r"十九大|二十大|两学一做|三会一课|一对一|五位一体|四个意识|四个自信|两个维护|一方面|一步|一次性|百分点|千家万户|万事|三农"
)
STOPS = '，。；、：:,;!！?？…“”‘’"《》（）()【】\n'


@dataclass(frozen=True, slots=True)
class Counted:
    """A number, what it counts, and where it stands in its sentence."""

    value: float | None  # None for 二十多个
    quote: str  # 2次线上直播课程
    noun: str  # 线上直播课程
    start: int
    end: int  # behind the measure word
    measure: str = ""
    is_bound: bool = False  # to its query: nobody has to vouch for it


def value_of(figures: str) -> float | None:
    """2, 1,200, 二十, 一百零三, 两万; None for what is no number."""
    plain = figures.replace(",", "").replace("，", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain)
    total, section, digit = 0, 0, 0
    for sign in figures:
        if (place := {"十": 10, "百": 100, "千": 1000}.get(sign)) is not None:
            section += (digit or 1) * place
            digit = 0
        elif (place := {"万": 10_000, "亿": 100_000_000}.get(sign)) is not None:
            total = (total + section + digit) * place
            section = digit = 0
        else:
            try:
                digit = "零一二三四五六七八九".index(sign.replace("〇", "零").replace("两", "二"))
            except ValueError:
                return None
    return float(total + section + digit)


def counted(sentence: str) -> Iterator[Counted]:
    """The numbers of a sentence that count something, in their order; dates, hours of the day and set phrases do not."""
    hidden = DATES.sub(lambda m: "＿" * len(m[0]), sentence)
    hidden = IDIOMS.sub(lambda m: "＿" * len(m[0]), hidden)
    for found in NUMBER.finditer(hidden):
        if NO_COUNTS.match(found["n"]) or (found["m"] == "大" and not hidden[found.end() :].strip(STOPS)):
            continue
        noun = re.match(rf"[^{STOPS}＿和与及]{{0,20}}", hidden[found.end() :])
        words = (noun[0] if noun else "").removeprefix("的")
        yield Counted(
            None if found["more"] else value_of(found["n"]),
            sentence[found.start() : found.end()] + (noun[0] if noun else ""),
            words,
            found.start(),
            found.end(),
            found["m"],
            found["bound"] is not None,
        )


def without_number(noun: str) -> str:
    """两门线上直播课程 → 线上直播课程."""
    return re.sub(rf"^.*(?:\d|[{FIGURES}])(?:{_MEASURE})", "", noun)
