"""“All”: what a story says of everybody, against the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yingzao.stories.rules.truth.findings import KIND_WORDS, Code, Finding, Known, Told, sentences

WHO = r"(?:学员|专员|参训|人员|大家|居民骨干)"
ALL = re.compile(
    rf"{WHO}[^，。；]{{0,6}}(?:全部|全都|均已?|都已?|悉数|无一(?:缺席|遗漏|例外))[^。；]{{0,24}}|"
    rf"(?:全部|全体|所有|每一?(?:位|名|个))[^，。；]{{0,8}}{WHO}[^。；]{{0,24}}|"
    r"(?:完成率|到课率|出勤率|参与率|通过率|合格率)[^，。；]{0,6}(?:100\s*[%％]|百分之百)|(?:全员|人人)[^，。；]{0,16}|无一(?:缺席|遗漏)"
)
DONE = re.compile(
    r"完成|学习了|学了|读了|听了|参加|参与|出席|到场|到齐|通过|掌握|结业|毕业|提交|学完|合格|达标|到课|缺席|遗漏|率"
)


def check_claims(text: str, known: Known) -> Iterator[Finding]:
    for sentence in sentences(text):
        for found in ALL.finditer(sentence):
            quote = found[0]
            if DONE.search(quote) is None:
                continue
            meant = _meant(sentence, found.start(), quote, known)
            if not meant:
                yield Finding(Code.ALL_UNKNOWN, quote, sentence)
                continue
            fewest = min(meant, key=lambda told: told.done - told.asked)
            code = Code.ALL_TRUE if all(told.done >= told.asked for told in meant) else Code.ALL
            yield Finding(
                code, quote, sentence, {"title": fewest.title, "done": fewest.done, "asked": fewest.asked}
            )


def _meant(sentence: str, start: int, quote: str, known: Known) -> list[Told]:
    """The activities that the words speak of: by title, else by what their kind is called, the nearest words first."""
    asked = [told for told in known.activities if told.asked]
    by_title = [told for told in asked if len(told.title) >= 3 and told.title in quote]
    if by_title:
        return by_title
    for words in (quote, sentence[max(0, start - 30) :], sentence):
        for kind, names in KIND_WORDS.items():
            if any(name in words for name in names):
                return [told for told in asked if told.kind == kind]
    return []
