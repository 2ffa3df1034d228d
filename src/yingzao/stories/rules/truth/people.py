"""People who are named in a story."""

import re
from collections.abc import Iterator

from yingzao.stories.rules.truth.findings import Code, Finding, Known, sentences


def is_named(name: str, text: str) -> bool:
    """Whether the name stands there; 学员10 does not stand in 学员100."""
    return name in text and (
        not name[-1:].isdigit() or re.search(rf"{re.escape(name)}(?!\d)", text) is not None
    )


def check_people(text: str, known: Known) -> Iterator[Finding]:
    """Names of the programme's people (`known.people`: those without consent), at their first place."""
    told = sentences(text)
    for name, code in known.people.items():
        for sentence in told:
            if is_named(name, sentence):
                yield Finding(Code.PERSON, name, sentence, {"code": code})
                break
