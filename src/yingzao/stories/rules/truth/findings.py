"""What the truth check finds in a story, and what it needs to know to find it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yingzao.core.pinyin import pinyin

# How the field calls what a learner does; a kind is meant by the first of these words that is found.
KIND_WORDS = {
    "course": ("线上主题课", "主题课程", "主题课", "自主学习", "在线课程", "网课", "慕课", "线上课程"),
    "live": ("直播",),
    "case": ("案例",),
    "visit": ("参访", "参观", "走访", "外出"),
    "practice": ("实践",),
}
LEARNER_WORDS = ("学员", "专员", "参训")


BOUND = "⟦{}⟧"  # how a figure that is bound to its query stands in a text that is checked
_BOUND = re.compile(r"⟦(\d*)⟧")


def plain_words(text: str) -> str:
    """As a reader sees it."""
    return _BOUND.sub(r"\1", text)


class Code(StrEnum):
    NUMBER = "number"  # was typed
    COUNT = "count"  # counts otherwise than the names beside it
    BESIDE = "beside"  # differs from the bound figure that it stands beside
    TWICE = "twice"  # the same thing is counted in two ways
    DATE = "date"  # there is no such day, or it was another day of the week
    AHEAD = "ahead"  # tells as done what is dated after the story
    OUTSIDE = "outside"  # a day outside the programme
    OTHER_DAY = "other_day"  # the plan has the activity on another day
    PLACE = "place"  # not in the register
    ALL = "all"  # says all, and the ledger has fewer
    ALL_TRUE = "all_true"  # says all, and so does the ledger
    ALL_UNKNOWN = "all_unknown"  # says all of what no activity is found for
    PERSON = "person"  # somebody is named without consent
    PICTURE = "picture"  # nobody said yet who can be known on it
    PICTURE_CONSENT = "picture_consent"  # people can be known on it and consent is missing
    SPELLING = "spelling"  # a proposal


PROPOSALS = frozenset({Code.SPELLING, Code.ALL_TRUE})  # need no answer
BLOCKING = frozenset({Code.PERSON, Code.PICTURE, Code.PICTURE_CONSENT})


@dataclass(frozen=True, slots=True)
class Finding:
    """One place of the text. `quote` is what stands there, `sentence` what it stands in; `data` fills the page's words."""

    code: Code
    quote: str
    sentence: str
    data: Mapping[str, Any] = field(default_factory=dict)
    proposal: str = ""  # what could stand there instead

    @property
    def key(self) -> str:
        """The same while the code, the words and the sentence stay; an answer holds for it and for nothing else."""
        told = "|".join((self.code, self.quote, re.sub(r"\s+", "", self.sentence), *map(str, self.basis)))
        told = _BOUND.sub("⟦⟧", told)  # a bound figure may move without anything being asked anew
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    @property
    def basis(self) -> tuple[Any, ...]:
        """The facts that an answer rests on: when they change it is asked again."""
        return tuple(
            self.data[name] for name in ("done", "asked", "named", "day", "code") if name in self.data
        )

    @property
    def needs_answer(self) -> bool:
        return self.code not in PROPOSALS

    @property
    def is_blocking(self) -> bool:
        """No answer is enough: it has to be put right."""
        return self.code in BLOCKING


@dataclass(frozen=True, slots=True)
class Told:
    """An activity as the plan has it: its `days`, how many were `asked` and how many have `done` it by the story's date."""

    title: str
    kind: str
    days: frozenset[dt.date] = frozenset()
    asked: int = 0
    done: int = 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """A figure of the programme at the story's date, and the words by which a text calls what it counts."""

    label: str
    words: tuple[str, ...]
    value: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the programme's records hold. `people` maps a name to the code of whoever is named without consent."""

    day: dt.date  # the date that the story carries, or today
    starts_on: dt.date
    ends_on: dt.date
    activities: tuple[Told, ...] = ()
    places: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()  # of the programme, its organisation and activities: never misspelt
    people: Mapping[str, str] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    figures: tuple[Recorded, ...] = ()


ENDS = re.compile(r"(?<=[。！？!?；;…\n])")


LONGEST = 2_000  # characters; what goes on longer is no sentence, and is looked at in pieces


def sentences(text: str) -> list[str]:
    """In their order; each with its full stop. A line end ends one."""
    told = [sentence.strip() for sentence in ENDS.split(text) if sentence.strip()]
    return [one[start : start + LONGEST] for one in told for start in range(0, len(one), LONGEST)]


def sounds(text: str) -> str:
    """How it is said, without tones."""
    return pinyin(text)
