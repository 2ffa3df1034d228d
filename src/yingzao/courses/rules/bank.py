"""What a question must have. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.core.ports import OptionIn, QuestionIn
from yingzao.courses.enums import QuestionKind
from yingzao.courses.rules.marking import folded

MOST_OPTIONS, MOST_ACCEPTED = 20, 30
LONGEST_TEXT, LONGEST_OPTION = 20_000, 1000
MOST_POINTS = Decimal(1000)
TRUE, FALSE = "t", "f"
_DECIMAL = re.compile(r"[-+]?(?:\d{1,15}(?:\.\d{0,12})?|\.\d{1,12})(?:[eE][-+]?\d{1,2})?")


def decimal_of(text: str) -> Decimal | None:
    """A decimal as people write it; None for anything else."""
    if not _DECIMAL.fullmatch(text.strip()):
        return None
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None


def require_sound(question: QuestionIn) -> None:
    """Raises Refused, with the field, for a question that nobody could answer or that could not be marked."""
    if not question.text.strip():
        raise Refused(_("Write the question."), code="text", field="text")
    if len(question.text) > LONGEST_TEXT:
        raise Refused(_("The text is too long."), code="long", field="text")
    points = decimal_of(question.points)
    if points is None or not 0 < points <= MOST_POINTS or points != points.quantize(Decimal("0.01")):
        raise Refused(
            _("Points are a number above 0, at most 1000, with at most two decimal places."),
            code="points",
            field="points",
        )
    if question.kind == QuestionKind.NUMBER:
        _require_number(question)
    elif question.kind == QuestionKind.SHORT:
        _require_accepted(question)
    else:
        _require_options(question)


def _require_number(question: QuestionIn) -> None:
    if decimal_of(question.value) is None:
        raise Refused(_("Write the right number in figures, for example 3.5."), code="value", field="value")
    tolerance = decimal_of(question.tolerance or "0")
    if tolerance is None or tolerance < 0:
        raise Refused(_("The tolerance is a number, 0 or more."), code="tolerance", field="tolerance")


def _require_accepted(question: QuestionIn) -> None:
    if not [one for one in question.accepted if folded(one)]:
        raise Refused(_("Write at least one accepted answer, one a line."), code="accepted", field="accepted")
    if len(question.accepted) > MOST_ACCEPTED:
        raise Refused(_("There are too many accepted answers."), code="many", field="accepted")


def _require_options(question: QuestionIn) -> None:
    options = question.options
    if len(options) < 2:
        raise Refused(_("Write at least two options."), code="few_options", field="options")
    if len(options) > MOST_OPTIONS:
        raise Refused(
            _("At most %(count)d options.") % {"count": MOST_OPTIONS}, code="many_options", field="options"
        )
    if question.kind == QuestionKind.TRUE_FALSE:
        if sum(o.is_right for o in options) != 1 or len(options) != 2:
            raise Refused(_("Say whether it is true or false."), code="right", field="options")
        return
    if any(not o.text.strip() or len(o.text) > LONGEST_OPTION for o in options):
        raise Refused(_("An option has no text, or far too much."), code="option_text", field="options")
    if len({o.text.strip() for o in options}) != len(options):
        raise Refused(_("Two options say the same."), code="same_options", field="options")
    if question.kind == QuestionKind.ORDERING:
        return
    right = sum(o.is_right for o in options)
    if not right:
        raise Refused(_("Mark the right option."), code="right", field="options")
    if question.kind == QuestionKind.SINGLE and right != 1:
        raise Refused(
            _("Exactly one option is right; for more take the kind “several choices”."),
            code="one_right",
            field="options",
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """What of a question goes into its version."""

    options: list[dict[str, str]]
    key: dict[str, Any]


def stored(question: QuestionIn, ids: Sequence[str] = ()) -> Stored:
    """Options with ids and the key. `ids` are those that the options had before, empty for new ones: an id stays with its
    option through all versions, and is never given to another."""
    if question.kind == QuestionKind.NUMBER:
        value, tolerance = question.value.strip(), question.tolerance.strip() or "0"
        return Stored([], {"value": value, "tolerance": tolerance})
    if question.kind == QuestionKind.SHORT:
        return Stored([], {"accepted": [one.strip() for one in question.accepted if folded(one)]})
    is_true_false = question.kind == QuestionKind.TRUE_FALSE
    named = [TRUE, FALSE] if is_true_false else _named(ids, len(question.options))
    options = [
        {"id": one, "text": option.text.strip(), "feedback": option.feedback.strip()}
        for one, option in zip(named, question.options, strict=True)
    ]
    right = [
        one
        for one, option in zip(named, question.options, strict=True)
        if option.is_right or question.kind == QuestionKind.ORDERING
    ]
    return Stored(options, {"right": right})


def _named(ids: Sequence[str], count: int) -> list[str]:
    named = [*ids, *[""] * count][:count]
    highest = max((int(one[1:]) for one in ids if re.fullmatch(r"o\d{1,6}", one)), default=0)
    out = []
    for one in named:
        if not one or one in out:
            highest += 1
            one = f"o{highest}"
        out.append(one)
    return out


def as_written(version: Any, *, pool: str = "", origin: str = "", picture: bytes = b"") -> QuestionIn:
    """A stored version as a value again; the inverse of `stored`."""
    key: Mapping[str, Any] = version.key
    right = set(key.get("right", ()))
    is_ordering = version.kind == QuestionKind.ORDERING
    return QuestionIn(
        number=version.number,
        kind=version.kind,
        text=version.text,
        title=version.plain[:60],
        options=tuple(
            OptionIn(o["text"], o["id"] in right and not is_ordering, o.get("feedback", ""))
            for o in version.options
        ),
        accepted=tuple(key.get("accepted", ())),
        value=str(key.get("value", "")),
        tolerance=str(key.get("tolerance", "")),
        points=plain_points(version.points),
        is_partial=version.is_partial,
        feedback=version.feedback,
        picture=picture,
        picture_name=version.picture.name if version.picture else "",
        pool=pool,
        origin=origin,
    )


def plain_points(points: Decimal) -> str:
    text = format(points, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def digest_of(question: QuestionIn, picture_sha256: str = "") -> str:
    """SHA-256 of all that is asked: two questions with the same one are the same question."""
    kept = stored(question)
    is_one_kind = question.kind not in (QuestionKind.MULTIPLE, QuestionKind.ORDERING)
    told = [
        question.kind,
        _lines(question.text),
        [[o["text"], _lines(o["feedback"])] for o in kept.options],
        kept.key,
        plain_points(Decimal(question.points)),
        True if is_one_kind else question.is_partial,
        _lines(question.feedback),
        picture_sha256,
    ]
    if question.kind == QuestionKind.TRUE_FALSE:
        told[2] = [["", _lines(o["feedback"])] for o in kept.options]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
