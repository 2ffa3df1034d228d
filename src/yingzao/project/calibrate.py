"""A table of marks → severities and measures, without a database: what `yingzao calibrate` does."""

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yingzao.judging import bridge, phrases

COLUMNS = {
    "learner": ("learner", "person", "学员", "姓名"),
    "judge": ("judge", "rater", "评委"),
    "criterion": ("criterion", "评分项"),
    "score": ("score", "得分", "分数"),
}
MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "—", "/", "缺", "缺考"}
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|infinity)", re.IGNORECASE)
FULL_WIDTH = str.maketrans("０１２３４５６７８９．－", "0123456789.-")
NOTHING: Mapping[str, Any] = {
    "learners": [], "judges": [], "criteria": [], "fit": None, "agreement": None, "warnings": [],
}  # fmt: skip


class Unreadable(Exception):
    """The file is no table of marks; `note` is the refusal, as the engine would write it."""

    def __init__(self, code: str, rows: Sequence[int] = (), **data: Any) -> None:
        self.note = {"code": code, "rows": list(rows), "data": data}
        super().__init__(code)


def calibrate(file: Path, **choices: Any) -> dict[str, Any]:
    """The answer of the command: as `bridge.calibrate_table` has it, rows as the file counts them, and with sentences."""
    try:
        columns, scores, numbers = read_marks(file.read_bytes())
    except Unreadable as refusal:
        return {**NOTHING, "refused": _said(refusal.note)}
    answer = bridge.calibrate_table(columns, scores, **choices)
    if themselves := _self_ratings(columns):
        answer["warnings"].append(themselves)
    answer["warnings"] = [_said(_counted(note, numbers)) for note in answer["warnings"]]
    if answer["refused"]:
        answer["refused"] = _said(_counted(answer["refused"], numbers))
    return answer


def read_marks(data: bytes) -> tuple[tuple[list[str], list[str], list[str]], list[float], list[int]]:
    """Learners, judges, criteria; scores (NaN: missing); and the row of each, counted as a spreadsheet does.

    Raises Unreadable. Text is UTF-8, UTF-16 with a mark, or else GB 18030.
    """
    reader = _reader(_text(data))
    try:
        rows = ((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
        header = next(rows, None)
        if header is None:
            raise Unreadable("empty_table")
        places = _places(header[1])
        learners: list[str] = []
        judges: list[str] = []
        criteria: list[str] = []
        scores: list[float] = []
        numbers: list[int] = []
        wrong, nameless = [], []
        width = max(places) + 1
        at_learner, at_judge, at_criterion, at_score = places
        for number, row in rows:
            if len(row) < width:
                row = row + [""] * (width - len(row))
            learner, judge, criterion = (
                row[at_learner].strip(),
                row[at_judge].strip(),
                row[at_criterion].strip(),
            )
            if not (learner and judge and criterion):
                nameless.append(number)
            score = _number(row[at_score])
            if score is None:
                wrong.append(number)
                score = math.nan
            learners.append(learner)
            judges.append(judge)
            criteria.append(criterion)
            scores.append(score)
            numbers.append(number)
    except csv.Error:
        raise Unreadable("not_a_table") from None
    if nameless:
        raise Unreadable("empty_name", nameless)
    if wrong:
        raise Unreadable("not_a_number", wrong)
    if not scores:
        raise Unreadable("empty_table")
    return (learners, judges, criteria), scores, numbers


def _text(data: bytes) -> str:
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    encodings = ("utf-16",) if marked else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("not_a_table")


def _reader(text: str) -> Any:
    head = text.lstrip().partition("\n")[0]
    delimiter = max(",\t;，", key=lambda sign: (head.count(sign), sign == ","))
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _places(header: Sequence[str]) -> list[int]:
    names = [cell.strip().lower() for cell in header]
    places = []
    for column, spellings in COLUMNS.items():
        place = next((names.index(spelling) for spelling in spellings if spelling in names), None)
        if place is None:
            raise Unreadable("missing_column", column=column)
        places.append(place)
    return places


def _number(text: str) -> float | None:
    """NaN for a mark that is missing, None for text that is no number."""
    try:
        if text.isascii() and text.isdigit():
            return float(text)
        text = text.strip().translate(FULL_WIDTH)
        if text.lower() in MISSING:
            return math.nan
        return float(text) if NUMBER.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None


def _self_ratings(columns: tuple[list[str], list[str], list[str]]) -> dict[str, Any] | None:
    """Learners that are their own judge by name. Bare numbers are no names: both sides count from 1."""
    both = {name for name in set(columns[0]) & set(columns[1]) if not name.isdigit()}
    found = sorted(
        both & {learner for learner, judge in zip(columns[0], columns[1], strict=True) if learner == judge}
    )
    return {"code": "self_rating", "data": {"learners": found[:20], "n": len(found)}} if found else None


def _counted(note: dict[str, Any], numbers: Sequence[int]) -> dict[str, Any]:
    return {**note, "rows": [numbers[row] for row in note["rows"]]} if note.get("rows") else note


def _said(note: Mapping[str, Any]) -> dict[str, Any]:
    return {**note, "text": phrases.calibration_note(note)}


def as_table(answer: Mapping[str, Any], say: Any) -> str:
    """The answer for people: learners by place, then judges."""
    fit = answer["fit"]
    lines = [
        "\t".join(say(word) for word in ("place", "learner", "fair", "raw", "raw_place", "interval")),
        *(
            f"{row['rank'] or '–'}\t{row['id']}\t{_two(row['fair_average'])}\t{_two(row['raw_mean'])}\t"
            f"{row['raw_rank'] or '–'}\t{row['rank_low'] or '–'}–{row['rank_high'] or '–'}"
            + ("" if row["p_top"] is None else f"\t{row['p_top']:.0%}")
            for row in sorted(
                answer["learners"],
                key=lambda row: (row.get("subset", 1), row["rank"] or 10**9, row["id"]),
            )
        ),
        "",
        "\t".join(say(word) for word in ("judge", "severity", "error", "marks")),
        *(
            f"{row['id']}\t{_two(row['severity'], sign=True)}\t{_two(row['se'])}\t{row['n']}"
            for row in sorted(answer["judges"], key=lambda row: (-(row["severity"] or 0.0), row["id"]))
        ),
        "",
        f"{fit['method']}, {fit['scale']}: {phrases.scale_reason(fit['scale_reason'])}",
    ]
    return "\n".join(lines)


def _two(value: float | None, *, sign: bool = False) -> str:
    if value is None:
        return "–"
    return f"{value:+.2f}" if sign else f"{value:.2f}"
