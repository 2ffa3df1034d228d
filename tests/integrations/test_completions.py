"""Completion lists of other platforms: figures, states and times as they may be written, and what is vague is not guessed."""

import datetime as dt
from fractions import Fraction

import pytest

from tests.factories.sheets import sheet
from yingzao.core.ports import Sheet
from yingzao.courses.readers import completion_words
from yingzao.integrations.completions.reader import SheetCompletions

READER, WORDS = SheetCompletions(), completion_words()


def read(*rows, merged=()):
    table = sheet(*rows)
    table = Sheet(table.name, table.rows, merged)
    return READER.read(table, READER.propose(table, WORDS), WORDS)


def only(*rows):
    (row,) = read(*rows)
    return row


def progress(cell, *others, head="学习进度"):
    first, *_rest = read(("姓名", head), ("张三", cell), *(("李四", other) for other in others))
    return first.problem.code if first.problem else first.progress


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        ("85%", Fraction(85, 100)),
        ("85 ％", Fraction(85, 100)),
        ("0.85", Fraction(85, 100)),
        (0.85, Fraction(85, 100)),
        (85, Fraction(85, 100)),
        ("85", Fraction(85, 100)),
        ("17/20 节", Fraction(17, 20)),
        ("已学17节/共20节", Fraction(17, 20)),
        (1, Fraction(1)),
        ("100%", Fraction(1)),
        (100, Fraction(1)),
        (0, Fraction(0)),
        ("0%", Fraction(0)),
        ("已完成", Fraction(1)),
        ("未完成", None),
        ("", None),
        ("--", None),
        ("120%", "over_progress"),
        ("21/20", "over_progress"),
        ("3/0", "bad_progress"),
        ("-5%", "bad_progress"),
        ("快了", "bad_progress"),
        (dt.datetime(2021, 11, 2), "bad_progress"),  # noqa: DTZ001 - what Excel makes of 11/2
        ("9" * 500, "bad_progress"),
        ("=1+1", "bad_progress"),
    ],
)
def test_a_progress_is_read_as_it_may_be_written(cell, share):
    assert progress(cell) == share


@pytest.mark.parametrize(
    ("cell", "share"), [(1, "vague_progress"), ("0.85", "vague_progress"), (0, 0), (2, Fraction(1, 50))]
)
def test_among_percents_a_number_up_to_one_is_not_guessed(cell, share):
    assert progress(cell, 85, 100) == share


@pytest.mark.parametrize(
    ("word", "share"),
    [
        ("已完成", 1),
        ("是", 1),
        ("合格", 1),
        ("未完成", None),
        ("学习中", None),
        ("否", None),
        ("", None),
        ("拜托", "bad_status"),
    ],
)
def test_a_state_knows_all_or_nothing(word, share):
    row = only(("姓名", "学习状态"), ("张三", word))
    assert (row.problem.code if row.problem else row.progress) == share


def test_beside_a_state_the_figure_counts_and_the_difference_is_told():
    row = only(("姓名", "完成率", "是否完成"), ("张三", "85%", "已完成"))
    assert (row.progress, [n.code for n in row.notes]) == (Fraction(85, 100), ["status_differs"])
    assert only(("姓名", "完成率", "是否完成"), ("张三", "85%", "学习中")).notes == ()


def test_where_nothing_else_is_said_a_time_of_completion_is_a_completion_and_one_of_study_is_not():
    assert only(("姓名", "完成时间"), ("张三", "2021-11-20 10:00")).progress == 1
    assert only(("姓名", "完成时间", "部门"), ("张三", "", "桂一社区")).progress is None
    assert (
        READER.propose(sheet(("姓名", "最近学习时间"), ("张三", "2021-11-20")), WORDS).lacking == "progress"
    )


@pytest.mark.parametrize(
    ("head", "cell", "minutes"),
    [
        ("学习时长", "1小时20分", 80),
        ("学习时长", "01:20:00", 80),
        ("学习时长（分钟）", 80, 80),
        ("学习时长(秒)", 4830, 80),
        ("学习时长（小时）", "1.5", 90),
        ("学习时长", 80, 80),
    ],
)  # fmt: skip
def test_a_length_comes_in_whole_minutes(head, cell, minutes):
    assert only(("姓名", "进度", head), ("张三", "85%", cell)).minutes == minutes


def test_a_length_or_score_that_cannot_be_read_is_left_out_and_the_rest_counts():
    row = only(("姓名", "进度", "学习时长", "成绩"), ("张三", "85%", "很久", "优"))
    assert (row.progress, row.minutes, row.score, [n.code for n in row.notes]) == (
        Fraction(85, 100), None, "", ["bad_length", "bad_score"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "score"), [("92", "92"), (92.0, "92"), ("92.50分", "92.5"), ("92/100", "92"), (100, "100")]
)
def test_a_score_is_kept_as_a_plain_number(cell, score):
    assert only(("姓名", "进度", "得分"), ("张三", "85%", cell)).score == score


def test_a_time_that_cannot_be_read_is_a_problem():
    row = only(("姓名", "进度", "完成时间"), ("张三", "100%", "下周三"))
    assert (row.problem.code, row.progress) == ("bad_time", None)
    row = only(("姓名", "进度", "完成时间"), ("张三", "100%", "2021-11-20 10:00:00"))
    assert row.finished_at == dt.datetime(2021, 11, 20, 10)  # noqa: DTZ001 - naive, as the port says


@pytest.mark.parametrize(
    "heads",
    [
        ("学员姓名", "手机号码", "所在单位", "课程标题", "课程完成率", "完课状态", "累计学习时长", "完课时间", "考试成绩"),
        ("真实姓名", "绑定手机号", "所属部门", "课程名称", "学习进度(%)", "学习状态", "学习总时长", "最近学习时间", "得分"),
        ("用户昵称", "手机", "所在社区", "专栏名称", "总进度", "是否完成", "观看时长", "最后学习时间", "分数"),
    ],
)  # fmt: skip
def test_columns_are_known_in_many_spellings(heads):
    layout = READER.propose(sheet(heads, ("张三",)), WORDS)
    assert set(layout.mapping) == set(range(9))


def test_a_name_is_taken_before_a_nickname_and_a_nickname_where_there_is_none():
    rows = read(("昵称", "姓名", "进度"), ("小桂", "张三", "85%"), ("李四", "", "85%"))
    assert [row.name for row in rows] == ["张三", "李四"]


def test_a_header_of_two_merged_rows_under_a_title():
    rows = read(
        ("2021年网课学习情况表", "", "", "", ""),
        ("序号", "姓名", "学习情况", "", "备注"),
        ("", "", "进度", "时长", ""),
        (1, "张三", "85%", "80", ""),
        merged=((1, 0, 1, 4), (2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 3, 4)),
    )
    assert [(r.row, r.name, r.progress, r.minutes) for r in rows] == [(4, "张三", Fraction(85, 100), 80)]


def test_a_name_that_is_merged_over_rows_stands_in_each_of_them():
    rows = read(
        ("姓名", "章节", "进度"), ("张三", "第一节", "100%"), (None, "第二节", "50%"), ("李四", "第一节", "0%"),
        merged=((2, 0, 3, 0),),
    )  # fmt: skip
    assert [(r.name, r.lesson) for r in rows] == [("张三", "第一节"), ("张三", "第二节"), ("李四", "第一节")]


def test_totals_and_notes_are_no_rows_and_a_row_of_nobody_is_a_problem():
    rows = read(
        ("姓名", "进度"),
        ("张三", "85%"),
        ("", "90%"),
        ("=HYPERLINK(1)", "9%"),
        ("12", "9%"),
        ("合计", "2人"),
        ("注：按课时统计",),
    )
    assert [(r.row, r.problem.code if r.problem else "") for r in rows] == [
        (2, ""), (3, "no_person"), (4, "not_a_name"), (5, "not_a_name"),
    ]  # fmt: skip


def test_what_is_never_kept_is_neither_read_nor_shown():
    table = sheet(
        ("姓名", "身份证号", "进度", "备注"), ("张三", "440601199001011234", "85%", "440601199001011234")
    )
    (clean,) = READER.cleaned([table], WORDS)
    assert "440601" not in str(clean)
    layout = READER.propose(table, WORDS)
    assert "440601" not in str((READER.shown(table, layout, 5), READER.read(table, layout, WORDS)))
    assert READER.cleaned([clean], WORDS) == (clean,)


def test_an_empty_sheet_lacks_a_person():
    assert READER.propose(sheet(), WORDS).lacking == "person"
    assert READER.propose(sheet(("甲", "乙"), ("丙", "丁")), WORDS).lacking == "person"
