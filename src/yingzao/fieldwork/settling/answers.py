"""What somebody said → what is kept of it: each value read as its question's kind, what is not asked left out, what is wrong named."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yingzao.fieldwork.enums import QuestionKind
from yingzao.fieldwork.settling.expressions import holds, parse
from yingzao.fieldwork.settling.questions import OTHER, Placed, Question, placed

LONGEST_TEXT = 4000
LONGEST_OTHER = 200
YEARS = (1900, 2100)
MOST_CHOSEN_TEXT = 20_000  # characters of one value as it came: beyond it nothing is looked at
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?(?:[0-9]{1,12}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Values = dict[str, Any]  # name → text, number as text, list of choices, or {"lat", "lon", "within"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one answer; `detail` stands in its sentence."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """`values` holds the answers of what is asked, and `asked` the names of everything that is: groups and sentences too."""

    values: Values
    wrong: Mapping[str, Wrong]
    asked: frozenset[str] = field(default=frozenset())


def read(tree: Sequence[Question], said: Mapping[str, Any], *, photos: Mapping[str, int] = {}) -> Read:
    """`said`: name → text, or list of texts for several choices. `photos`: how many came for each question of that kind."""
    everything = list(placed(tree))
    values: Values = {}
    wrong: dict[str, Wrong] = {}
    for one in everything:
        if one.question.asks:
            _read_one(one.question, said, values, wrong)
    texts = {name: as_text(value) for name, value in values.items()}
    texts |= {name: "photo" for name, count in photos.items() if count}
    asked = relevant(everything, texts)
    kept = {
        name: value
        for one in everything
        if one.question.name in asked
        for name in (one.question.name, one.question.other_name)
        if (value := values.get(name)) not in (None, "", [])
    }
    found = {name: problem for name, problem in wrong.items() if name in asked}
    texts = {name: text for name, text in texts.items() if name in asked or name in kept}
    for one in everything:
        question = one.question
        is_open = question.name in asked and question.asks and question.name not in found
        if is_open and (problem := _problem(question, kept, texts)):
            found[question.name] = problem
    return Read(kept, found, asked)


def relevant(everything: Sequence[Placed], texts: Mapping[str, str]) -> frozenset[str]:
    """The names of what is asked, given these answers. What is not asked counts as not answered for what depends on it."""
    owner = {one.question.other_name: one.question.name for one in everything if one.question.has_other}
    asked = frozenset(one.question.name for one in everything)
    for _round in range(len(everything) + 1):
        standing = {name: text for name, text in texts.items() if owner.get(name, name) in asked}
        found: set[str] = set()
        for one in everything:
            question = one.question
            if one.groups and one.groups[-1].name not in found:
                continue
            if not question.relevant or holds(parse(question.relevant), standing):
                found.add(question.name)
        if found == asked:
            break
        asked = frozenset(found)
    return asked


def as_text(value: Any) -> str:
    """A value as expressions see it."""
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, dict):
        return f"{value['lat']} {value['lon']} 0 {value.get('within') or 0}"
    return str(value or "")


def _problem(question: Question, values: Values, texts: Mapping[str, str]) -> Wrong | None:
    text = texts.get(question.name, "")
    if not text:
        return Wrong("required", question.required_message) if question.is_required else None
    says_other = question.has_other and OTHER in _chosen(values.get(question.name))
    if says_other and question.is_required and not values.get(question.other_name):
        return Wrong("other_words")
    if question.constraint and not holds(parse(question.constraint), texts, text):
        return Wrong("constraint", question.constraint_message)
    return None


def _chosen(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _read_one(question: Question, said: Mapping[str, Any], values: Values, wrong: dict[str, Wrong]) -> None:
    name = question.name
    if question.kind == QuestionKind.IMAGE:
        return
    given = said.get(name, "")
    many = [str(one) for one in given] if isinstance(given, (list, tuple)) else [str(given)]
    if sum(map(len, many)) > MOST_CHOSEN_TEXT:
        wrong[name] = Wrong("long", str(LONGEST_TEXT))
        return
    many = [tidy(one) for one in many]
    if question.chooses:
        _read_choice(question, [one for one in many if one], values, wrong)
        if question.has_other and OTHER in _chosen(values.get(name)):
            words = tidy(str(said.get(question.other_name, "")))
            if len(words) > LONGEST_OTHER:
                wrong[name] = Wrong("long", str(LONGEST_OTHER))
            elif words:
                values[question.other_name] = words
        return
    text = many[0] if many else ""
    if not text:
        return
    try:
        values[name] = _READERS[QuestionKind(question.kind)](text)
    except _Bad as bad:
        wrong[name] = bad.wrong


def _read_choice(question: Question, chosen: list[str], values: Values, wrong: dict[str, Wrong]) -> None:
    known = [choice.name for choice in question.choices] + ([OTHER] if question.adds_other else [])
    if any(one not in known for one in chosen):
        wrong[question.name] = Wrong("no_choice")
    elif question.kind == QuestionKind.SELECT_ONE:
        if len(set(chosen)) > 1:
            wrong[question.name] = Wrong("one_only")
        elif chosen:
            values[question.name] = chosen[0]
    elif chosen:
        values[question.name] = [one for one in known if one in chosen]


class _Bad(Exception):
    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.wrong = Wrong(code, detail)


def tidy(text: str) -> str:
    """Without what nobody types, and with one kind of line end."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise _Bad("long", str(LONGEST_TEXT))
    return text


def _plain(text: str) -> str:
    """Digits as they come from any keyboard."""
    return unicodedata.normalize("NFKC", text[:60]).replace(" ", "").replace("−", "-")


def _integer(text: str) -> str:
    found = _plain(text)
    if len(text) > 60 or not _INTEGER.fullmatch(found):
        raise _Bad("integer")
    return str(int(found))


def _decimal(text: str) -> str:
    found = _plain(text)
    if len(text) > 60 or not _DECIMAL.fullmatch(found):
        raise _Bad("decimal")
    sign, digits = ("-", found[1:]) if found.startswith("-") else ("", found)
    whole, _point, part = digits.partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    number = whole + (f".{part}" if part else "")
    return number if number == "0" else sign + number


def _date(text: str) -> str:
    try:
        day = dt.date.fromisoformat(_plain(text).replace("/", "-")) if len(text) <= 20 else None
    except ValueError:
        day = None
    if day is None or not YEARS[0] <= day.year <= YEARS[1]:
        raise _Bad("date")
    return day.isoformat()


def _geopoint(text: str) -> dict[str, float]:
    parts = text.replace(",", " ").replace("，", " ").split()
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 3) or not all(map(math.isfinite, numbers)):
        raise _Bad("geopoint")
    latitude, longitude, within = (*numbers, 0.0)[:3]
    if abs(latitude) > 90 or abs(longitude) > 180 or not 0 <= within <= 1_000_000:
        raise _Bad("geopoint")
    return {"lat": round(latitude, 5), "lon": round(longitude, 5), "within": round(within)}


_READERS = {
    QuestionKind.TEXT: _text,
    QuestionKind.INTEGER: _integer,
    QuestionKind.DECIMAL: _decimal,
    QuestionKind.DATE: _date,
    QuestionKind.GEOPOINT: _geopoint,
}
