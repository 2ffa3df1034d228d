"""An XLSForm's sheets → the questions of a survey, and row by row what was taken over, what changed, what was left out.

What a survey of residents cannot ask is left out and named, and so is all that leans on it: a question whose condition is not understood would be
asked of everybody, one whose words hold an answer that is not there would be read in another sense. The form as a whole is refused where it is no
form, or where nothing is left to ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from yingzao.core.ports import Cell, Sheet
from yingzao.fieldwork.enums import QuestionKind
from yingzao.fieldwork.settling.expressions import BadExpression, asks_own, parse, references
from yingzao.fieldwork.settling.questions import (
    MOST_CHOICES,
    MOST_QUESTIONS,
    Choice,
    Placed,
    Question,
    Tree,
    asked,
    placed,
    problems,
)

MOST_ROWS, MOST_CHOICE_ROWS = 3000, 20_000
MOST_LINES = 4000
TAKEN, CHANGED, LEFT_OUT, REFUSED = "taken", "changed", "left_out", "refused"

META = frozenset({
    "start", "end", "today", "deviceid", "device id", "phonenumber", "phone number", "username", "email", "subscriberid", "subscriber id", "simserial",
    "sim id", "imei", "audit", "start-geopoint", "start time", "end time", "get today", "get device id", "get start time", "get end time",
    "background-audio", "background-geopoint",
})  # fmt: skip
PLAIN = {
    "text": QuestionKind.TEXT,
    "string": QuestionKind.TEXT,
    "q string": QuestionKind.TEXT,
    "add text prompt": QuestionKind.TEXT,
    "integer": QuestionKind.INTEGER,
    "int": QuestionKind.INTEGER,
    "q int": QuestionKind.INTEGER,
    "add integer prompt": QuestionKind.INTEGER,
    "decimal": QuestionKind.DECIMAL,
    "q decimal": QuestionKind.DECIMAL,
    "add decimal prompt": QuestionKind.DECIMAL,
    "date": QuestionKind.DATE,
    "q date": QuestionKind.DATE,
    "add date prompt": QuestionKind.DATE,
    "note": QuestionKind.NOTE,
    "add note prompt": QuestionKind.NOTE,
    "image": QuestionKind.IMAGE,
    "photo": QuestionKind.IMAGE,
    "q image": QuestionKind.IMAGE,
    "q picture": QuestionKind.IMAGE,
    "add image prompt": QuestionKind.IMAGE,
    "add photo prompt": QuestionKind.IMAGE,
    "geopoint": QuestionKind.GEOPOINT,
    "location": QuestionKind.GEOPOINT,
    "gps": QuestionKind.GEOPOINT,
    "q geopoint": QuestionKind.GEOPOINT,
    "q location": QuestionKind.GEOPOINT,
    "add location prompt": QuestionKind.GEOPOINT,
}
_SELECT = re.compile(
    r"(?P<one>select_one|select one from|select one|select1|add select one prompt using)"
    r"\s+(?P<list>\S+)(?P<other>\s+(?:or_other|or other|or specify other))?"
    r"|(?P<many>select_multiple|select all that apply from|select all that apply|select multiple|add select multiple prompt using)"
    r"\s+(?P<list2>\S+)(?P<other2>\s+(?:or_other|or other|or specify other))?",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"(begin|end)[ _]+(\S.*)", re.IGNORECASE)
# The first part of a header → what it says; the same words as pyxform's, which joins words by _ and looks into bind:: and control:: alike.
ALIASES = {
    "caption": "label", "command": "type", "tag": "name", "value": "name", "relevance": "relevant", "constraining_message": "constraint_message",
    "jr:constraintmsg": "constraint_message", "calculate": "calculation", "readonly": "read_only", "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message", "count": "repeat_count", "jr:count": "repeat_count",
}  # fmt: skip
WITHIN = frozenset({"bind", "control", "body"})  # columns of an XForm's own parts, bind::relevant
SPOKEN = ("label", "hint", "constraint_message", "required_message")
READ = frozenset({
    "type", "name", "label", "hint", "constraint_message", "relevant", "constraint", "required", "appearance", "list_name", "disabled", "read_only",
    "calculation", "choice_filter", "repeat_count", "required_message",
})  # fmt: skip
OF_CHOICES = frozenset({"list_name", "name", "label"})
OF_SETTINGS = frozenset({
    "form_title", "set_form_title", "title", "form_id", "set_form_id", "id_string", "version", "default_language", "allow_choice_duplicates",
})  # fmt: skip
YES, NO = (
    frozenset({"yes", "true", "true()", "1", "是"}),
    frozenset({"", "no", "false", "false()", "0", "否"}),
)
CHINESE = re.compile(
    r"简体|chinese|中文|汉语|漢語|普通话|mandarin|\(zh|\(cmn|^zh\b|^cmn\b|^zh[-_]|^cn$", re.IGNORECASE
)
TRADITIONAL = re.compile(r"繁|traditional|hant|zh[-_](?:tw|hk)", re.IGNORECASE)
NUMBERS, NOTHING = (
    frozenset({"numbers"}),
    frozenset[str](),
)  # says of a question for a number what its type says
NUMERIC = frozenset({QuestionKind.INTEGER, QuestionKind.DECIMAL})
REPEATS = frozenset(
    {"repeat", "lgroup", "looped group", "loop"}
)  # what pyxform asks as often as there is something to tell
HEADING_ONLY = frozenset({"label"})  # a row of headings above a table of choices
ELSEWHERE = ("search(", "ex:", "search (")  # choices or answers come from a file or another app
OTHER_SENSE = frozenset({
    "month-year", "year", "signature", "draw", "annotate", "image-map", "coptic", "ethiopian", "islamic", "bikram-sambat", "myanmar", "persian",
    "selfie", "new-front", "bearing", "numbers", "url", "masked",
})  # fmt: skip
_MARKUP = re.compile(
    r"</?(?:span|font|b|i|u|em|strong|br|p|h[1-6]|big|small|a|center|div|sub|sup|hr)\b[^<>]*>", re.IGNORECASE
)
_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+(?=\S)")
_QUOTES = str.maketrans("‘’“”＇＂", "''\"\"'\"")  # as Excel makes them of what is typed
_STARS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_REFERENCE = re.compile(r"\$\{\s*([^\s{}$]+)\s*\}")


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one row. `code` says why, and `detail` stands in its sentence."""

    what: str
    code: str
    row: int = 0
    sheet: str = "survey"
    name: str = ""
    detail: str = ""
    rows: tuple[int, ...] = ()  # where a column says something


@dataclass(frozen=True, slots=True)
class XlsForm:
    """What a form gives. Where `is_refused`, the lines say why, and its questions are not to be used."""

    title: str
    questions: Tree
    lines: tuple[Line, ...]
    language: str = ""

    @property
    def is_refused(self) -> bool:
        return any(line.what == REFUSED for line in self.lines)

    @property
    def lines_left(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.what != TAKEN)

    def count(self, what: str) -> int:
        return sum(line.what == what for line in self.lines)


@dataclass
class _Table:
    """A sheet by its headers: each row as canonical name → text, for translated columns name → language → text."""

    name: str
    columns: list[tuple[str, str]]  # (name, language) for each
    rows: list[tuple[int, list[str]]]

    @property
    def languages(self) -> list[str]:
        return list(dict.fromkeys(language for name, language in self.columns if name in SPOKEN and language))

    def named(self, cells: Sequence[str]) -> dict[str, str]:
        """The columns that are not spoken."""
        found: dict[str, str] = {}
        for (name, _language), cell in zip(self.columns, cells, strict=False):
            if name not in SPOKEN and cell and name not in found:
                found[name] = cell
        return found

    def spoken(self, cells: Sequence[str], name: str, order: Sequence[str]) -> tuple[str, str]:
        """The text in the first of these languages in which there is one, and the language."""
        told: dict[str, str] = {}
        for (column, language), cell in zip(self.columns, cells, strict=False):
            if column == name and cell:
                told.setdefault(language, cell)
        found = next((language for language in [*order, *told] if language in told), "")
        return told.get(found, ""), found


@dataclass
class _Block:
    """A group or whatever else has begun. `drops`: nothing in it is taken over."""

    word: str
    row: int
    group: Question
    drops: str = ""
    questions: list[Question] = field(default_factory=list)


class _Refused(Exception):
    def __init__(self, code: str, detail: str = "", row: int = 0, sheet: str = "survey") -> None:
        super().__init__(code)
        self.line = Line(REFUSED, code, row, sheet, detail=detail)


def read(sheets: Sequence[Sheet]) -> XlsForm:
    """Read a form; never an exception for what is in it."""
    try:
        return _Reader(sheets).form()
    except _Refused as refused:
        return XlsForm("", (), (refused.line,))


class _Reader:
    def __init__(self, sheets: Sequence[Sheet]) -> None:
        tables = _tables(sheets)
        if "survey" not in tables:
            raise _Refused("no_survey_sheet")
        self._survey = tables["survey"]
        self._choices = tables.get("choices")
        self._lines: list[Line] = []
        self._at: dict[str, int] = {}  # name → the row in which it stands
        self._others: dict[
            tuple[str, str], dict[int, None]
        ] = {}  # (sheet, language) → rows whose words are taken from it
        if len(self._survey.rows) > MOST_ROWS:
            raise _Refused("many_questions", str(MOST_QUESTIONS))
        if self._choices and len(self._choices.rows) > MOST_CHOICE_ROWS:
            raise _Refused("many_choice_rows", str(MOST_CHOICE_ROWS), sheet="choices")
        settings = tables.get("settings")
        self._settings = settings.named(settings.rows[0][1]) if settings and settings.rows else {}
        self._order = self._language_order()
        if settings:
            self._columns_left(settings, OF_SETTINGS)
        for name in tables.keys() - {"survey", "choices", "settings"}:
            self._say(LEFT_OUT, "other_sheet", sheet=name)

    def form(self) -> XlsForm:
        self._columns_left(self._survey, READ)
        self._looks_left()
        self._lists = self._read_choices()
        tree = self._resolved(self._read_rows())
        for (sheet, language), rows in self._others.items():
            told = Line(CHANGED, "fallback", min(rows), sheet, detail=language[:80], rows=tuple(rows))
            self._lines.append(told)
        if not asked(tree):
            self._say(REFUSED, "no_questions")
        for problem in problems(tree):
            self._say(
                REFUSED, problem.code, self._at.get(problem.name, 0), name=problem.name, detail=problem.detail
            )
        refused = {line.row for line in self._lines if line.what == REFUSED and line.sheet == "survey"}
        for one in placed(tree):
            row = self._at.get(one.question.name, 0)
            if row not in refused:
                self._say(
                    TAKEN,
                    str(one.question.kind),
                    row,
                    name=one.question.name,
                    detail=one.question.label[:120],
                )
        lines = sorted(self._lines, key=lambda line: (line.sheet != "survey", line.sheet, line.row))
        title = (self._settings.get("form_title") or self._settings.get("set_form_title") or "")[:120]
        return XlsForm(title, tree, tuple(lines[:MOST_LINES]), self._order[0] if self._order else "")

    def _say(
        self, what: str, code: str, row: int = 0, *, sheet: str = "survey", name: str = "", detail: str = ""
    ) -> None:
        self._lines.append(Line(what, code, row, sheet, name[:80], detail[:300]))

    # Languages

    def _language_order(self) -> list[str]:
        """Chinese where there is any, simplified first; then the default language, then as the columns stand."""
        spoken = self._survey.languages
        if self._choices:
            spoken = list(dict.fromkeys([*spoken, *self._choices.languages]))
        chinese = [one for one in spoken if CHINESE.search(one) or TRADITIONAL.search(one)]
        chinese.sort(key=lambda one: bool(TRADITIONAL.search(one)))
        default = self._settings.get("default_language", "")
        order = list(dict.fromkeys([*chinese, *([default] if default in spoken else []), "", *spoken]))
        if not chinese and default not in spoken and not self._is_spoken_plainly():
            order = list(dict.fromkeys([*spoken, ""]))
        left = [one for one in spoken if one != order[0]]
        for language in left:
            self._say(LEFT_OUT, "language", detail=language)
        return order

    def _is_spoken_plainly(self) -> bool:
        return ("label", "") in self._survey.columns

    def _spoken(self, table: _Table, cells: Sequence[str], name: str, row: int) -> str:
        """The words in the language that is kept; where there are none those of another, which is named."""
        text, language = table.spoken(cells, name, self._order)
        if text and language not in (self._order[0], ""):
            self._others.setdefault((table.name, language), {})[row] = None
        return self._words(text)

    # Columns

    def _columns_left(self, table: _Table, known: frozenset[str]) -> None:
        """What stands in columns that are not read, each with its rows."""
        seen: set[tuple[str, str]] = set()
        for number, (name, language) in enumerate(table.columns):
            is_read = name in known and (name, language) not in seen
            seen.add((name, language))
            rows = tuple(row for row, cells in table.rows if len(cells) > number and cells[number])
            if name and rows and not is_read:
                code = "column_twice" if name in known else "column"
                told = f"{name}::{language}" if language else name
                self._lines.append(Line(LEFT_OUT, code, rows[0], table.name, detail=told[:80], rows=rows))

    def _looks_left(self) -> None:
        """Appearances that only say how something looks, once for all rows."""
        looks: dict[str, list[int]] = {}
        for row, cells in self._survey.rows:
            given = self._survey.named(cells).get("appearance", "").lower()
            if given and not given.startswith(ELSEWHERE):
                for word in set(given.split()) - OTHER_SENSE - HEADING_ONLY:
                    looks.setdefault(word, []).append(row)
        for word, rows in sorted(looks.items()):
            self._lines.append(Line(LEFT_OUT, "look", rows[0], detail=word[:80], rows=tuple(rows)))

    # Choices

    def _read_choices(self) -> dict[str, list[Choice]]:
        lists: dict[str, list[Choice]] = {}
        if self._choices is None:
            return lists
        for row, cells in self._choices.rows:
            named = self._choices.named(cells)
            name, of = named.get("name", ""), named.get("list_name", "")
            label = _line(self._spoken(self._choices, cells, "label", row))
            if not of:
                if name or label:
                    self._say(LEFT_OUT, "choice_without_list", row, sheet="choices", name=name)
                continue
            lists.setdefault(of, []).append(Choice(name, label or name))
            if name and not label:
                self._say(CHANGED, "choice_without_label", row, sheet="choices", name=name)
        self._columns_left(self._choices, OF_CHOICES)
        return lists

    # Rows

    def _read_rows(self) -> list[Question]:
        top: list[Question] = []
        stack: list[_Block] = []
        for row, cells in self._survey.rows:
            named = self._survey.named(cells)
            given = " ".join(named.get("type", "").split())
            if named.get("disabled", "").lower() in YES:
                self._say(LEFT_OUT, "disabled", row, name=named.get("name", ""))
                continue
            if not given:
                if named.get("name") or self._survey.spoken(cells, "label", self._order)[0]:
                    raise _Refused("no_type", named.get("name", ""), row)
                continue
            block = _BLOCK.fullmatch(given)
            if block and block[1].lower() == "begin":
                stack.append(self._begun(row, block[2].lower(), cells, named, stack))
                continue
            if block:
                self._ended(row, block[2].lower(), stack, top)
                continue
            if stack and stack[-1].drops:
                self._say(LEFT_OUT, stack[-1].drops, row, name=named.get("name", ""), detail=given)
                continue
            question = self._question(row, given, cells, named)
            if question is not None:
                (stack[-1].questions if stack else top).append(question)
        if stack:
            raise _Refused("not_ended", stack[-1].group.name, stack[-1].row)
        return top

    def _begun(
        self, row: int, word: str, cells: Sequence[str], named: Mapping[str, str], stack: Sequence[_Block]
    ) -> _Block:
        if len(stack) > 40:
            raise _Refused("deep", row=row)
        name, given = named.get("name", ""), named.get("type", "")
        if stack and stack[-1].drops:
            self._say(LEFT_OUT, "in_left_out", row, name=name, detail=given)
            return _Block(word, row, Question(QuestionKind.GROUP, name, ""), "in_left_out")
        if word != "group":
            self._say(LEFT_OUT, "repeat" if word in REPEATS else "block", row, name=name, detail=given)
            return _Block(word, row, Question(QuestionKind.GROUP, name, ""), "in_left_out")
        group = Question(
            QuestionKind.GROUP,
            name,
            self._spoken(self._survey, cells, "label", row),
            hint=self._spoken(self._survey, cells, "hint", row),
            relevant=_relevant(named),
        )
        if named.get("required", "").lower() not in NO:
            self._say(CHANGED, "required", row, name=name, detail=named["required"])
        if named.get("constraint"):
            self._say(LEFT_OUT, "constraint", row, name=name, detail=named["constraint"])
        self._at.setdefault(name, row)
        return _Block(word, row, group)

    def _ended(self, row: int, word: str, stack: list[_Block], top: list[Question]) -> None:
        if not stack or not _ends(stack[-1].word, word):
            raise _Refused("ended_without_begin", word, row)
        block = stack.pop()
        if block.drops:
            return
        if not block.questions:
            self._say(LEFT_OUT, "empty_group", block.row, name=block.group.name)
            return
        (stack[-1].questions if stack else top).append(replace(block.group, questions=tuple(block.questions)))

    def _question(
        self, row: int, given: str, cells: Sequence[str], named: Mapping[str, str]
    ) -> Question | None:
        name = named.get("name", "")
        lower = given.lower()
        if lower in META:
            self._say(LEFT_OUT, "meta", row, name=name, detail=given)
            return None
        if lower in ("calculate", "hidden") or named.get("calculation"):
            self._say(LEFT_OUT, "calculate", row, name=name, detail=given)
            return None
        appearance = named.get("appearance", "").strip().lower()
        select = _SELECT.fullmatch(given)
        kind = PLAIN.get(lower)
        if select is not None:
            kind = QuestionKind.SELECT_ONE if select["one"] else QuestionKind.SELECT_MULTIPLE
        if kind is None:
            self._say(LEFT_OUT, "type", row, name=name, detail=given)
            return None
        if named.get("read_only", "").lower() not in NO and kind != QuestionKind.NOTE:
            self._say(LEFT_OUT, "read_only", row, name=name, detail=given)
            return None
        if appearance.startswith(ELSEWHERE):
            self._say(LEFT_OUT, "elsewhere", row, name=name, detail=appearance)
            return None
        if select is not None and set(appearance.split()) & HEADING_ONLY:
            self._say(LEFT_OUT, "heading", row, name=name, detail=appearance)
            return None
        if select is not None and not self._may_offer(row, name, select["list"] or select["list2"]):
            return None
        for word in sorted(set(appearance.split()) & OTHER_SENSE - (NUMBERS if kind in NUMERIC else NOTHING)):
            self._say(CHANGED, "appearance", row, name=name, detail=word)
        return self._made(row, kind, cells, named, select)

    def _may_offer(self, row: int, name: str, of: str) -> bool:
        """Whether a list can be offered as it is. One that is wrong in itself is not decided here."""
        choices = self._lists.get(of, [])
        if len(choices) > MOST_CHOICES:
            self._say(LEFT_OUT, "many_choices", row, name=name, detail=str(MOST_CHOICES))
            return False
        if len({choice.name for choice in choices}) < len(choices) and self._allows_twice:
            self._say(LEFT_OUT, "choices_twice", row, name=name, detail=of)
            return False
        return True

    @property
    def _allows_twice(self) -> bool:
        """Whether the form says that a choice may stand twice in a list: its filter tells them apart, which nobody does here."""
        return self._settings.get("allow_choice_duplicates", "").lower() in YES

    def _made(
        self,
        row: int,
        kind: str,
        cells: Sequence[str],
        named: Mapping[str, str],
        select: re.Match[str] | None,
    ) -> Question:
        name = named.get("name", "")
        if not name and kind == QuestionKind.NOTE:
            name = f"generated_note_name_{row}"  # as pyxform calls it
            self._say(CHANGED, "note_named", row, name=name)
        label, hint, message, needed = (self._spoken(self._survey, cells, column, row) for column in SPOKEN)
        message, needed = _line(message), _line(needed)
        if not label:
            label, hint = (hint, "") if hint else (name, "")
            self._say(CHANGED, "no_label_taken", row, name=name)
        self._at.setdefault(name, row)
        choices: tuple[Choice, ...] = ()
        if select is not None:
            of = select["list"] or select["list2"]
            if of not in self._lists:
                self._say(REFUSED, "unknown_list", row, name=name, detail=of)
            choices = tuple(self._lists.get(of, ()))
            if named.get("choice_filter"):
                self._say(CHANGED, "choice_filter", row, name=name, detail=named["choice_filter"])
        constraint = _plain_quotes(named.get("constraint", ""))
        if constraint and kind in (QuestionKind.IMAGE, QuestionKind.NOTE):
            self._say(LEFT_OUT, "constraint", row, name=name, detail=constraint)
            constraint = ""
        is_required = self._is_required(row, name, named.get("required", "")) and kind != QuestionKind.NOTE
        return Question(
            kind,
            name,
            label,
            hint=hint,
            is_required=is_required,
            required_message=needed if is_required else "",
            relevant=_relevant(named),
            constraint=constraint,
            constraint_message=message if constraint else "",
            choices=choices,
            has_other=bool(select and (select["other"] or select["other2"])),
        )

    def _is_required(self, row: int, name: str, given: str) -> bool:
        told = given.strip().lower()
        if told not in YES and told not in NO:
            self._say(CHANGED, "required", row, name=name, detail=given)
        return told in YES

    # What leans on something else

    def _resolved(self, tree: Sequence[Question]) -> Tree:
        """Without what leans on something that is not there, as often as leaving something out leaves more without ground."""
        left = tuple(tree)
        while True:
            everything = {one.question.name: one for one in placed(left)}
            answered = _answered(everything)
            kept = self._grounded(left, answered)
            if kept == left:
                return tuple(self._worded(question, answered, everything) for question in left)
            left = kept

    def _grounded(self, tree: Sequence[Question], answered: set[str]) -> Tree:
        kept: list[Question] = []
        for question in tree:
            row = self._at.get(question.name, 0)
            if question.relevant and (why := _cannot(question.relevant, answered, is_relevant=True)):
                self._leave(question, f"relevant_{why}", question.relevant)
                continue
            if missing := next((name for name in _held(question) if name not in answered), ""):
                self._leave(question, "label_reference", missing)
                continue
            if question.kind != QuestionKind.GROUP:
                kept.append(question)
            elif inside := self._grounded(question.questions, answered):
                kept.append(replace(question, questions=inside))
            else:
                self._say(LEFT_OUT, "empty_group", row, name=question.name)
        return tuple(kept)

    def _leave(self, question: Question, code: str, detail: str) -> None:
        """Leave out a question, or a group with all that is in it."""
        self._say(LEFT_OUT, code, self._at.get(question.name, 0), name=question.name, detail=detail)
        for one in placed(question.questions):
            name = one.question.name
            self._say(LEFT_OUT, "in_left_out", self._at.get(name, 0), name=name)

    def _worded(self, question: Question, answered: set[str], everything: Mapping[str, Placed]) -> Question:
        """A question with its condition as far as it can be kept, and with words in place of other answers."""
        row = self._at.get(question.name, 0)
        constraint, message = question.constraint, question.constraint_message
        if constraint and (why := _cannot(constraint, answered)):
            self._say(LEFT_OUT, f"constraint_{why}", row, name=question.name, detail=constraint)
            constraint = message = ""

        def filled(text: str) -> str:
            return self._without_references(text, row, question.name, answered, everything)

        return replace(
            question,
            label=filled(question.label),
            hint=filled(question.hint),
            constraint=constraint,
            constraint_message=filled(message),
            required_message=filled(question.required_message),
            choices=tuple(replace(choice, label=filled(choice.label)) for choice in question.choices),
            questions=tuple(self._worded(one, answered, everything) for one in question.questions),
        )

    def _without_references(
        self, text: str, row: int, name: str, answered: set[str], everything: Mapping[str, Placed]
    ) -> str:
        """Words into which another answer would be put: the question's words stand for it."""
        if "${" not in text:
            return text
        missing = next((other for other in _REFERENCE.findall(text) if other not in answered), "")
        if missing:  # of a sentence that is said where an answer is wrong: the usual one is said
            self._say(LEFT_OUT, "message_reference", row, name=name, detail=missing)
            return ""

        def named(found: re.Match[str]) -> str:
            other = found[1]
            self._say(CHANGED, "label_reference", row, name=name, detail=other)
            return f"「{_REFERENCE.sub('…', everything[other].question.label)[:60]}」"

        return _REFERENCE.sub(named, text)

    def _words(self, text: str) -> str:
        """Words without the marks of how they look: what is no element of HTML stays."""
        plain = _MARKUP.sub("", re.sub(r"<br\s*/?>", "\n", text, flags=re.IGNORECASE))
        return _STARS.sub(r"\2", _HEADING.sub("", plain)).strip()


def _answered(everything: Mapping[str, Placed]) -> set[str]:
    """The names of which there is an answer. The words beside "other" are none: pyxform knows no such name."""
    return {name for name, one in everything.items() if one.question.asks}


def _held(question: Question) -> list[str]:
    """The questions whose answers its words hold, of those words that everybody reads."""
    return [
        name
        for text in (question.label, question.hint, *(choice.label for choice in question.choices))
        for name in _REFERENCE.findall(text)
    ]


def _cannot(source: str, answered: set[str], *, is_relevant: bool = False) -> str:
    """Why an expression cannot be taken over; empty where it can."""
    try:
        tree = parse(source)
    except BadExpression as bad:
        return bad.code
    if is_relevant and asks_own(tree):
        return "own"
    return "reference" if any(name not in answered for name in references(tree)) else ""


def _relevant(named: Mapping[str, str]) -> str:
    """When a row is asked; empty where its condition is that it always is."""
    source = named.get("relevant", "")
    return "" if source.lower() in ("true()", "true", "yes") else _plain_quotes(source)


def _plain_quotes(source: str) -> str:
    """An expression with plain quotation marks, where it cannot be understood with those that it has."""
    for told in (source, source.translate(_QUOTES)):
        try:
            parse(told)
        except BadExpression:
            continue
        return told
    return source


def _line(text: str) -> str:
    """On one line, as choices and sentences of mistakes are written in the browser too."""
    return re.sub(r"\s*\n\s*", " ", text)


def _ends(begun: str, ended: str) -> bool:
    return begun == ended or (begun in REPEATS and ended in REPEATS)


# Sheets


def _tables(sheets: Sequence[Sheet]) -> dict[str, _Table]:
    found: dict[str, _Table] = {}
    for sheet in sheets:
        for name, rows in _parts(sheet, len(sheets)):
            if rows and name not in found and (table := _table(name, rows)) is not None:
                found[name] = table
    return found


def _parts(sheet: Sheet, count: int) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    """A workbook's sheet as it is; of a .csv the parts that its first column names, or the whole as the questions."""
    rows = [(row.number, [_cell(cell) for cell in row.cells]) for row in sheet.rows if row.cells]
    if count > 1 or not rows:
        yield sheet.name.strip().lower(), rows
        return
    if rows[0][1][0].lower() not in ("survey", "choices", "settings"):
        headers = {cell.strip().lower() for cell in rows[0][1]}
        is_survey = headers >= {"type", "name"}
        yield ("survey" if is_survey else sheet.name.strip().lower()), rows
        return
    name = ""
    own: list[tuple[int, list[str]]] = []
    for number, cells in rows:
        if cells[0]:
            if name:
                yield name, own
            name, own = cells[0].lower(), []
        if any(cells[1:]):
            own.append((number, cells[1:]))
    yield name, own


def _table(name: str, rows: list[tuple[int, list[str]]]) -> _Table | None:
    if name.startswith("_"):
        return None
    has_double = any("::" in cell for cell in rows[0][1])
    return _Table(name, [_column(cell, has_double=has_double) for cell in rows[0][1]], rows[1:])


def _column(header: str, *, has_double: bool) -> tuple[str, str]:
    """`label::Chinese (zh)` → ("label", "Chinese (zh)"), `bind: relevant` → ("relevant", ""); other columns keep their whole name.

    Where no header of the sheet has `::`, a single colon parts as well, as pyxform reads older forms.
    """
    told = " ".join(header.split())
    if not has_double:
        told = re.sub(r"\bjr\s*:\s*", "jr::", told).replace("jr::", "jr\0")
        parts = [part.strip().replace("\0", ":") for part in told.split(":")]
    else:
        parts = [part.strip().removeprefix(":").strip() for part in told.split("::")]
        if len(parts) == 1 and told.partition(":")[0].strip().lower() in ("label", "hint", "caption"):
            parts = [part.strip() for part in told.split(":", 1)]
    if len(parts) > 1 and parts[0].lower() in WITHIN:
        del parts[0]
    head = "_".join(parts[0].lower().split())
    head = ALIASES.get(head, head)
    if head in SPOKEN:
        return head, ":".join(parts[1:]).strip()
    return "::".join([head, *parts[1:]]), ""


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()  # as pyxform reads it
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() if isinstance(cell, (str, int, float)) else cell.isoformat()
