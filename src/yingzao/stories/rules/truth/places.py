"""Names of places against the register of communities."""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from yingzao.stories.rules.truth.findings import Code, Finding, Known, sentences, sounds
from yingzao.stories.rules.truth.numbers import STOPS

SUFFIXES = ("社区", "村", "街道", "镇", "花园", "小区", "居委会", "村委会")
PROPER = frozenset({"nr", "ns", "nz", "nt", "nrt", "nrfg"})
# Kinds of places, and what only looks like a name.
GENERIC = re.compile(
    r"^(?:本|该|各|老旧?|新型?|都市|传统|乡村|城乡|结合|示范|试点|美丽|和谐|智慧|农|城中|全|多|居|此|两|三|四|五|六|七|八|九|十|乡|试点)*(?:社区|村|街道|镇|花园|小区|居委会|村委会)$"
)


# A joining word that segmentation would take into a name: 溪口村和翠花社区.
JOINS = re.compile(rf"(?<=[{''.join(suffix[-1] for suffix in SUFFIXES)}])(?:以及|和|与|及)")


# Where a name begins, for those that the segmentation does not know: behind a stop, or behind the word that leads to a place.
_ENDING = "社区|村|街道|镇|花园|小区"
LED = re.compile(
    rf"(?:^|[{re.escape(STOPS)}]|来自|走访了?|到访了?|参观了?|前往|走进了?|抵达|在|与|到了?|位于|、|区|镇|街道)"
    rf"(?P<name>(?P<stem>[\u4e00-\u9fff]{{2,3}}?)(?:{_ENDING}))(?![民居委镇])"
)
NO_NAME = re.compile(
    r"[一二两三四五六七八九十百几个各每该本此多这那参训示试点了的等全我你他社村在到与和同从向由被为]|[乡农]$"
)
LISTED = re.compile(rf"(?<![^{STOPS}])[^{STOPS}]{{1,40}}(?:、[^{STOPS}]{{1,40}})+")
LAST = re.compile(rf"[\u4e00-\u9fff]{{2,4}}(?:{_ENDING})$")


def named_places(sentence: str, known: frozenset[str] = frozenset()) -> Iterator[str]:
    """Proper names in front of 社区, 村, 街道 …, as the segmentation reads them, and words that end so and are one name; words that
    it does not know, where a name would stand; and what stands in one list with a place that is `known`."""
    joined = JOINS.sub("、", sentence)
    for found in LED.finditer(joined):
        if not rjieba.has_word(found["stem"]) and not NO_NAME.search(found["stem"]):
            yield found["name"]
    for found in LISTED.finditer(joined):
        items = found[0].split("、")
        if any(item.endswith(tuple(known)) for item in items):
            yield from (item for item in items[1:] if LAST.fullmatch(item) and not NO_NAME.search(item[:-2]))
    tokens = [tuple(token) for token in rjieba.tag(joined, True)]
    for n, (word, tag) in enumerate(tokens):
        if word in SUFFIXES:
            before, of = tokens[n - 1] if n else ("", "")
            if 2 <= len(before) <= 6 and (of in PROPER or (of == "n" and not rjieba.has_word(before))):
                yield before + word
        elif word.endswith(SUFFIXES) and len(word) >= 3 and (tag in PROPER or tag == "n"):
            yield word


def check_places(text: str, known: Known) -> Iterator[Finding]:
    """A name that the register does not hold, with one that it does and that looks or sounds like it."""
    if not known.places:
        return
    seen: set[str] = set()
    for sentence in sentences(text):
        for name in named_places(sentence, known.places):
            if name in seen or GENERIC.match(name) or _is_known(name, known) or _is_compound(name, sentence):
                continue
            seen.add(name)
            yield Finding(Code.PLACE, name, sentence, proposal=_like(name, known, text))


# 顺德区社区治理, 桂城社区发展: the word in front is a district, and 社区 belongs to what follows.
COMPOUNDS = [
    "治理",
    "营造",
    "发展",
    "未来",
    "建设",
    "服务",
    "工作",
    "居民",
    "参访",
    "活动",
    "教育",
    "矫正",
    "组织",
    "养老",
    "书记",
]


def _is_compound(name: str, sentence: str) -> bool:
    if not name.endswith("社区"):
        return False
    if name[:-2].endswith(("区", "市", "省", "县", "镇", "街道")):
        return True
    behind = sentence.partition(name)[2]
    return behind.startswith(tuple(word for word in COMPOUNDS if word not in ("居民", "书记")))


def _is_known(name: str, known: Known) -> bool:
    return any(name in place or name.endswith(place) for place in known.places) or any(
        name in n for n in known.names
    )


def _like(name: str, known: Known, text: str) -> str:
    """A place of the register with the same sound, the same first part (文华花园 for 文华社区), or one other character, unless the text
    names that one too; "" where there is none."""
    said = sounds(name)
    stem = re.sub(rf"(?:{_ENDING})$", "", name)
    alike = sorted(place for place in known.places if len(place) == len(name))
    for place in alike:
        if sounds(place) == said:
            return place
    for place in sorted(known.places):
        if len(stem) >= 2 and re.fullmatch(rf"{re.escape(stem)}(?:{_ENDING})", place):
            return place
    for place in alike:
        if place not in text and sum(a != b for a, b in zip(place, name, strict=True)) == 1:
            return place
    return ""
