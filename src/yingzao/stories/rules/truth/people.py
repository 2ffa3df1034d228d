"""People who are named in a story."""

import re
from collections.abc import Iterator
from functools import lru_cache

from yingzao.stories.rules.truth.findings import Code, Finding, Known, sentences

# What may stand between two characters of a name: a space, as papers set names of two, and the signs of a look.
GAP = r"((?:[ \u3000\xa0]|</?(?:strong|b|em|i|u|s|del|span)>|\*{1,3}|~~){0,4})"


@lru_cache(maxsize=8192)
def pattern_of(name: str) -> re.Pattern[str]:
    """The name however it is set (张　三, <strong>张</strong>三), with what stands in each gap as a group. 学员10 is not in 学员100."""
    letters = "".join(name.split())
    behind = r"(?!\d)" if letters[-1:].isdigit() else ""
    return re.compile(GAP.join(map(re.escape, letters)) + behind)


def is_named(name: str, text: str) -> bool:
    return pattern_of(name).search(text) is not None


def check_people(text: str, known: Known) -> Iterator[Finding]:
    """Names of the programme's people (`known.people`: those without consent), at their first place."""
    told, letters = sentences(text), set(text)
    for name, code in known.people.items():
        if not letters.issuperset("".join(name.split())) or not is_named(name, text):
            continue  # most are nowhere in it
        for sentence in told:
            if is_named(name, sentence):
                yield Finding(Code.PERSON, name, sentence, {"code": code})
                break
