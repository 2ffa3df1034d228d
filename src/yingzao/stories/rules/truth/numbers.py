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
    "倍",
    "分",
    "年",
    "大",
    "%",
    "％",
]
_MEASURE = "|".join(sorted(map(re.escape, MEASURES), key=len, reverse=True))
# What is counted without a measure word, as headlines do: 四社区, 两地.
_BARE_NOUN = "社区|村居|镇街|街道|小区|单位|部门|村|镇|地"
_JOIN = r"\s*[-—–~～至到]{1,2}\s*"
_N = rf"\d[\d,，]{{0,15}}(?:\.\d+)?\s?[百千万亿]{{0,2}}|[{FIGURES}]{{1,12}}"
NUMBER = re.compile(
    rf"(?<![第\d.年/：:\-—{FIGURES}])(?P<n>(?:[数几][十百千万亿]{{1,2}})|{_N})(?P<to>[%％]?{_JOIN}(?:{_N}))?(?P<bound>⟧)?"
    rf"(?P<more>[多余几来]?)(?P<m>{_MEASURE}|(?<=[两三四五六七八九十]){_BARE_NOUN})"
)
SHARES = re.compile(
    rf"百分之[{FIGURES}点]+|[{FIGURES}\d]{{1,4}}分之[{FIGURES}\d]{{1,4}}|"
    rf"[一两二三四五六七八九](?:、[二三四五六七八九])?成(?=以上|以下|多|左右|的|居民|村民|业主|住户|群众|学员|受访|[，。；、：）,;]|$)"
)
# Digits that no measure word follows, with what belongs to them (0757-8632).
DIGITS = re.compile(
    r"(?<![\dA-Za-z.第+/⟦_])(?<![A-Za-z]-)\d+(?:[,，]\d{3}(?!\d))*(?:\.\d+)?(?:-\d+)*\s?[万亿]?(?![\dA-Za-z+/⟧_]|\s*[.．、)）]\s|热线|专线)"
)
_H = "〇零一二三四五六七八九十"
DATES = re.compile(
    r"\d{4}\s*年?\s*[~～\-—至到]\s*\d{4}\s*年|\d{1,2}\s*[~～\-—–至到]{1,2}\s*\d{1,2}\s*月|"
    rf"(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上)\s*(?:\d{{1,2}}|[{_H}]{{1,3}})\s*[点时](?:半|\d{{1,2}}分?)?|\d{{1,2}}\s*点半|"
    r"\d{4}[./]\d{1,2}[./]\d{1,2}|\d{4}-\d{1,2}-\d{1,2}|"
    rf"[{_H}]{{4}}年(?:[{_H}]{{1,3}}月)?(?:[{_H}]{{1,3}}[日号])?|[{_H}]{{1,3}}月(?:[{_H}]{{1,3}}[日号]|份|底|初|中旬|上旬|下旬)|"
    r"(?:\d{4}\s*年\s*)?\d{1,2}\s*[月.]\s*\d{1,2}(?:\s*[日号]?\s*[、和及至到~～\-—]{1,2}\s*\d{1,2})*\s*[日号]|"
    r"\d{4}\s*年(?:度|初|底)?(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*[日号])?|\d{2}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?|"
    r"\d{1,2}\s*月(?:份|底|初|中旬|上旬|下旬)?|\d{1,2}(?:\s*[至到~～\-—]{1,2}\s*\d{1,2})?\s*[日号](?!线)|\d{1,2}[:：]\d{2}|"
    r"\d{1,2}\s*时(?!期|间|代)|(?<!\d)(?:19|20)\d\d(?!\d|[.,，]\d|\s*[多余]?[百千万亿]?(?:"
    rf"{_MEASURE}))"
)
# What the source says with digits and no reader sees, and what only orders: addresses, [图2], 1. at the head of a line, （1）.
MARKS = re.compile(
    r"\]\(<[^<>]*>\)|https?://\S+|\\?\[图\d+\\?\]|\[数:[^\]]*\]|[图表]\s?\d+|\[\d{1,3}\]|^\s*\d{1,3}\\?[.．、)）]|(?<!⟧)[（(]\d{1,2}[）)]",
    re.MULTILINE,
)
# 一 is an article rather than a count; these are words and not counts either.
NO_COUNTS = re.compile(r"^(?:一|百千|千万|万一|百千万)$")
ROUND = re.compile(r"^[十百千万亿]$")
ABOUT = ("近", "上", "约", "逾", "超", "过", "达", "共", "余", "成")
NEARLY = ("近", "约", "逾", "超", "超过")
FIGURATIVE = frozenset("家年种步层片点面处把大条只分")  # 百家, 千年, 万种
IDIOMS = re.compile(
    r"十九大|二十大|两学一做|三会一课|一对一|五位一体|四个意识|四个自信|两个维护|一方面|一步|一次性|百分点|千家万户|万事|三农|"
    r"[二两三四五六七八九十]个一(?=[”’」，。、工活行])|[三五]社联动|百千万工程|三个代表|四个全面|十分|万分|三分钟热度|八点半|一五一十"
)
STOPS = '，。；、：:,;!！?？…“”‘’"《》（）()【】\n'


@dataclass(frozen=True, slots=True)
class Counted:
    """A number, what it counts, and where it stands in its sentence."""

    value: float | None  # None for 二十多个, 近百人, 1—2次
    quote: str  # 2次线上直播课程
    noun: str  # 线上直播课程
    start: int
    end: int  # behind the measure word
    measure: str = ""
    is_bound: bool = False  # to its query: nobody has to vouch for it


_PLACES = {"十": 10, "百": 100, "千": 1000}


def value_of(figures: str) -> float | None:
    """2, 1,200, 二十, 一百零三, 两万, 3万; None for what is no one number (两三, 数十)."""
    plain = figures.replace(",", "").replace("，", "").replace(" ", "")
    if written := re.fullmatch(r"(\d+(?:\.\d+)?)([百千万亿]*)", plain):
        times = 1
        for sign in written[2]:
            times *= _PLACES.get(sign) or {"万": 10_000, "亿": 100_000_000}[sign]
        return float(written[1]) * times
    if re.search(r"(?<![〇零])[一二两三四五六七八九]{2}(?![〇零一二三四五六七八九])", figures):
        return None
    total, section, digit = 0, 0, 0
    for sign in figures:
        if (place := _PLACES.get(sign)) is not None:
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
    """The numbers of a sentence, in their order, with the measure word and what they count; digits also without one. Dates, hours
    of the day, ordinals and set phrases are none."""
    hidden = sentence
    for pattern in (MARKS, DATES, IDIOMS):
        hidden = pattern.sub(lambda m: "＿" * len(m[0]), hidden)
    found = [one for match in NUMBER.finditer(hidden) if (one := _measured(sentence, hidden, match))]
    taken = [(one.start, one.end) for one in found]
    for pattern in (SHARES, DIGITS):
        for match in pattern.finditer(hidden):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                words = _noun(hidden, match.end())
                found.append(
                    Counted(
                        value_of(match[0]) if pattern is DIGITS else None,
                        match[0] + words,
                        words,
                        match.start(),
                        match.end(),
                    )
                )
                taken.append(match.span())
    return iter(sorted(found, key=lambda one: one.start))


def _measured(sentence: str, hidden: str, match: re.Match[str]) -> Counted | None:
    figures, measure = match["n"], match["m"]
    if NO_COUNTS.match(figures) and not match["more"] and not match["to"]:
        return None
    about = hidden[: match.start()].endswith(ABOUT)
    if ROUND.match(figures) and measure in FIGURATIVE and not match["more"] and not about:
        return None
    if measure == "大" and not hidden[match.end() :].strip(STOPS):
        return None
    if measure == "分" and not figures[-1].isdigit():
        return None
    noun = _noun(hidden, match.end())
    start = match.start() - bool(ROUND.match(figures) and about)  # 近百人
    vague = bool(
        match["more"] or match["to"] or figures[0] in "数几" or (ROUND.match(figures) and about)
    ) or hidden[: match.start()].endswith(NEARLY)
    return Counted(
        None if vague else value_of(figures),
        sentence[start : match.end()] + noun,
        noun.removeprefix("的"),
        start,
        match.end(),
        measure,
        match["bound"] is not None,
    )


def _noun(hidden: str, start: int) -> str:
    found = re.match(rf"(?:参与|[^{STOPS}＿和与及⟦⟧]){{0,20}}", hidden[start:])
    return found[0] if found else ""


def without_number(noun: str) -> str:
    """两门线上直播课程 → 线上直播课程."""
    return re.sub(rf"^.*(?:\d|[{FIGURES}])(?:{_MEASURE})", "", noun)
