"""Numbers against the names beside them, against each other, and against somebody who vouches for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from yingzao.stories.rules.truth.findings import Code, Finding, Known, Recorded, plain_words, sentences
from yingzao.stories.rules.truth.numbers import FIGURES, STOPS, Counted, counted, value_of, without_number

NAMED = re.compile(
    r"(?:[“《「][^“”《》「」\n]{1,40}[”》」])(?:(?:[、，,]|和|与|及|以及|、?和)?[“《「][^“”《》「」\n]{1,40}[”》」])+(?P<open>等)?"
)
QUOTED = re.compile(r"[“《「]([^“”《》「」\n]{1,40})[”》」]")
JOINED = re.compile(rf"[^{STOPS}]{{1,20}}(?:、[^{STOPS}]{{1,20}})+")
LEADS = re.compile(
    r"^[，,]?(?:[：:（(—\-“《「]|分别(?:是|为|到|在|前往|走访)?|包括|包含|有|即|为|是|涵盖|涉及)"
)


_N = rf"\d[\d,，]*|[{FIGURES}]{{1,9}}"
_FILL = r"[\s（(，,/]{0,3}(?:即|约|共|为|是)?"
BESIDE = re.compile(
    rf"(?<![\d{FIGURES}第年月.])(?P<before>{_N}){_FILL}⟦(?P<a>\d+)⟧|⟦(?P<b>\d+)⟧{_FILL}(?P<after>{_N})(?![\d年月日号:：.])"
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
    items: tuple[str, ...] = ()  # those with 、 between them; none where they stand in quotation marks


def named(sentence: str) -> Iterator[Names]:
    """Lists of names in quotation marks, and lists with 、 between them."""
    covered: list[tuple[int, int]] = []
    for found in NAMED.finditer(sentence):
        items = QUOTED.findall(found[0])
        noun = re.split(rf"[{STOPS}的]", sentence[: found.start()])[-1]
        covered.append((found.start(), found.end()))
        is_open = bool(found["open"]) or sentence[found.end() :].startswith("等")
        yield Names(
            frozenset({len(items)}), without_number(noun), found.start(), found.end(), items[0], is_open
        )
    for found in JOINED.finditer(sentence):
        if any(start < found.end() and found.start() < end for start, end in covered):
            continue
        items = found[0].split("、")
        last = items[-1]
        if any(list(counted(item)) for item in items[1:-1]) or any(not one.noun for one in counted(items[0])):
            continue  # 3期、每期5天、每天6学时, 备案89个、注册23个: no names
        more = {len(items) + 1} if re.search(r".(?:和|与|及|以及).", last) else set()
        sizes = frozenset({len(items)} | more)
        yield Names(sizes, "", found.start(), found.end(), items[0][-12:], "等" in last, tuple(items))


def _agrees(number: Counted, names: Names) -> bool:
    if number.value is None or number.value in names.sizes:
        return True
    return names.is_open and number.value >= min(names.sizes)


def _is_about(sentence: str, number: Counted, names: Names) -> bool:
    """Whether a number of the sentence counts this list: behind it (…三个内容), inside its last item, before it (三项：…), or, of
    people, in front of the first (三位导师李明、王芳)."""
    if names.start <= number.start <= names.end:
        if _counts_people(number, names):
            return True
        tail = sentence[number.start : names.end]
        if "、" in tail or sentence[: number.start].rstrip("的等共这")[-1:] in STOPS:
            return False
        last = sentence.rfind("、", 0, number.start) + 1
        return not list(
            counted(sentence[last : number.start])
        )  # 桂园五个社区的10名学员: the first number counts the list
    between = sentence[number.end : names.start]
    if number.end <= names.start:
        rest = between.removeprefix(number.noun)
        if not rest.strip("，, ") and names.items and names.items[0].startswith("分别"):
            return not list(counted(sentence[names.start : names.end]))  # 两场参访，分别到…、…的四个社区
        return bool(LEADS.match(rest)) or (sentence[names.start] in "“《「" and not rest.strip())
    gap = sentence[names.end : number.start]
    return gap in ("", "的", "等", "共", "这", "等共", "一共", "，共", "，一共", "等的")


SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖"
    "石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤霍区麦冼招植岑植简关欧伍"
)
PERSON = re.compile(rf"[{SURNAMES}][\u4e00-\u9fff]{{1,2}}")


def _counts_people(number: Counted, names: Names) -> bool:
    """三位导师李明、王芳和陈静: names of people behind the first, which its noun leads."""
    first, *others = names.items or ("",)
    return (
        number.measure in ("位", "名")
        and number.start < names.start + len(first)
        and len(others) > 0
        and "的" not in number.noun
        and all(PERSON.fullmatch(one) for one in others[:-1])
        and PERSON.match(others[-1]) is not None
        and PERSON.search(first[-3:]) is not None
    )


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
    for sentence, numbers, lists in told:
        beside = {found.quote: found for found in _beside(sentence, numbers)}
        yield from beside.values()
        for number in numbers:
            for names in lists:
                if _is_about(sentence, number, names) and not _agrees(number, names):
                    yield _other_count(number, sentence, names, sentence)
            if (
                not number.is_bound
                and number.quote not in beside
                and not _is_in_a_name(sentence, number, known)
            ):
                yield Finding(Code.NUMBER, number.quote, sentence, {"recorded": _recorded(number, known)})
    yield from _across(told)
    yield from _twice(told)
    yield from _one_by_one(text)


def _beside(sentence: str, numbers: list[Counted]) -> Iterator[Finding]:
    """Typed numbers that say otherwise than a bound figure: right beside it (⟦86⟧（90）名), or of the same thing in its sentence."""
    for found in BESIDE.finditer(sentence):
        bound, typed = found["a"] or found["b"], found["before"] or found["after"]
        if (value := value_of(typed)) is not None and value != float(bound):
            yield Finding(Code.BESIDE, typed, sentence, {"bound": bound})
    for one in numbers:
        for other in numbers:
            if (
                one.is_bound
                and not other.is_bound
                and other.value is not None
                and one.value != other.value
                and one.measure == other.measure
                and len(one.noun) >= 2
                and one.noun == other.noun
            ):
                yield Finding(Code.BESIDE, other.quote, sentence, {"bound": plain_words(one.quote)})


def _is_in_a_name(sentence: str, number: Counted, known: Known) -> bool:
    """夏南二社区, and what stands right beside a bound figure, which was held against that already."""
    if any(sentence[: number.end].endswith(place) for place in known.places):
        return True
    return not number.measure and any(
        one.start() <= number.start < one.end() for one in BESIDE.finditer(sentence)
    )


ORDER = re.compile(r"(?<![\u4e00-\u9fff])(?P<n>[一二三四五六七八九])是(?P<what>[^，。；;\n]{1,20})")


def _one_by_one(text: str) -> Iterator[Finding]:
    """三个特点：一是…；二是…；三是…: the last of them against the number in front of the first."""
    for line in text.split("\n"):
        told = list(ORDER.finditer(line))
        starts = [n for n, one in enumerate(told) if one["n"] == "一"]
        for start, end in zip(starts, [*starts[1:], len(told)], strict=False):
            run = [one for n, one in enumerate(told[start:end]) if one["n"] == "一二三四五六七八九"[n]]
            before = line[: run[0].start()]
            numbers = [
                one
                for one in counted(before)
                if not before[one.end :].removeprefix(one.noun).strip("。，：:、（( ")
            ]
            if len(run) < 2 or not numbers or numbers[-1].value in (None, len(run)):
                continue
            number = numbers[-1]
            sentence = next(
                (one for one in reversed(sentences(before)) if number.quote in one), before.strip()
            )
            data = {"named": len(run), "first": run[0]["what"], "where": line.strip(), "count": number.quote}
            yield Finding(Code.COUNT, number.quote, sentence, data)


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


def _recorded(number: Counted, known: Known) -> list[Recorded]:
    """What the records hold of the thing that is counted."""
    return [figure for figure in known.figures if any(word in number.noun for word in figure.words)]
