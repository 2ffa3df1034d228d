"""Moodle XML (https://docs.moodle.org/en/Moodle_XML_format), read and written.

Kinds: multichoice, multichoiceset (several choices, all or nothing), truefalse, shortanswer, numerical, ordering. All else
is named. The pool is the last part of the category before a question.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from urllib.parse import unquote

from lxml import etree

from yingzao.core.ports import (
    NotQuestions,
    OptionIn,
    QuestionIn,
    QuestionProblem,
    QuestionsRead,
    TooManyQuestions,
)
from yingzao.integrations.questions import xml

MOST = 2000
LARGEST_PICTURE = 8 * 1024 * 1024
FULL = Decimal(100)
KINDS = ("multichoice", "multichoiceset", "truefalse", "shortanswer", "numerical", "ordering")
_PLUGIN = "@@PLUGINFILE@@/"


class MoodleXml:
    """`QuestionReader` and `QuestionWriter`."""

    format = "moodle"

    def recognise(self, data: bytes, name: str) -> bool:
        return xml.looks_like(data, "quiz")

    def read(self, data: bytes, name: str) -> QuestionsRead:
        root = xml.parse(data)
        if xml.name_of(root) != "quiz":
            raise NotQuestions
        questions: list[QuestionIn] = []
        problems: list[QuestionProblem] = []
        pool, number = "", 0
        for element in root:
            if xml.name_of(element) != "question":
                continue
            kind = element.get("type", "")
            if kind == "category":
                pool = _pool_of(_text(xml.child(element, "category")))
                continue
            number += 1
            if number > MOST:
                raise TooManyQuestions
            read = _Reading(element, number, pool)
            question = read.question()
            if question is not None:
                questions.append(question)
            problems += read.problems
        if not number:
            raise NotQuestions
        return QuestionsRead(self.format, tuple(questions), tuple(problems))

    def write(self, questions: Sequence[QuestionIn]) -> bytes:
        root = etree.Element("quiz")
        pool = None
        for question in questions:
            if question.pool != pool:
                pool = question.pool
                category = _add(etree.SubElement(root, "question", type="category"), "category")
                _add(category, "text", "$course$/top/" + pool.replace("/", "//"))
            root.append(_written(question))
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


# Reading


def _text(element: etree._Element | None) -> str:
    found = xml.child(element, "text")
    return "" if found is None else "".join(found.itertext())


def _pool_of(path: str) -> str:
    """The last part of a category's path, where // is a slash of a name."""
    parts = path.strip().replace("//", "\0").split("/")
    last = next((p.replace("\0", "/").strip() for p in reversed(parts) if p.strip()), "")
    return "" if last in ("top", "$course$", "$module$", "$system$") else last[:80]


def _decimal(text: str | None) -> Decimal | None:
    try:
        found = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


class _Reading:
    """One question element, and what is not taken of it as it stands."""

    def __init__(self, element: etree._Element, number: int, pool: str) -> None:
        self.element, self.number, self.pool = element, number, pool
        self.title = _text(xml.child(element, "name")).strip()[:120]
        self.problems: list[QuestionProblem] = []

    def say(self, code: str, *, is_left_out: bool = False, **data: str) -> None:
        self.problems.append(QuestionProblem(self.number, self.title, code, data, is_left_out))

    def question(self) -> QuestionIn | None:
        kind = self.element.get("type", "")
        if kind not in KINDS:
            self.say("kind", is_left_out=True, kind=kind[:40])
            return None
        asked = xml.child(self.element, "questiontext")
        text, pictures = _as_markdown(asked)
        if not self.title:
            self.title = " ".join(text.split())[:60]
        picture, name = self._picture(asked, pictures)
        feedback, more = _as_markdown(xml.child(self.element, "generalfeedback"))
        if more:
            self.say("feedback_picture")
        told = self._told(kind)
        if told is None:
            return None
        points = _decimal(xml.words(xml.child(self.element, "defaultgrade")) or "1")
        if points is None or points <= 0:
            self.say("points")
            points = Decimal(1)
        rounded = points.quantize(Decimal("0.01"))
        if rounded != points:
            self.say("points_rounded")
        if xml.child(self.element, "hint") is not None:
            self.say("hints")
        return QuestionIn(
            number=self.number,
            text=text,
            title=self.title,
            points=_plain(rounded),
            feedback=feedback,
            picture=picture,
            picture_name=name,
            pool=self.pool,
            origin=_text_of(self.element, "idnumber"),
            **told,
        )

    def _told(self, kind: str) -> dict | None:
        if kind in ("multichoice", "multichoiceset"):
            return self._choices(kind)
        return {
            "truefalse": self._true_false,
            "shortanswer": self._short,
            "numerical": self._numerical,
            "ordering": self._ordering,
        }[kind]()

    def _answers(self) -> list[tuple[str, Decimal, str]]:
        """(text, fraction in hundredths, feedback) of each answer."""
        out = []
        for answer in self.element:
            if xml.name_of(answer) != "answer":
                continue
            text, pictures = _as_plain(answer)
            if pictures:
                self.say("option_picture", is_left_out=True)
            feedback, more = _as_plain(xml.child(answer, "feedback"))
            if more and not any(problem.code == "feedback_picture" for problem in self.problems):
                self.say("feedback_picture")
            out.append((text, _decimal(answer.get("fraction")) or Decimal(0), feedback))
        return out

    def _is_left_out(self) -> bool:
        return any(problem.is_left_out for problem in self.problems)

    def _choices(self, kind: str) -> dict | None:
        answers = self._answers()
        if self._is_left_out():
            return None
        single = kind == "multichoice" and xml.words(xml.child(self.element, "single")).lower() in (
            "true",
            "1",
            "",
        )
        right = [a for a in answers if a[1] > 0]
        if single:
            full = [a for a in right if a[1] == max(x[1] for x in right)] if right else []
            if len(full) != 1:
                self.say("one_right", is_left_out=True)
                return None
            if len(right) > 1 or any(a[1] < 0 for a in answers):
                self.say("part_credit")
            right = full
        elif kind == "multichoice" and right:
            share, wrong = FULL / len(right), [a[1] for a in answers if a[1] <= 0]
            near = Decimal("0.01")
            if any(abs(a[1] - share) > near for a in right) or any(abs(w + share) > near for w in wrong):
                self.say("weights")
        if not right or len(answers) < 2:
            self.say("no_key", is_left_out=True)
            return None
        return {
            "kind": "single" if single else "multiple",
            "options": tuple(OptionIn(a[0], a in right, a[2]) for a in answers),
            "is_partial": kind != "multichoiceset",
        }

    def _true_false(self) -> dict | None:
        answers = {a[0].strip().lower(): a for a in self._answers()}
        if set(answers) != {"true", "false"}:
            self.say("no_key", is_left_out=True)
            return None
        true, false = answers["true"], answers["false"]
        return {
            "kind": "truefalse",
            "options": (OptionIn("", true[1] > 0, true[2]), OptionIn("", true[1] <= 0, false[2])),
        }

    def _short(self) -> dict | None:
        accepted, others = [], []
        for text, share, feedback in self._answers():
            if share >= FULL and "*" not in text.replace("\\*", ""):
                accepted.append(text.replace("\\*", "*"))
            elif share > 0:
                others.append(text)
            elif feedback or text.strip() != "*":
                self.say("wrong_feedback")
        if others:
            self.say("short_left", answers="、".join(others)[:120])
        if not accepted:
            self.say("no_key", is_left_out=True)
            return None
        if xml.words(xml.child(self.element, "usecase")) == "1":
            self.say("case")
        return {"kind": "short", "accepted": tuple(accepted)}

    def _numerical(self) -> dict | None:
        right = []
        for answer in self.element:
            if xml.name_of(answer) != "answer" or (_decimal(answer.get("fraction")) or Decimal(0)) <= 0:
                continue
            text, _pictures = _as_plain(answer)
            right.append(
                (_decimal(answer.get("fraction")), text, xml.words(xml.child(answer, "tolerance")) or "0")
            )
        full = [one for one in right if one[0] == FULL]
        if len(full) != 1 or _decimal(full[0][1]) is None or _decimal(full[0][2]) is None:
            self.say("number_key", is_left_out=True)
            return None
        if len(right) > 1:
            self.say("part_credit")
        if xml.child(xml.child(self.element, "units"), "unit") is not None:
            self.say("units")
        return {"kind": "number", "value": full[0][1].strip(), "tolerance": full[0][2]}

    def _ordering(self) -> dict | None:
        answers = sorted(self._answers(), key=lambda a: a[1])
        if self._is_left_out():
            return None
        grading = xml.words(xml.child(self.element, "gradingtype"))
        if grading not in ("RELATIVE_NEXT_EXCLUDE_LAST", "ALL_OR_NOTHING", "1", "-1"):
            self.say("ordering_marks")
        return {
            "kind": "ordering",
            "options": tuple(OptionIn(a[0], False, a[2]) for a in answers),
            "is_partial": grading not in ("ALL_OR_NOTHING", "-1"),
        }

    def _picture(self, asked: etree._Element | None, named: Sequence[str]) -> tuple[bytes, str]:
        """The first picture of the text that came along; the others, and those of elsewhere, are told."""
        files = dict(_files(asked))
        found = [(unquote(n.removeprefix(_PLUGIN)), n) for n in named if n.startswith(_PLUGIN)]
        kept = next(((files[short], short) for short, _n in found if short in files), None)
        if len(named) > (kept is not None) or len(files) > (kept is not None):
            self.say("pictures")
        return (kept[0], PurePosixPath(kept[1]).name) if kept else (b"", "")


def _text_of(element: etree._Element, name: str) -> str:
    return xml.words(xml.child(element, name))[:200]


def _as_markdown(element: etree._Element | None) -> tuple[str, list[str]]:
    """(Markdown, addresses of pictures) of an element with a text in one of Moodle's formats."""
    text = _text(element)
    if element is None or not text.strip():
        return "", []
    match element.get("format", "html"):
        case "markdown":
            return text.strip(), [f"{_PLUGIN}{name}" for name, _data in _files(element)]
        case "plain_text":
            return xml.escaped(text).strip(), []
        case _:
            return xml.markdown_of(text)


def _as_plain(element: etree._Element | None) -> tuple[str, list[str]]:
    text = _text(element)
    if element is None or element.get("format", "html") in ("plain_text", "markdown"):
        return text.strip(), []
    if xml.name_of(element) == "answer" and "<" not in text and "&" not in text:
        return text.strip(), []
    return xml.plain_of(text)


def _files(element: etree._Element | None) -> Iterator[tuple[str, bytes]]:
    for one in element if element is not None else ():
        if xml.name_of(one) != "file" or one.get("encoding") != "base64":
            continue
        try:
            data = base64.b64decode("".join((one.text or "").split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if 0 < len(data) <= LARGEST_PICTURE:
            path = one.get("path", "/").strip("/")
            yield (f"{path}/" if path else "") + one.get("name", ""), data


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# Writing

_TYPES: Mapping[str, str] = {
    "single": "multichoice",
    "truefalse": "truefalse",
    "short": "shortanswer",
    "number": "numerical",
    "ordering": "ordering",
}


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML holds none of them


def _add(parent: etree._Element, tag: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    element = etree.SubElement(
        parent, tag, {name: _CONTROL.sub("", value) for name, value in attributes.items()}
    )
    if text is not None:
        element.text = _CONTROL.sub("", text)
    return element


def _written(question: QuestionIn) -> etree._Element:
    several = "multichoice" if question.is_partial else "multichoiceset"
    element = etree.Element("question", type=_TYPES.get(question.kind, several))
    _add(_add(element, "name"), "text", question.title or question.text[:60])
    asked = _add(element, "questiontext", format="markdown")
    _add(asked, "text", question.text)
    if question.picture:
        encoded = base64.b64encode(question.picture).decode()
        _add(asked, "file", encoded, name=question.picture_name or "picture", path="/", encoding="base64")
    _add(_add(element, "generalfeedback", format="markdown"), "text", question.feedback)
    _add(element, "defaultgrade", question.points)
    _add(element, "penalty", "0")
    _add(element, "hidden", "0")
    _add(element, "idnumber", question.origin)
    _answers_written(element, question)
    return element


def _answers_written(element: etree._Element, question: QuestionIn) -> None:
    if question.kind == "short":
        _add(element, "usecase", "0")
        for text in question.accepted:
            _answer(element, text.replace("*", "\\*"), "100")
    elif question.kind == "number":
        _add(_answer(element, question.value, "100"), "tolerance", question.tolerance or "0")
    elif question.kind == "truefalse":
        for name, option in zip(("true", "false"), question.options, strict=True):
            _answer(element, name, "100" if option.is_right else "0", option.feedback)
    elif question.kind == "ordering":
        _add(element, "layouttype", "VERTICAL")
        _add(element, "selecttype", "ALL")
        _add(element, "selectcount", "0")
        _add(
            element, "gradingtype", "RELATIVE_NEXT_EXCLUDE_LAST" if question.is_partial else "ALL_OR_NOTHING"
        )
        for place, option in enumerate(question.options, start=1):
            _answer(element, option.text, str(place), option.feedback)
    else:
        _choices_written(element, question)


def _choices_written(element: etree._Element, question: QuestionIn) -> None:
    """Weights such that Moodle's sum is our rule: right ones 100/n each, wrong ones as much below."""
    single = question.kind == "single"
    _add(element, "shuffleanswers", "1")
    if single or question.is_partial:
        _add(element, "single", "true" if single else "false")
    right = sum(option.is_right for option in question.options) or 1
    share = f"{100 / right:.7f}".rstrip("0").rstrip(".")
    for option in question.options:
        wrong = "0" if single or not question.is_partial else f"-{share}"
        _answer(element, option.text, share if option.is_right else wrong, option.feedback)


def _answer(element: etree._Element, text: str, fraction: str, feedback: str = "") -> etree._Element:
    answer = _add(element, "answer", fraction=fraction, format="plain_text")
    _add(answer, "text", text)
    _add(_add(answer, "feedback", format="plain_text"), "text", feedback)
    return answer
