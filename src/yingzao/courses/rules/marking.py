"""How answers are marked. Pure: shares of a question's points as exact fractions, no database.

- one choice, true or false: all or nothing.
- several: (right chosen − wrong chosen) / right ones, not below 0; or all or nothing where the question says so.
- short answer: any accepted text, whatever the width, the case and the blanks.
- number: the first number of what was written, within the tolerance; the unit after it is not looked at.
- ordering: of the neighbours in the right order, the share that stands one right after the other in the answer (Moodle's
  "relative to the next item, last excluded", https://docs.moodle.org/en/Ordering_question_type); or all or nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from yingzao.courses.enums import QuestionKind

NONE, ALL = Fraction(0), Fraction(1)
LONGEST = 500  # characters of a written answer
_PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?")


def mark(*, kind: str, key: Mapping[str, Any], is_partial: bool, said: Sequence[str]) -> Fraction:
    """The share of the points, 0 to 1, of what was said. Nothing said is 0."""
    if not said:
        return NONE
    if kind == QuestionKind.SHORT:
        return ALL if folded(said[0]) in {folded(one) for one in key.get("accepted", ())} else NONE
    if kind == QuestionKind.NUMBER:
        return _number(key, said[0])
    right = list(key.get("right", ()))
    if not right:
        return NONE
    if kind == QuestionKind.ORDERING:
        return _ordering(right, list(said), is_partial=is_partial)
    if kind == QuestionKind.MULTIPLE:
        return _several(set(right), set(said), is_partial=is_partial)
    return ALL if list(said) == right else NONE


def _several(right: set[str], said: set[str], *, is_partial: bool) -> Fraction:
    if not is_partial:
        return ALL if said == right else NONE
    return max(Fraction(len(said & right) - len(said - right), len(right)), NONE)


def _ordering(right: Sequence[str], said: Sequence[str], *, is_partial: bool) -> Fraction:
    if list(said) == list(right):
        return ALL
    if not is_partial or len(right) < 2 or len(set(said)) != len(said):
        return NONE
    follows = set(pairwise(said))
    return Fraction(sum(pair in follows for pair in pairwise(right)), len(right) - 1)


def _number(key: Mapping[str, Any], text: str) -> Fraction:
    found = number_in(text)
    if found is None:
        return NONE
    value, tolerance = Decimal(str(key.get("value", "0"))), Decimal(str(key.get("tolerance") or "0"))
    return ALL if abs(Fraction(found) - Fraction(value)) <= Fraction(tolerance) else NONE


def folded(text: str) -> str:
    """The text without its width, its case and its blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def number_in(text: str) -> Decimal | None:
    """The number that a text begins with, in either width; a unit may follow, a second number may not.

    A comma parts thousands (1,000) and is nothing else: 1,5 is no number here.
    """
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-")
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain).strip()
    found = _PLAIN.match(plain)
    if found is None:
        return None
    rest = plain[found.end() :]
    if any(c.isdecimal() for c in rest) and not _is_unit(rest):
        return None
    return Decimal(found[0])


def _is_unit(rest: str) -> bool:
    """Whether what follows the number is a unit that holds a digit itself (m2)."""
    return bool(re.fullmatch(r"\s*[a-zA-Zµμ]{1,3}[23]", rest))


def exact(share: Fraction) -> str:
    """A fraction as text that reads back the same: a decimal where it ends, else n/d."""
    rest = share.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{share.numerator}/{share.denominator}"
    text = format(Decimal(share.numerator) / Decimal(share.denominator), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def total(marks: Iterable[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    """(points reached, points that there are) of pairs of share and points."""
    reached = of = NONE
    for share, points in marks:
        reached, of = reached + share * points, of + points
    return reached, of


def readable(kind: str, options: Sequence[str], said: Any) -> list[str] | None:
    """An answer as it may be kept: known ids of options without repeats, or one text; None for what is no answer.

    `options` are the ids that the question has.
    """
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        return None
    if kind in (QuestionKind.SHORT, QuestionKind.NUMBER):
        text = said[0].strip()[:LONGEST] if len(said) == 1 else ""
        return ([text] if text else []) if len(said) <= 1 else None
    if len(set(said)) != len(said) or not set(said) <= set(options):
        return None
    if kind == QuestionKind.MULTIPLE:
        return sorted(said, key=list(options).index)
    if kind == QuestionKind.ORDERING:
        return list(said) if not said or len(said) == len(options) else None
    return list(said) if len(said) <= 1 else None
