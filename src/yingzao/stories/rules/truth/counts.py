"""Numbers with their measure words, and lists of names near them that they count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from yingzao.stories.rules.truth.findings import Code, Finding, Known, sentences

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
    rf"(?<![第\d.年/:：\-—{FIGURES}])(?P<n>\d[\d,，]{{0,15}}(?:\.\d+)?|[{FIGURES}]{{1,12}})(?P<more>[多余几来]?)(?P<m>{_MEASURE})"
)
BOUND = re.compile(r"\[数:[^\]\s]+\]")
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
NAMED = re.compile(
    r"(?:[“《「][^“”《》「」\n]{1,40}[”》」])(?:(?:[、，,]|和|与|及|以及|、?和)?[“《「][^“”《》「」\n]{1,40}[”》」])+(?P<open>等)?"
)
QUOTED = re.compile(r"[“《「]([^“”《》「」\n]{1,40})[”》」]")
JOINED = re.compile(rf"[^{STOPS}]{{1,20}}(?:、[^{STOPS}]{{1,20}})+")
LEADS = re.compile(
    r"^[，,]?(?:[：:（(—\-“《「]|分别(?:是|为|到|在|前往|走访)?|包括|包含|有|即|为|是|涵盖|涉及)"
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number, what it counts, and where it stands in its sentence."""

    value: float | None  # None for 二十多个
    quote: str  # 2次线上直播课程
    noun: str  # 线上直播课程
    start: int
    end: int  # behind the measure word


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
    hidden = DATES.sub(lambda m: "＿" * len(m[0]), BOUND.sub(lambda m: "＿" * len(m[0]), sentence))
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
        )


@dataclass(frozen=True, slots=True)
class Names:
    """A list of names: how many (two readings where 和 may join or belong to a name), what they are, where they stand."""

    sizes: frozenset[int]
    noun: str
    start: int
    end: int
    first: str
    is_open: bool = False  # ends in 等: there may be more


def named(sentence: str) -> Iterator[Names]:
    """Lists of names in quotation marks, and lists with 、 between them."""
    covered: list[tuple[int, int]] = []
    for found in NAMED.finditer(sentence):
        items = QUOTED.findall(found[0])
        noun = re.split(rf"[{STOPS}的]", sentence[: found.start()])[-1]
        covered.append((found.start(), found.end()))
        is_open = bool(found["open"]) or sentence[found.end() :].startswith("等")
        yield Names(frozenset({len(items)}), _bare(noun), found.start(), found.end(), items[0], is_open)
    for found in JOINED.finditer(sentence):
        if any(start < found.end() and found.start() < end for start, end in covered):
            continue
        items = found[0].split("、")
        last = items[-1]
        more = {len(items) + 1} if re.search(r".(?:和|与|及|以及).", last) else set()
        yield Names(
            frozenset({len(items)} | more), "", found.start(), found.end(), items[0][-12:], "等" in last
        )


def _bare(noun: str) -> str:
    """Without the number that may stand before it: 两门线上直播课程 → 线上直播课程."""
    return re.sub(rf"^.*(?:\d|[{FIGURES}])(?:{_MEASURE})", "", noun)


def _agrees(number: Counted, names: Names) -> bool:
    if number.value is None or number.value in names.sizes:
        return True
    return names.is_open and number.value >= min(names.sizes)


def _is_about(sentence: str, number: Counted, names: Names) -> bool:
    """Whether a number of the sentence counts this list: behind it (…三个内容), inside its last item, or before it (三项：…)."""
    if names.start <= number.start <= names.end:
        tail = sentence[number.start : names.end]
        return "、" not in tail and sentence[: number.start].rstrip("的等共这")[-1:] not in STOPS
    between = sentence[number.end : names.start]
    if number.end <= names.start:
        rest = between.removeprefix(number.noun)
        return bool(LEADS.match(rest)) or (sentence[names.start] in "“《「" and not rest.strip())
    gap = sentence[names.end : number.start]
    return gap in ("", "的", "等", "共", "这", "等共", "一共", "，共", "，一共", "等的")


def _shared(one: str, other: str) -> int:
    """How many characters the two end in alike."""
    return next(
        (n for n, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b),
        min(len(one), len(other)),
    )


# A sentence with its numbers and its lists.
Told = list[tuple[str, list[Counted], list[Names]]]


def check_counts(text: str, known: Known) -> Iterator[Finding]:
    """Numbers that somebody has to vouch for, numbers against the names beside them, and things counted in two ways."""
    told = [(sentence, list(counted(sentence)), list(named(sentence))) for sentence in sentences(text)]
    seen: set[str] = set()
    for sentence, numbers, lists in told:
        for number in numbers:
            for names in lists:
                if _is_about(sentence, number, names) and not _agrees(number, names):
                    yield _other_count(number, sentence, names, sentence)
            if (number.quote, sentence) not in seen:
                yield Finding(Code.NUMBER, number.quote, sentence, {"near": _figures_like(number, known)})
    yield from _across(told)
    yield from _twice(told)


def _across(told: Told) -> Iterator[Finding]:
    """A list of titles in one sentence, counted in another under the same noun: 线上直播课程“…”“…”“…”, 2次线上直播课程."""
    for place, (_sentence, _numbers, lists) in enumerate(told):
        for names in lists:
            if len(names.noun) < 2:
                continue
            for other, (sentence, numbers, _lists) in enumerate(told):
                for number in numbers:
                    if other == place and _is_about(sentence, number, names):
                        continue
                    alike = _shared(number.noun, names.noun) if number.noun else 0
                    if alike >= min(3, len(names.noun)) and not _agrees(number, names):
                        yield _other_count(number, sentence, names, told[place][0])


def _other_count(number: Counted, sentence: str, names: Names, where: str) -> Finding:
    return Finding(
        Code.COUNT,
        number.quote,
        sentence,
        {"named": max(names.sizes), "first": names.first, "where": where, "count": number.quote},
    )


def _twice(told: Told) -> Iterator[Finding]:
    first: dict[str, tuple[Counted, str]] = {}
    for sentence, numbers, _lists in told:
        for number in numbers:
            noun = number.noun
            if len(noun) < 4 or number.value is None:
                continue
            before, where = first.setdefault(noun, (number, sentence))
            if before.value != number.value:
                yield Finding(
                    Code.TWICE,
                    number.quote,
                    sentence,
                    {"before": before.quote, "where": where, "named": before.quote},
                )


def _figures_like(number: Counted, known: Known) -> list[str]:
    """Labels of the programme's figures that have this value: what the number could be bound to."""
    if number.value is None:
        return []
    same = f"{number.value:g}"
    return [label for label, value in known.figures.items() if value == same][:3]
