"""The export of 问卷星 read for its answers."""

import pytest

from tests.factories.surveys import export, row
from tests.samples import SAMPLES, needs_samples
from yingzao.core.ports import NotAnswers, port

NAMES = [f"09_问卷星_课程满意度_按选项文本.{ending}" for ending in ("csv", "xlsx")]


def read(data: bytes, *, persons: bool = True, name: str = "答卷.csv"):
    return port("surveys").read(port("tables").read(data, name), persons=persons)


@needs_samples
@pytest.mark.parametrize("name", NAMES)
def test_sample_questions_and_answers(name):
    table = read((SAMPLES / "attendance" / name).read_bytes(), name=name)
    assert [c.text for c in table.columns] == [
        "您对本次课程的总体满意度",
        "课程内容对工作的帮助",
        "讲师授课水平",
        "您希望后续学习哪些主题？",
        "意见与建议",
    ]
    assert [[row.cells.get(i) for i in (10, 11, 12)] for row in table.rows] == [
        ["5", "5", "5"], ["4", "4", "5"], ["5", "4", "5"], ["1", "1", "1"], ["3", "4", "4"], ["5", "5", "5"],
    ]  # fmt: skip
    assert [row.is_repeat for row in table.rows] == [False, True, False, False, False, False]
    assert [row.seconds for row in table.rows] == [80, 3723, 65, 9, 120, 50]
    assert table.rows[4].cells[14] == "讲得快\n希望有案例"
    assert 13 not in table.rows[3].cells  # (跳过)


@needs_samples
@pytest.mark.parametrize("name", NAMES)
def test_sample_without_persons_holds_none(name):
    table = read((SAMPLES / "attendance" / name).read_bytes(), persons=False, name=name)
    shown = repr(table)
    for trace in (
        "学员0",
        "1380000",
        "138 0000",
        "桂一",
        "桂二",
        "夏北",
        "113.82",
        "8.8.8.8",
        "21:05",
        "微信', '来源",
    ):
        assert trace not in shown
    assert sorted(row.cells[10] for row in table.rows) == ["1", "3", "4", "5", "5", "5"]
    assert {str(row.sent_at) for row in table.rows} == {"2021-10-20 00:00:00"}
    assert {row.row for row in table.rows} == {0}


def test_nameless_copy_reads_as_the_same_answers():
    data = export(
        row(1, "张三", "桂一", "13800000001", "5"),
        row(2, "李四", "桂二", "13800000002", "3", at="2021/10/15 08:00:00", took="9秒"),
    )
    table = read(data, persons=False)
    copy = port("table_writer").write([port("surveys").nameless(table)])
    again = read(copy, persons=False, name="x.xlsx")
    assert [(r.sent_at, r.seconds, list(r.cells.values())) for r in again.rows] == [
        (r.sent_at, r.seconds, list(r.cells.values())) for r in table.rows
    ]
    cells = str(port("tables").read(copy, "x.xlsx"))
    for trace in ("张三", "李四", "1380000", "113.82", "08:00", "21:05", "微信"):
        assert trace not in cells


def test_rows_without_persons_do_not_keep_the_order_in_which_they_came():
    rows = [row(n, "甲", "桂一", f"1380000{n:04d}", str(5 - n)) for n in range(1, 4)]
    forward = read(export(*rows), persons=False)
    backward = read(export(*reversed(rows)), persons=False)
    assert [r.cells for r in forward.rows] == [r.cells for r in backward.rows]


def test_telephone_number_in_an_open_answer_is_masked_without_persons():
    data = export(
        row(1, "张三", "打我电话13800000001"),
        row(2, "李四", "很好"),
        row(3, "王五", "可以"),
        questions="1、您的姓名：,2、建议",
    )
    texts = [next(iter(r.cells.values())) for r in read(data, persons=False).rows]
    assert sorted(texts) == ["可以", "很好", "打我电话***"]


@pytest.mark.parametrize(
    "header", ["您怎么称呼", "微信号", "E-mail", "工号", "紧急联系人电话", "您所在的单位"]
)
def test_column_that_may_name_somebody_is_not_read_without_persons(header):
    data = export(row(1, "李四", "secret", "5"), questions=f"1、您的姓名：,2、{header},3、满意吗")
    assert [c.text for c in read(data, persons=False).columns] == ["满意吗"]


def test_matrix_and_option_columns_name_question_and_part():
    data = export(
        row(1, "张三", "5", "4", "1", "0"),
        questions="1、您的姓名：,2、请评价—内容,2、请评价—老师,3、喜欢哪些(线上),3、喜欢哪些(线下)",
    )
    assert [(c.text, c.part) for c in read(data).columns] == [
        ("请评价", "内容"),
        ("请评价", "老师"),
        ("喜欢哪些", "线上"),
        ("喜欢哪些", "线下"),
    ]


def test_single_bracket_belongs_to_its_question():
    data = export(row(1, "张三", "5"), questions="1、您的姓名：,2、总体满意吗(1-5分)")
    assert [(c.text, c.part) for c in read(data).columns] == [("总体满意吗(1-5分)", "")]


def test_other_table_is_refused():
    with pytest.raises(NotAnswers):
        read("姓名,分数\n张三,5\n".encode())
