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
        more = {len(items) + 1} if re.search(r".(?:和|与|及|以及).", last) else set()
        yield Names(
            frozenset({len(items)} | more), "", found.start(), found.end(), items[0][-12:], "等" in last
        )


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
    for sentence, numbers, lists in told:
        beside = {found.quote: found for found in _beside(sentence, numbers)}
        yield from beside.values()
        for number in numbers:
            for names in lists:
                if _is_about(sentence, number, names) and not _agrees(number, names):
                    yield _other_count(number, sentence, names, sentence)
            if not number.is_bound and number.quote not in beside:
                yield Finding(Code.NUMBER, number.quote, sentence, {"recorded": _recorded(number, known)})
    yield from _across(told)
    yield from _twice(told)


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
