"""A table of questions: columns in any order, answers as people write them, and what cannot be read is named by its row."""

import pytest

from yingzao.core import ports
from yingzao.core.ports import OptionIn, Row, Sheet
from yingzao.courses.exports import template_workbook
from yingzao.courses.readers.questions import HEADERS, read_file, read_sheets

COLUMNS = ("题目", "答案", "题型", "选项A", "选项B", "选项C", "分值", "解析", "题库")


def read(*rows, columns=COLUMNS):
    cells = [columns, *rows]
    return read_sheets([Sheet("题", tuple(Row(n, tuple(r)) for n, r in enumerate(cells, start=1)))])


def one(*row):
    found = read(row)
    assert found.problems == ()
    return found.questions[0]


def test_a_single_choice_with_all_its_columns():
    asked = one("问？", "b", "单选题", "甲", "乙", None, 2.0, "因为", "甲库")
    assert asked.options == (OptionIn("甲"), OptionIn("乙", True))
    assert (asked.kind, asked.points, asked.feedback, asked.pool, asked.number) == (
        "single",
        "2",
        "因为",
        "甲库",
        2,
    )


@pytest.mark.parametrize("answer", ["AC", "A、C", "ａｃ", "a, c", "A C"])
def test_letters_of_several_choices(answer):
    assert [o.is_right for o in one("问", answer, "多选", "甲", "乙", "丙").options] == [True, False, True]


@pytest.mark.parametrize(
    ("answer", "true"), [("对", True), ("×", False), ("正确", True), ("F", False), ("√", True)]
)
def test_true_or_false(answer, true):
    assert [o.is_right for o in one("问", answer, "判断").options] == [true, not true]


def test_true_or_false_by_the_letter_of_its_options():
    assert [o.is_right for o in one("问", "B", "判断", "正确", "错误").options] == [False, True]


def test_numbers_short_answers_and_orders():
    number = one("问", "3.5±0.1", "数字")
    assert (number.value, number.tolerance) == ("3.5", "0.1")
    assert one("问", 3.0, "数值").value == "3"
    assert one("问", "甲|乙；丙", "填空").accepted == ("甲", "乙", "丙")
    assert [o.text for o in one("问", "CAB", "排序", "甲", "乙", "丙").options] == ["丙", "甲", "乙"]
    assert [o.text for o in one("问", "", "排序", "甲", "乙").options] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (("问", "A", "", "甲", "乙"), "single"),
        (("问", "AB", "", "甲", "乙"), "multiple"),
        (("问", "对", ""), "truefalse"),
        (("问", "12", ""), "number"),
        (("问", "居委会", ""), "short"),
    ],
)
def test_without_a_kind_the_answer_decides(row, kind):
    assert one(*row).kind == kind


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("问", "D", "单选", "甲", "乙"), "table_answer"),
        (("问", "", "单选", "甲", "乙"), "table_answer"),
        (("问", "也许", "判断"), "table_answer"),
        (("问", "三", "数字"), "table_answer"),
        (("问", "AB", "排序", "甲", "乙", "丙"), "table_answer"),
        (("问", "甲", "论述题"), "kind"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_row(row, code):
    found = read(("好", "对", "判断"), row)
    assert len(found.questions) == 1
    assert [(p.number, p.title, p.code) for p in found.problems] == [(3, "问", code)]


def test_a_table_without_our_headers_is_refused():
    with pytest.raises(ports.NotQuestions):
        read(("甲", "乙"), columns=("姓名", "电话"))


def test_the_template_reads_back_without_a_problem():
    found = read_file(template_workbook(), "试题模板.xlsx")
    assert found.problems == ()
    assert [q.kind for q in found.questions] == [
        "single",
        "multiple",
        "truefalse",
        "short",
        "number",
        "ordering",
    ]
    assert HEADERS[0] == "题型"
