"""The expressions of `relevant` and `constraint`: a part of XPath as XLSForm uses it.

    or   and   =  !=  <  <=  >  >=   not(…)   selected(${q}, 'v')   ${q}   .   numbers   'strings'   ( … )

`parse` gives a tree of tuples, `holds` says whether it is true for these answers. Everything else raises `BadExpression`, whose code
says what it was. The same language is spoken by `static/fieldwork/expressions.js`; tests run one table of cases through both.

Answers are texts here: what was not answered is the empty text, several choices stand with blanks between them. As in XPath, a comparison with a
number is one of numbers, an empty text is no number, and only `!=` is true of what is no number. Two days are earlier and later than one another, as in ODK
and Enketo.
"""

from __future__ import annotations

import math
import operator as operators
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

LONGEST = 4000  # characters
MOST_TOKENS = 1000
DEEPEST = 60  # parentheses within parentheses
FUNCTIONS = frozenset({"not", "selected"})

_BLANK = " \t\r\n\u00a0\u3000"
_TOKEN = re.compile(
    rf"[{_BLANK}]*(?:"
    r"(?P<ref>\$\{[ \t]*(?P<name>[^\s{}$]+)[ \t]*\})"
    r"|(?P<number>-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"
    r"|(?P<string>'[^']*'|\"[^\"]*\")"
    r"|(?P<op>!=|<=|>=|=|<|>)"
    r"|(?P<mark>[().,])"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_:-]*)"
    rf"|(?P<end>$))"
)
_DAY = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
)  # as answers to questions for a day are kept: their order is that of their texts
_NUMBER = re.compile(r"[ \t\r\n]*(-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))[ \t\r\n]*")

Node = tuple[Any, ...]


class BadExpression(ValueError):
    """What is not in the language. `code`: long, deep, function, sign, broken, own; `detail` is the function, sign or place."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


class _Parser:
    def __init__(self, source: str) -> None:
        self._tokens = _tokens(source)
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._either()
        if self._kind != "end":
            raise BadExpression("broken", self._text)
        return node

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def _text(self) -> str:
        return self._tokens[self._at][1]

    def _takes(self, kind: str, *texts: str) -> str:
        """The text of the next token where it is this one, and on behind it; empty where it is not."""
        found_kind, text = self._tokens[self._at]
        if found_kind != kind or (texts and text not in texts):
            return ""
        self._at += 1
        return text

    def _needs(self, mark: str) -> None:
        if not self._takes("mark", mark):
            raise BadExpression("broken", self._text)

    def _either(self) -> Node:
        parts = [self._both()]
        while self._takes("word", "or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else ("or", tuple(parts))

    def _both(self) -> Node:
        parts = [self._compared(0)]
        while self._takes("word", "and"):
            parts.append(self._compared(0))
        return parts[0] if len(parts) == 1 else ("and", tuple(parts))

    def _compared(self, level: int) -> Node:
        """Equality binds weaker than order."""
        operators = (("=", "!="), ("<", "<=", ">", ">="))[level]
        first = self._compared(1) if level == 0 else self._one()
        further = []
        while operator := self._takes("op", *operators):
            further.append((operator, self._compared(1) if level == 0 else self._one()))
        return ("compare", first, tuple(further)) if further else first

    def _one(self) -> Node:
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind in ("ref", "string"):
            return (kind, text)
        if kind == "number":
            return ("number", text)
        if kind == "mark" and text == ".":
            return ("own",)
        if kind == "mark" and text == "(":
            return self._inside(")", 1)[0]
        if kind == "word" and self._takes("mark", "("):
            if text not in FUNCTIONS:
                raise BadExpression("function", text)
            return (text, *self._inside(")", 1 if text == "not" else 2))
        raise BadExpression("broken", text)

    def _inside(self, end: str, count: int) -> list[Node]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadExpression("deep")
        found = [self._either()]
        for _more in range(count - 1):
            self._needs(",")
            found.append(self._either())
        self._needs(end)
        self._depth -= 1
        return found


def _tokens(source: str) -> list[tuple[str, str]]:
    if len(source) > LONGEST:
        raise BadExpression("long")
    found: list[tuple[str, str]] = []
    at = 0
    while not found or found[-1][0] != "end":
        match = _TOKEN.match(source, at)
        if match is None:
            rest = source[at:].strip(_BLANK)
            raise BadExpression("sign", rest[:1])
        kind = match.lastgroup or "end"
        text = match[kind]
        if kind in ("ref", "name"):
            kind, text = "ref", match["name"]
        elif kind == "string":
            text = text[1:-1]
        elif kind == "number" and text.startswith("-") and found and _ends_operand(found[-1]):
            raise BadExpression("sign", "-")
        found.append((kind, text))
        at = match.end()
        if len(found) > MOST_TOKENS:
            raise BadExpression("long")
    return found


def _ends_operand(token: tuple[str, str]) -> bool:
    return token[0] in ("ref", "number", "string") or token in (("mark", ")"), ("mark", "."))


@lru_cache(maxsize=4096)
def parse(source: str) -> Node:
    """The tree of an expression. Raises `BadExpression`."""
    return _Parser(source).whole()


def references(node: Node) -> Iterator[str]:
    """The questions that it asks for, as often as they stand there."""
    if node[0] == "ref":
        yield node[1]
    elif node[0] in ("or", "and"):
        for part in node[1]:
            yield from references(part)
    elif node[0] == "compare":
        yield from references(node[1])
        for _operator, part in node[2]:
            yield from references(part)
    elif node[0] in FUNCTIONS:
        for part in node[1:]:
            yield from references(part)


def asks_own(node: Node) -> bool:
    """Whether `.`, the question's own answer, stands anywhere in it."""
    if node[0] in ("or", "and"):
        return any(asks_own(part) for part in node[1])
    if node[0] == "compare":
        return asks_own(node[1]) or any(asks_own(part) for _operator, part in node[2])
    return node[0] == "own" or (node[0] in FUNCTIONS and any(asks_own(part) for part in node[1:]))


def holds(node: Node, answers: Mapping[str, str], own: str = "") -> bool:
    """Whether it is true. What is no question of `answers` counts as not answered."""
    return _truth(_value(node, answers, own))


def _value(node: Node, answers: Mapping[str, str], own: str) -> bool | float | str:
    match node[0]:
        case "ref":
            return answers.get(node[1], "")
        case "own":
            return own
        case "string":
            return str(node[1])
        case "number":
            return float(node[1])
        case "or":
            return any(holds(part, answers, own) for part in node[1])
        case "and":
            return all(holds(part, answers, own) for part in node[1])
        case "not":
            return not holds(node[1], answers, own)
        case "selected":
            chosen, sought = _text(node[1], answers, own), _text(node[2], answers, own)
            return sought.strip(" \t\r\n") in re.split(r"[ \t\r\n]+", chosen.strip(" \t\r\n")) and bool(
                sought.strip(" \t\r\n")
            )
        case _compare:
            left = _value(node[1], answers, own)
            for operator, part in node[2]:
                left = _compares(left, operator, _value(part, answers, own))
            return left


def _compares(left: bool | float | str, operator: str, right: bool | float | str) -> bool:
    if operator in ("=", "!="):
        if isinstance(left, bool) or isinstance(right, bool):
            is_equal = _truth(left) == _truth(right)
        elif isinstance(left, float) or isinstance(right, float):
            is_equal = _number(left) == _number(right)
        else:
            is_equal = left == right
        return is_equal if operator == "=" else not is_equal
    first: float | str
    second: float | str
    if _is_day(left) and _is_day(right):
        first, second = str(left), str(right)
    else:
        first, second = _number(left), _number(right)
    return bool(_ORDERS[operator](first, second))  # nothing is true of what is no number


_ORDERS = {"<": operators.lt, "<=": operators.le, ">": operators.gt, ">=": operators.ge}


def _is_day(value: bool | float | str) -> bool:
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


def _number(value: bool | float | str) -> float:
    if isinstance(value, str):
        found = _NUMBER.fullmatch(value)
        return float(found[1]) if found else math.nan
    return float(value)


def _truth(value: bool | float | str) -> bool:
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def _text(node: Node, answers: Mapping[str, str], own: str) -> str:
    """As a text: a number as it is written, without noughts that say nothing."""
    if node[0] == "number":
        return _plain(node[1])
    value = _value(node, answers, own)
    return value if isinstance(value, str) else str(value).lower()


def _plain(number: str) -> str:
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, _point, part = digits.partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    return sign + whole + (f".{part}" if part else "")
