"""A table of questions: one a row, columns by their headers, in any order.

题型 · 题目 · 选项A … 选项J · 答案 · 分值 · 解析 · 题库. What 答案 holds: letters (A, ABD; of 排序 the order, BAC, or nothing where
the options stand in the right order), 对 or 错, accepted answers parted by | or ；, a number with its tolerance (3.5±0.1).
Without 题型 the answer decides between one and several choices.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence

from yingzao.core.ports import (
    Cell,
    NotQuestions,
    OptionIn,
    QuestionIn,
    QuestionProblem,
    QuestionsRead,
    Sheet,
    TooManyQuestions,
    port,
    ports,
)

MOST = 2000
LETTERS = "ABCDEFGHIJ"
HEADERS = ("题型", "题目", *(f"选项{letter}" for letter in LETTERS[:6]), "答案", "分值", "解析", "题库")
_FIELDS = {
    "kind": ("题型", "类型", "试题类型", "题目类型"),
    "text": ("题目", "题干", "试题", "问题", "题目内容", "试题内容"),
    "answer": ("答案", "正确答案", "参考答案", "标准答案"),
    "points": ("分值", "分数", "得分", "题目分值"),
    "feedback": ("解析", "答案解析", "试题解析", "反馈", "说明"),
    "pool": ("题库", "所属题库", "分类", "题目分类"),
}
_KINDS = {
    "single": ("单选", "单选题", "单项选择", "单项选择题"),
    "multiple": ("多选", "多选题", "多项选择", "多项选择题", "不定项选择", "不定项选择题"),
    "truefalse": ("判断", "判断题", "是非题"),
    "short": ("填空", "填空题", "简答", "简答题", "短答", "短答题"),
    "number": ("数字", "数字题", "数值", "数值题", "计算题"),
    "ordering": ("排序", "排序题"),
}
_TRUE = {"对", "正确", "√", "✓", "是", "t", "true", "y", "yes", "1"}
_FALSE = {"错", "错误", "×", "x", "✗", "否", "f", "false", "n", "no", "0"}
_NUMBER = re.compile(r"(?P<value>[-+]?\d*\.?\d+)\s*(?:(?:±|\+/-|\+-)\s*(?P<tolerance>\d*\.?\d+))?")
_TOP_ROWS = 10  # among which the header is looked for


def is_table(data: bytes) -> bool:
    """Whether no port of questions knows the bytes, so that they are read as a table."""
    return not any(reader.recognise(data, "") for reader in ports("questions"))


def read_file(data: bytes, name: str) -> QuestionsRead:
    """Every question of a file of any kind: read, or named among the problems. Raises `Unreadable`."""
    for reader in ports("questions"):
        if reader.recognise(data, name):
            found: QuestionsRead = reader.read(data, name)
            return found
    return read_sheets(port("tables").read(data, name))


def read_sheets(sheets: Sequence[Sheet]) -> QuestionsRead:
    """Every row of the sheets that have our headers. Raises `NotQuestions` where none has."""
    questions: list[QuestionIn] = []
    problems: list[QuestionProblem] = []
    found = number = 0
    for sheet in sheets:
        if sheet.hidden:
            continue
        header = _header(sheet)
        if header is None:
            continue
        found += 1
        place, columns, options = header
        for row in sheet.rows[place + 1 :]:
            told = {
                field: _text(row.cells[column]) if column < len(row.cells) else ""
                for field, column in columns.items()
            }
            choices = [
                _text(row.cells[column]) if column is not None and column < len(row.cells) else ""
                for column in options
            ]
            if not any(told.values()) and not any(choices):
                continue
            number += 1
            if number > MOST:
                raise TooManyQuestions
            made = _question(row.number, told, choices)
            if isinstance(made, QuestionIn):
                questions.append(made)
            else:
                problems.append(made)
    if not found:
        raise NotQuestions
    return QuestionsRead("table", tuple(questions), tuple(problems))


def _header(sheet: Sheet) -> tuple[int, dict[str, int], list[int | None]] | None:
    """(place of the header among the rows, field → column, columns of the options A, B, …)."""
    for place, row in enumerate(sheet.rows[:_TOP_ROWS]):
        names = [re.sub(r"[\s（(].*", "", _plain(_text(cell)).strip()) for cell in row.cells]
        columns = {
            field: names.index(word) for field, words in _FIELDS.items() for word in words if word in names
        }
        columns = {
            field: min(names.index(word) for word in _FIELDS[field] if word in names) for field in columns
        }
        if "text" in columns and "answer" in columns:
            options: list[int | None] = []
            for letter in LETTERS:
                known = (f"选项{letter}", f"{letter}选项", letter, f"选项{LETTERS.index(letter) + 1}")
                options.append(next((names.index(word) for word in known if word in names), None))
            return place, columns, options
    return None


def _question(number: int, told: dict[str, str], choices: list[str]) -> QuestionIn | QuestionProblem:
    title = " ".join(told["text"].split())[:60]

    def wrong(code: str, **data: str) -> QuestionProblem:
        return QuestionProblem(number, title, code, data)

    while choices and not choices[-1]:
        choices.pop()
    answer = told.get("answer", "")
    word = _plain(told.get("kind", "")).strip()
    kind = next((kind for kind, words in _KINDS.items() if word in words), "")
    if not kind and word:
        return wrong("kind", kind=word[:40])
    kind = kind or _guess(answer, choices)
    made = _told(kind, answer, choices)
    if made is None:
        return wrong("table_answer", answer=answer[:60])
    return QuestionIn(
        number=number,
        kind=kind,
        text=told["text"].strip(),
        title=title,
        points=_plain(told.get("points", "")).strip().removesuffix("分") or "1",
        feedback=told.get("feedback", "").strip(),
        pool=told.get("pool", "").strip()[:80],
        **made,
    )


def _guess(answer: str, choices: Sequence[str]) -> str:
    if choices:
        return "multiple" if len(_letters(answer)) > 1 else "single"
    if _plain(answer).strip().lower() in _TRUE | _FALSE:
        return "truefalse"
    return "number" if _NUMBER.fullmatch(_plain(answer).strip()) else "short"


def _told(kind: str, answer: str, choices: Sequence[str]) -> dict | None:
    """The key as a question has it; None where the answer says none."""
    plain = _plain(answer).strip()
    if kind == "truefalse":
        word = plain.lower()
        if choices and (letters := _letters(answer)) and len(letters) == 1 and letters[0] < len(choices):
            word = _plain(choices[letters[0]]).strip().lower()
        if word not in _TRUE | _FALSE:
            return None
        return {"options": (OptionIn("", word in _TRUE), OptionIn("", word in _FALSE))}
    if kind == "short":
        accepted = [one.strip() for one in re.split(r"[|｜;；\n]", answer) if one.strip()]
        return {"accepted": tuple(accepted)} if accepted else None
    if kind == "number":
        found = _NUMBER.fullmatch(plain)
        return {"value": found["value"], "tolerance": found["tolerance"] or "0"} if found else None
    letters = _letters(answer)
    if any(place >= len(choices) for place in letters) or len(set(letters)) != len(letters):
        return None
    if kind == "ordering":
        order = letters or list(range(len(choices)))
        if sorted(order) != list(range(len(choices))) or len(order) < 2:
            return None
        return {"options": tuple(OptionIn(choices[place]) for place in order)}
    if not letters:
        return None
    return {"options": tuple(OptionIn(text, place in letters) for place, text in enumerate(choices))}


def _letters(answer: str) -> list[int]:
    """The places that letters name: ABD, A、B、D, b a c. Nothing where there is anything else."""
    plain = re.sub(r"[\s,、;.。/|>→-]+", "", _plain(answer)).upper()
    return [LETTERS.index(c) for c in plain] if all(c in LETTERS for c in plain) else []


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def template_rows() -> list[list[str]]:
    """One row of each kind, to be written over."""
    return [
        [
            "单选",
            "居民议事会一般由谁召集？",
            "物业公司",
            "社区党组织",
            "街道城管",
            "",
            "",
            "",
            "B",
            "2",
            "",
            "示例题库",
        ],
        [
            "多选",
            "下列哪些属于社区社会组织？",
            "夕阳红舞蹈队",
            "业主合唱团",
            "区民政局",
            "邻里互助会",
            "",
            "",
            "ABD",
            "4",
            "少选按比例得分，错选倒扣。",
            "示例题库",
        ],
        ["判断", "社区工作者应当记录每一次走访。", "", "", "", "", "", "", "对", "1", "", "示例题库"],
        [
            "填空",
            "“五社联动”中，与社区、社会工作者、社区志愿者、社会慈善资源并列的是什么？",
            "",
            "",
            "",
            "",
            "",
            "",
            "社区社会组织|社会组织",
            "2",
            "",
            "示例题库",
        ],
        [
            "数字",
            "一次走访从9时到10时30分，共多少小时？",
            "",
            "",
            "",
            "",
            "",
            "",
            "1.5±0",
            "2",
            "",
            "示例题库",
        ],
        [
            "排序",
            "把协商的步骤按先后排好。",
            "收集议题",
            "确定参加人",
            "开会协商",
            "公开结果",
            "",
            "",
            "ABCD",
            "3",
            "",
            "示例题库",
        ],
    ]
