"""What the cells of a questionnaire's export say, and which of its columns is which question. Pure."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from yingzao.activities.enums import SCALES, QuestionKind
from yingzao.activities.queries.questions import Asked, plain
from yingzao.core.ports import SurveyColumn, SurveyTable

BETWEEN = re.compile(r"[┋|]|;(?=\s)")
OTHER_WORDS = re.compile(r"^(.*?)\s*〖(.*)〗\s*$")
ALIKE = 0.6  # of two texts, from which on they are taken to be one question
NEW = "new:"  # a column that becomes a question of that kind
MOST_OPTIONS = 12
# What a question is about, where its words are others than ours: 整体满意度 is 总体满意吗.
TOPICS = {
    "overall": re.compile(r"(?:总体|整体|总的).*(?:满意|评价)|^满意度?[吗？?]*$"),
    "content": re.compile(r"内容"),
    "teacher": re.compile(r"讲师|老师|教师|授课|讲课|讲得"),
    "time": re.compile(r"时间|时长"),
    "advice": re.compile(r"建议|意见|想说"),
}
OPEN = re.compile(r"建议|意见|想说|说什么|为什么|原因|感想|感受|收获|心得|补充|哪些问题")  # asked for words


@dataclass(frozen=True, slots=True)
class StandardForm:
    title: str
    intro: str
    questions: tuple[Asked, ...]


def standard_form() -> StandardForm:
    """The form that one click makes: a data file, plans/survey.json."""
    file = resources.files("yingzao.activities").joinpath("plans", "survey.json")
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    questions = tuple(
        Asked(
            kind=q["kind"],
            text=q["text"],
            is_required=q.get("required", True),
            low=q.get("low", ""),
            high=q.get("high", ""),
            options=tuple(q.get("options", ())),
        )
        for q in data["questions"]
    )
    return StandardForm(data["title"], data["intro"], questions)


# Cells

_DEGREE = r"(?:非常|很|十分|极其|极|完全|特别)"
_WORDS = (
    (re.compile(rf"^{_DEGREE}(?:不|差|糟|难)"), 1),
    (re.compile(r"^(?:不太|不大|比较不|较不|有点不|不|没有|较差|比较差|差$|差评)"), 2),
    (re.compile(r"^(?:一般|中立|普通|尚可|还行|还可以|说不清|不确定|无所谓|中等?$)"), 3),
    (re.compile(rf"^(?:{_DEGREE}|优)"), 5),
    (re.compile(r"^(?:比较|较|基本|还算|良)"), 4),
    (re.compile(r"^(?:满意|同意|有用|有帮助|清楚|合适|好|认同|符合|愿意|实用)$"), 4),
)
_UNSURE = re.compile(r"^(?:说不清|不确定|不好说)")


def scale_value(text: str, kind: str, *, is_reversed: bool = False) -> int | None:
    """The number that a cell says on a scale: 5, 5分, 5.0, 非常满意, 非常满意(5分); None where it says none.

    `is_reversed`: the export counts options, and the first of five is the best.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    allowed = SCALES[QuestionKind(kind)]
    number = re.fullmatch(r"[A-Ea-e]?[.、]?\s*(\d+)(?:\.0+)?\s*[分星颗]?", text)
    in_brackets = re.search(r"\((\d+)\s*分\)\s*$", text)
    if number or in_brackets:
        value = int((number or in_brackets)[1])  # type: ignore[index]
        if value not in allowed:
            return None
        return allowed[0] + allowed[-1] - value if is_reversed else value
    if kind != QuestionKind.SCALE5:
        return None
    text = re.sub(r"^[A-Ea-e][.、:\s]\s*", "", text)
    if _UNSURE.match(text):
        return 3
    return next((value for words, value in _WORDS if words.search(text)), None)


def chosen_in(text: str) -> tuple[list[str], str]:
    """The options of a cell and the words beside 其他: "口述史┋其他〖晒书〗" → (["口述史", "其他"], "晒书")."""
    options, beside = [], []
    for piece in BETWEEN.split(text):
        piece = piece.strip()
        if found := OTHER_WORDS.match(piece):
            piece = found[1].strip() or "其他"
            beside.append(found[2].strip())
        if piece:
            options.append(piece)
    return list(dict.fromkeys(options)), "；".join(beside)


def is_ticked(text: str, part: str) -> bool | None:
    """Whether a cell of a column that stands for one option says that it was chosen."""
    text = text.strip()
    if text in {"1", "√", "✓", "是", "选中", "true", "True"} or plain(text) == plain(part):
        return True
    return False if text in {"0", "否", "×", "-", "false", "False"} else None


# Columns


@dataclass(frozen=True, slots=True)
class Target:
    """What one column is taken for: the code of a question, `new:<kind>`, or nothing."""

    column: SurveyColumn
    to: str
    is_reversed: bool = False


def propose(table: SurveyTable, questions: Mapping[str, Asked]) -> list[Target]:
    """Each column with the question it most likely answers, by its words, each question once; a column of another question
    becomes a new one. `questions`: code → question."""
    targets = []
    taken: set[str] = set()
    scores = sorted(
        (
            (-_alike(full_text(column), asked.text), n, code, column.index)
            for column in table.columns
            for n, (code, asked) in enumerate(questions.items())
            if _fits(table, column, asked)
        ),
    )
    best: dict[int, str] = {}
    for score, _n, code, index in scores:
        if -score >= ALIKE and index not in best and code not in taken:
            best[index] = code
            taken.add(code)
    ticks = _tick_columns(table)
    for column in table.columns:
        if column.index in ticks:
            to = next((c for c, a in questions.items() if plain(a.text) == plain(column.text)), NEW + "many")
        else:
            to = best.get(column.index) or NEW + kind_of(table, column)
        targets.append(Target(column, to))
    return targets


def full_text(column: SurveyColumn) -> str:
    """What is asked in a column: of a matrix the question and its line."""
    return f"{column.text}：{column.part}" if column.part else column.text


def _alike(ours: str, theirs: str) -> float:
    one, other = plain(ours), plain(theirs)
    if one == other:
        return 1.0
    topics = [{name for name, words in TOPICS.items() if words.search(text)} for text in (ours, theirs)]
    shared = topics[0] & topics[1]
    ratio = difflib.SequenceMatcher(None, one, other).ratio()
    return max(ratio if ratio >= 0.8 else ratio * 0.7, 0.9 if shared else 0.0)


def _fits(table: SurveyTable, column: SurveyColumn, asked: Asked) -> bool:
    """Words do not become numbers: a column of sentences answers no scale."""
    kind = kind_of(table, column)
    if asked.kind in SCALES:
        return kind in SCALES
    return kind not in SCALES or plain(asked.text) == plain(full_text(column))


def kind_of(table: SurveyTable, column: SurveyColumn) -> str:
    """What the cells of a column look like."""
    texts = [row.cells[column.index] for row in table.rows if column.index in row.cells]
    if OPEN.search(full_text(column)) and not all(text.isdecimal() for text in texts):
        return (QuestionKind.MANY if any("┋" in text for text in texts) else QuestionKind.TEXT).value
    if texts and all(scale_value(text, QuestionKind.SCALE5) is not None for text in texts):
        return QuestionKind.SCALE5.value
    if texts and all(scale_value(text, QuestionKind.SCALE10) is not None for text in texts):
        return QuestionKind.SCALE10.value
    if any("┋" in text for text in texts):
        return QuestionKind.MANY.value
    counted = Counter(texts)
    is_short = all(len(text) <= 20 for text in texts)
    if len(texts) >= 4 and is_short and len(counted) <= MOST_OPTIONS and len(counted) * 2 <= len(texts):
        return QuestionKind.ONE.value
    return QuestionKind.TEXT.value


def _tick_columns(table: SurveyTable) -> set[int]:
    """Columns of which several together are one choice: the same question, each with an option and cells that tick it."""
    groups: dict[str, list[SurveyColumn]] = {}
    for column in table.columns:
        if column.part:
            groups.setdefault(column.text, []).append(column)
    found: set[int] = set()
    for columns in groups.values():
        cells = [(row.cells.get(c.index, ""), c.part) for row in table.rows for c in columns]
        said = [is_ticked(text, part) for text, part in cells if text]
        if (len(columns) > 1 and said and all(s is not None for s in said) and not all(said)) or (
            len(columns) > 1 and said and all(plain(t) == plain(p) for t, p in cells if t)
        ):
            found |= {c.index for c in columns}
    return found


def new_questions(table: SurveyTable, targets: Sequence[Target]) -> dict[str, Asked]:
    """The questions that columns become: key → question. Columns of one choice share theirs, by `new_key`."""
    found: dict[str, Asked] = {}
    for target in targets:
        if not target.to.startswith(NEW):
            continue
        kind = target.to.removeprefix(NEW)
        column, key = target.column, new_key(target)
        if kind not in (QuestionKind.ONE, QuestionKind.MANY):
            found[key] = Asked(kind=kind, text=full_text(column)[:200], is_required=False)
            continue
        by_columns = kind == QuestionKind.MANY and bool(column.part)
        options = [column.part] if by_columns else _options_in(table, column)
        known = found.get(key) or Asked(
            kind=kind, text=(column.text if by_columns else full_text(column))[:200], is_required=False
        )
        found[key] = replace(known, options=tuple(dict.fromkeys([*known.options, *options]))[:40])
    return found


def new_key(target: Target) -> str:
    """One key for the columns that become one question."""
    column = target.column
    return column.text if target.to == NEW + QuestionKind.MANY and column.part else str(column.index)


def _options_in(table: SurveyTable, column: SurveyColumn) -> list[str]:
    counted: Counter[str] = Counter()
    for row in table.rows:
        counted.update(chosen_in(row.cells.get(column.index, ""))[0])
    return [option for option, _n in counted.most_common()]
