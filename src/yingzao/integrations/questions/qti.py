"""QTI 2.1 and 2.2 items and packages (1EdTech, https://www.imsglobal.org/question/), and the QTI 1.2 that Canvas and
Blackboard write. Read only.

Kinds: choiceInteraction, orderInteraction, textEntryInteraction (a text, or a number with its tolerance), one a question.
All else is named.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from lxml import etree

from yingzao.core import ports
from yingzao.core.ports import OptionIn, QuestionIn, QuestionProblem, QuestionsRead
from yingzao.integrations.questions import xml

MOST = 2000
MOST_FILES = 5000
MOST_UNPACKED = 100 * 1024 * 1024
LARGEST_PICTURE = 8 * 1024 * 1024
TRUE = {"true", "对", "正确", "是", "√", "t"}
FALSE = {"false", "错", "错误", "否", "×", "f"}
INTERACTIONS = ("choiceInteraction", "orderInteraction", "textEntryInteraction")


class Qti:
    format = "qti"

    def recognise(self, data: bytes, name: str) -> bool:
        if data[:2] == b"PK":
            try:
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    return any(
                        posixpath.basename(n) == "imsmanifest.xml" for n in archive.namelist()[:MOST_FILES]
                    )
            except (zipfile.BadZipFile, ValueError, OSError):
                return False
        return xml.looks_like(data, "assessmentItem", "questestinterop")

    def read(self, data: bytes, name: str) -> QuestionsRead:
        files = _Package(data) if data[:2] == b"PK" else None
        read = _Read(files)
        for path, content in files.xmls() if files else [("", data)]:
            try:
                root = xml.parse(content)
            except ports.DamagedQuestions:
                if files is None:
                    raise
                read.say(posixpath.basename(path), "damaged_file")
                continue
            read.take(root, path)
        if not read.number:
            raise ports.NotQuestions
        return QuestionsRead(self.format, tuple(read.questions), tuple(read.problems))


class _Package:
    """A zip, unpacked file by file within limits: what its directory says of sizes is not believed."""

    def __init__(self, data: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError) as failure:
            raise ports.DamagedQuestions from failure
        if len(self.archive.namelist()) > MOST_FILES:
            raise ports.TooLarge
        self.left = MOST_UNPACKED

    def xmls(self) -> Iterator[tuple[str, bytes]]:
        """Every XML file in the order of the manifest; those that it does not name come after by name."""
        names = [n for n in self.archive.namelist() if n.lower().endswith(".xml")]
        order = self._order(names)
        for name in sorted(names, key=lambda n: (order.get(n, len(order)), n)):
            if posixpath.basename(name) != "imsmanifest.xml":
                yield name, self.bytes_of(name, xml.LARGEST)

    def _order(self, names: Sequence[str]) -> dict[str, int]:
        manifest = next((n for n in names if posixpath.basename(n) == "imsmanifest.xml"), None)
        if manifest is None:
            return {}
        root = xml.parse(self.bytes_of(manifest, xml.LARGEST))
        base = posixpath.dirname(manifest)
        hrefs = [one.get("href") or "" for one in xml.inside(root, "resource", "file")]
        found = [posixpath.normpath(posixpath.join(base, unquote(href))) for href in hrefs if href]
        return {name: place for place, name in reversed(list(enumerate(found)))}

    def bytes_of(self, name: str, most: int) -> bytes:
        most = min(most, self.left)
        try:
            with self.archive.open(name) as file:
                data = file.read(most + 1)
        except (
            zipfile.BadZipFile,
            RuntimeError,
            NotImplementedError,
            OSError,
            EOFError,
            ValueError,
        ) as failure:
            raise ports.DamagedQuestions from failure
        except Exception as failure:  # zlib.error and the like: decompressors raise what they like
            raise ports.DamagedQuestions from failure
        if len(data) > most:
            raise ports.ZipBomb
        self.left -= len(data)
        return data

    def picture(self, path: str, source: str) -> tuple[bytes, str] | None:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(source)))
        if name not in self.archive.namelist():
            return None
        return self.bytes_of(name, LARGEST_PICTURE), posixpath.basename(name)


class _Read:
    def __init__(self, files: _Package | None) -> None:
        self.files = files
        self.number = 0
        self.questions: list[QuestionIn] = []
        self.problems: list[QuestionProblem] = []

    def say(
        self, title: str, code: str, data: Mapping[str, str] | None = None, *, is_left_out: bool = True
    ) -> None:
        self.problems.append(QuestionProblem(self.number, title, code, data or {}, is_left_out))

    def take(self, root: etree._Element, path: str) -> None:
        if xml.name_of(root) == "questestinterop":
            for item in xml.inside(root, "item"):
                self._one(item, path, is_old=True)
        elif xml.name_of(root) == "assessmentItem":
            self._one(root, path, is_old=False)
        else:
            for item in xml.inside(root, "assessmentItem"):
                self._one(item, path, is_old=False)

    def _one(self, item: etree._Element, path: str, *, is_old: bool) -> None:
        self.number += 1
        if self.number > MOST:
            raise ports.TooManyQuestions
        made = (_Old if is_old else _New)(item, path, self)
        question = made.question()
        if question is not None:
            self.questions.append(question)


class _Left(Exception):
    """The question is not taken; `code` says why."""

    def __init__(self, code: str, **data: str) -> None:
        super().__init__(code)
        self.code, self.data = code, data


class _Item:
    """What both forms have in common."""

    def __init__(self, item: etree._Element, path: str, read: _Read) -> None:
        self.item, self.path, self.read = item, path, read
        self.title = (item.get("title") or "").strip()[:120]

    def question(self) -> QuestionIn | None:
        try:
            return self.told()
        except _Left as left:
            self.read.say(self.title, left.code, left.data)
            return None

    def told(self) -> QuestionIn:
        raise NotImplementedError

    def note(self, code: str, **data: str) -> None:
        self.read.say(self.title, code, data, is_left_out=False)

    def picture(self, sources: Sequence[str]) -> tuple[bytes, str]:
        found = self.read.files.picture(self.path, sources[0]) if self.read.files and sources else None
        if len(sources) > (found is not None):
            self.note("pictures")
        return found or (b"", "")

    def origin(self) -> str:
        return (self.item.get("identifier") or self.item.get("ident") or "")[:200]


def _markup(element: etree._Element, without: Sequence[str] = ()) -> str:
    """An element's content as HTML, without the elements of these names."""
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    for one in list(copy.iter()):
        if xml.name_of(one) in without and one.getparent() is not None:
            _drop(one)
    for one in copy.iter():
        if isinstance(one.tag, str):
            one.tag = xml.name_of(one)
    etree.cleanup_namespaces(copy)
    inner = (copy.text or "").replace("&", "&amp;").replace("<", "&lt;")
    return inner + "".join(etree.tostring(one, encoding="unicode", method="html") for one in copy)


def _drop(element: etree._Element) -> None:
    parent, tail = element.getparent(), element.tail or ""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _points(text: str) -> str:
    found = _number(text)
    if found is None or found <= 0:
        return "1"
    plain = format(found.quantize(Decimal("0.01")), "f")
    return plain.rstrip("0").rstrip(".")


def _as_choice(options: Sequence[OptionIn], *, several: bool) -> dict:
    """Two options that say true and false are a question of true or false."""
    if not several and len(options) == 2:
        first, second = (option.text.strip().lower() for option in options)
        if first in TRUE and second in FALSE:
            return {
                "kind": "truefalse",
                "options": tuple(OptionIn("", o.is_right, o.feedback) for o in options),
            }
        if first in FALSE and second in TRUE:
            turned = reversed(list(options))
            return {
                "kind": "truefalse",
                "options": tuple(OptionIn("", o.is_right, o.feedback) for o in turned),
            }
    return {"kind": "multiple" if several else "single", "options": tuple(options)}


class _New(_Item):
    """An `assessmentItem` of QTI 2.x."""

    def told(self) -> QuestionIn:
        body = xml.child(self.item, "itemBody")
        if body is None:
            raise _Left("no_text")
        every = [one for one in body.iter() if xml.name_of(one).endswith("Interaction")]
        if len(every) != 1:
            raise _Left("interactions" if every else "no_interaction", count=str(len(every)))
        interaction = every[0]
        kind = xml.name_of(interaction)
        if kind not in INTERACTIONS:
            raise _Left("kind", kind=kind)
        self.declared = next(
            (
                one
                for one in self.item
                if xml.name_of(one) == "responseDeclaration"
                and one.get("identifier") == interaction.get("responseIdentifier")
            ),
            None,
        )
        if self.declared is None:
            raise _Left("no_key")
        text, pictures = self._text(body, interaction)
        picture, name = self.picture(pictures)
        if not self.title:
            self.title = " ".join(text.split())[:60]
        told = {
            "choiceInteraction": self._choice,
            "orderInteraction": self._order,
            "textEntryInteraction": self._entry,
        }[kind](interaction)
        return QuestionIn(
            number=self.read.number,
            text=text,
            title=self.title,
            points=self._points(),
            feedback=self._feedback(),
            picture=picture,
            picture_name=name,
            origin=self.origin(),
            **told,
        )

    def _text(self, body: etree._Element, interaction: etree._Element) -> tuple[str, list[str]]:
        prompt = xml.child(interaction, "prompt")
        before, pictures = xml.markdown_of(_markup(body, INTERACTIONS))
        asked, more = xml.markdown_of(_markup(prompt)) if prompt is not None else ("", [])
        return "\n\n".join(part for part in (before, asked) if part), [*pictures, *more]

    def _right(self) -> list[str]:
        found = xml.child(self.declared, "correctResponse")
        return [xml.words(one) for one in xml.inside(found, "value")] if found is not None else []

    def _mapped(self) -> list[tuple[str, Decimal]]:
        mapping = xml.child(self.declared, "mapping")
        entries = xml.inside(mapping, "mapEntry") if mapping is not None else ()
        return [(e.get("mapKey") or "", _number(e.get("mappedValue") or "") or Decimal(0)) for e in entries]

    def _options(self, interaction: etree._Element, right: Sequence[str]) -> list[tuple[str, OptionIn]]:
        out = []
        for one in xml.inside(interaction, "simpleChoice"):
            text, pictures = xml.plain_of(_markup(one, ("feedbackInline",)))
            if pictures:
                raise _Left("option_picture")
            feedback = xml.words(next(iter(xml.inside(one, "feedbackInline")), None))
            ident = one.get("identifier") or ""
            out.append((ident, OptionIn(text, ident in right, feedback)))
        return out

    def _choice(self, interaction: etree._Element) -> dict:
        several = self.declared.get("cardinality") == "multiple"  # type: ignore[union-attr]  # told() has looked
        right = self._right()
        if not right:
            right = [key for key, value in self._mapped() if value > 0]
        if not right or (not several and len(right) != 1):
            raise _Left("no_key")
        if several and self._mapped():
            self.note("weights")
        return _as_choice([o for _ident, o in self._options(interaction, right)], several=several)

    def _order(self, interaction: etree._Element) -> dict:
        right = self._right()
        options = dict(self._options(interaction, ()))
        if sorted(right) != sorted(options) or len(right) < 2:
            raise _Left("no_key")
        self.note("ordering_marks")
        return {"kind": "ordering", "options": tuple(options[ident] for ident in right)}

    def _entry(self, interaction: etree._Element) -> dict:
        base = self.declared.get("baseType") or "string"  # type: ignore[union-attr]
        right = self._right()
        if base in ("float", "integer"):
            if len(right) != 1 or _number(right[0]) is None:
                raise _Left("number_key")
            return {"kind": "number", "value": right[0], "tolerance": self._tolerance(right[0])}
        mapped = self._mapped()
        highest = max((value for _key, value in mapped), default=Decimal(0))
        accepted = [*right, *(key for key, value in mapped if value == highest > 0)]
        if less := [key for key, value in mapped if 0 < value < highest]:
            self.note("short_left", answers="、".join(less)[:120])
        if not accepted:
            raise _Left("no_key")
        return {"kind": "short", "accepted": tuple(dict.fromkeys(accepted))}

    def _tolerance(self, value: str) -> str:
        equal = next(iter(xml.inside(self.item, "equal")), None)
        if equal is None or equal.get("toleranceMode", "exact") == "exact":
            return "0"
        parts = [_number(part) for part in (equal.get("tolerance") or "0").split()]
        if not parts or any(part is None or part < 0 for part in parts):
            raise _Left("number_key")
        numbers = [part for part in parts if part is not None]
        if len(set(numbers)) > 1:
            self.note("tolerance_wide")
        if equal.get("toleranceMode") == "relative":
            return format(abs(Decimal(value)) * max(numbers) / 100, "f")
        return format(max(numbers), "f")

    def _points(self) -> str:
        for one in self.item:
            if xml.name_of(one) != "outcomeDeclaration":
                continue
            if one.get("identifier") == "MAXSCORE":
                return _points(xml.words(next(iter(xml.inside(one, "value")), None)))
            if one.get("identifier") == "SCORE" and one.get("normalMaximum"):
                return _points(one.get("normalMaximum") or "")
        return "1"

    def _feedback(self) -> str:
        found = [one for one in self.item if xml.name_of(one) == "modalFeedback"]
        if len(found) > 1:
            self.note("feedbacks")
        return xml.markdown_of(_markup(found[0]))[0] if found else ""


class _Old(_Item):
    """An `item` of QTI 1.2."""

    def told(self) -> QuestionIn:
        presentation = next(iter(xml.inside(self.item, "presentation")), None)
        if presentation is None:
            raise _Left("no_text")
        asked = next(iter(xml.inside(presentation, "mattext")), None)
        text, pictures = self._words(asked)
        if not self.title:
            self.title = " ".join(text.split())[:60]
        responses = [
            one
            for one in presentation.iter()
            if xml.name_of(one).startswith("response_") and "label" not in xml.name_of(one)
        ]
        if len(responses) != 1:
            raise _Left("interactions" if responses else "no_interaction", count=str(len(responses)))
        kind = xml.name_of(responses[0])
        if kind == "response_lid":
            told = self._choice(responses[0])
        elif kind in ("response_str", "response_num"):
            told = self._entry(kind)
        else:
            raise _Left("kind", kind=kind)
        picture, name = self.picture(pictures)
        return QuestionIn(
            number=self.read.number,
            text=text,
            title=self.title,
            points=self._points(),
            feedback="",
            picture=picture,
            picture_name=name,
            origin=self.origin(),
            **told,
        )

    def _words(self, element: etree._Element | None) -> tuple[str, list[str]]:
        if element is None:
            return "", []
        text = "".join(element.itertext())
        return (
            xml.markdown_of(text)
            if element.get("texttype") == "text/html"
            else (xml.escaped(text).strip(), [])
        )

    def _field(self, name: str) -> str:
        for field in xml.inside(self.item, "qtimetadatafield"):
            if xml.words(xml.child(field, "fieldlabel")) == name:
                return xml.words(xml.child(field, "fieldentry"))
        return ""

    def _points(self) -> str:
        return _points(self._field("points_possible") or "1")

    def _scoring(self) -> list[etree._Element]:
        """The conditions that give points."""
        return [
            c
            for c in xml.inside(self.item, "respcondition")
            if any((_number(xml.words(s)) or 0) > 0 for s in xml.inside(c, "setvar"))
        ]

    def _choice(self, response: etree._Element) -> dict:
        if next(iter(xml.inside(response, "render_choice")), None) is None:
            raise _Left("kind", kind=self._field("question_type") or "response_lid")
        several = (response.get("rcardinality") or "Single").lower() == "multiple"
        right = {
            xml.words(one)
            for condition in self._scoring()
            for one in xml.inside(condition, "varequal")
            if not any(xml.name_of(a) == "not" for a in one.iterancestors())
        }
        options = []
        for label in xml.inside(response, "response_label"):
            source = next(iter(xml.inside(label, "mattext")), None)
            text, pictures = xml.plain_of("".join(source.itertext())) if source is not None else ("", [])
            if pictures:
                raise _Left("option_picture")
            options.append(OptionIn(text, (label.get("ident") or "") in right))
        if not any(o.is_right for o in options) or (not several and sum(o.is_right for o in options) != 1):
            raise _Left("no_key")
        return _as_choice(options, several=several)

    def _entry(self, kind: str) -> dict:
        scoring = self._scoring()
        equal = [xml.words(v) for c in scoring for v in xml.inside(c, "varequal")]
        if kind == "response_num" or self._field("question_type") == "numerical_question":
            low = [_number(xml.words(v)) for c in scoring for v in xml.inside(c, "vargte")]
            high = [_number(xml.words(v)) for c in scoring for v in xml.inside(c, "varlte")]
            if len(low) == len(high) == 1 and low[0] is not None and high[0] is not None:
                middle = (low[0] + high[0]) / 2
                return {
                    "kind": "number",
                    "value": format(middle, "f"),
                    "tolerance": format(high[0] - middle, "f"),
                }
            if len(equal) == 1 and _number(equal[0]) is not None and not low and not high:
                return {"kind": "number", "value": equal[0], "tolerance": "0"}
            raise _Left("number_key")
        if not equal:
            raise _Left("no_key")
        return {"kind": "short", "accepted": tuple(dict.fromkeys(equal))}
