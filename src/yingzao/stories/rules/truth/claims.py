"""“All”: what a story says of everybody, against the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yingzao.stories.rules.truth.findings import KIND_WORDS, Code, Finding, Known, Told, sentences

LEARNERS = r"(?:学员|专员|参训|人员|大家|居民骨干|全员|人人)"
# Others are said to be all of something too; no ledger of ours counts them.
OTHERS = (
    r"(?:居民|村民|业主|住户|群众|街坊|志愿者|社工|党员|商户|队员|组员|成员|代表|家庭|社区|村居|小区|楼栋)"
)
WHO = rf"(?:{LEARNERS}|{OTHERS})"
ALL = re.compile(
    rf"{WHO}们?[^，。；]{{0,6}}(?:全部|全都|均已?|都已?|悉数|全数|一致|无一(?:缺席|遗漏|例外)|无人缺席|零缺席)[^。；]{{0,24}}|"
    rf"(?:全部|全体|所有|每一?(?:位|名|个|户))[^，。；]{{0,8}}{WHO}[^。；]{{0,24}}|"
    rf"{WHO}[^，。；]{{0,8}}(?:100\s*[%％]|百分之百|百分百)[^。；]{{0,24}}|"
    r"(?:完成率|到课率|出勤率|参与率|通过率|合格率|签到率|同意率|满意率|覆盖率)[^，。；]{0,6}(?:100\s*[%％]|百分之百|百分百)|"
    r"(?:全员|人人)[^，。；]{0,16}|无一(?:缺席|遗漏)|无人缺席|[^，。；]{0,12}全覆盖"
)
DONE = re.compile(
    r"完成|学习了|学了|读了|听了|参加|参与|出席|到场|到齐|通过|掌握|结业|毕业|提交|学完|合格|达标|到课|缺席|遗漏|率|同意|签字|签名|签订|支持|赞成|"
    r"表示|覆盖|加入|报名|签到"
)


def check_claims(text: str, known: Known) -> Iterator[Finding]:
    for sentence in sentences(text):
        for found in ALL.finditer(sentence):
            quote = found[0]
            if DONE.search(quote) is None:
                continue
            meant = _meant(sentence, found.start(), quote, known) if _is_of_learners(sentence, quote) else []
            if not meant:
                yield Finding(Code.ALL_UNKNOWN, quote, sentence)
                continue
            fewest = min(meant, key=lambda told: told.done - told.asked)
            code = Code.ALL_TRUE if all(told.done >= told.asked for told in meant) else Code.ALL
            yield Finding(
                code, quote, sentence, {"title": fewest.title, "done": fewest.done, "asked": fewest.asked}
            )


def _is_of_learners(sentence: str, quote: str) -> bool:
    """Whether the ledger, which holds what learners did, can speak to it."""
    if re.search(LEARNERS, quote):
        return True
    return not re.search(OTHERS, quote) and not re.search(
        rf"(?:全部|全体|所有|每[位名个户]){OTHERS}", sentence
    )


def _meant(sentence: str, start: int, quote: str, known: Known) -> list[Told]:
    """The activities that the words speak of: by title, else by what their kind is called, the nearest words first. What is still to
    come by the story's date is not spoken of."""
    asked = [
        told for told in known.activities if told.asked and not (told.days and min(told.days) > known.day)
    ]
    by_title = [told for told in asked if len(told.title) >= 3 and told.title in quote]
    if by_title:
        return by_title
    for words in (quote, sentence[max(0, start - 30) :], sentence):
        for kind, names in KIND_WORDS.items():
            if any(name in words for name in names):
                return [told for told in asked if told.kind == kind]
    return []
