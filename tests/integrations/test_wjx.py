"""问卷星: who answered."""

# ruff: noqa: DTZ001  (exports say naive local times)

import datetime as dt
import json

import pytest

from tests.integrations.test_tencent import sheet
from tests.samples import SAMPLES, needs_samples
from yingzao.core import ports
from yingzao.integrations.meetings.wjx.reader import WjxReader
from yingzao.integrations.tables.reader import CalamineReader

FIXED = ("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "总分")
ASKED = ("1、您的姓名：", "2、您所在的社区：", "3、手机号码：", "4、意见与建议：")


def answer(number, clock, *said, took="80秒"):
    return (number, f"2021/10/20 {clock}", took, "微信", "N/A", "113.82.12.34(广东-佛山)", 15, *said)


def read(*rows, header=(*FIXED, *ASKED)) -> ports.MeetingReport:
    sheets = [sheet(header, *rows)]
    assert WjxReader().recognise(sheets, "x.xlsx") == 0.95
    return ports.recognise_meeting(sheets, "x.xlsx")


def flags(report) -> list[tuple]:
    return [row.flags for row in report.rows]


def test_each_row_says_that_somebody_answered_at_a_moment():
    report = read(answer(1, "21:05:11", "学员01", "桂一社区", "138 0000 0001", "讲得快\n希望有案例"))
    assert (report.format, report.source) == ("wjx", "answers")
    [row] = report.rows
    assert (row.row, row.name_as_given, row.community, row.phone) == (
        2,
        "学员01",
        "桂一社区",
        "138 0000 0001",
    )
    assert (row.stated_at, row.joined_at, row.left_at, row.seconds_claimed) == (
        dt.datetime(2021, 10, 20, 21, 5, 11), None, None, None,
    )  # fmt: skip
    assert row.raw["4、意见与建议："] == "讲得快\n希望有案例"


def test_what_is_never_kept_is_in_no_row():
    header = (*FIXED, "1、姓名", "2、请输入您的身份证号码：", "3、银行卡号")
    report = read(answer(1, "21:05:11", "学员01", "440605199001010011", "6222000011112222"), header=header)
    assert report.rows[0].raw == {
        "序号": "1", "提交答卷时间": "2021/10/20 21:05:11", "所用时间": "80秒", "来源": "微信", "来源详情": "N/A", "总分": "15",
        "1、姓名": "学员01",
    }  # fmt: skip


def test_what_was_left_open_is_blank():
    [row] = read(answer(1, "21:05:11", "(跳过)", "（空）", "(空)", "(跳过)")).rows
    assert (row.name_as_given, row.community, row.phone) == ("", "", "")
    assert not set(row.raw) & set(ASKED)


def test_the_last_answer_of_a_person_counts_whatever_its_place_in_the_file():
    report = read(
        answer(1, "21:06:00", "学员02", "桂二", "138 0000 0002"),
        answer(2, "21:30:00", "学员02", "桂二社区", "13800000002"),
        answer(3, "21:20:00", " 学员 02", "", "+86 13800000002"),
        answer(4, "21:00:00", "学员02", "桂二村居委会", ""),
        answer(5, "21:00:00", "学员03", "桂二", ""),
    )
    assert flags(report) == [("superseded",), (), ("superseded",), ("superseded",), ()]
    assert [(n.code, n.rows) for n in report.warnings] == [("answer_superseded", (2, 4, 5))]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("学员07", "石肯社区", "13800000007"), ("学员07", "夏北社区", "13800000020")),
        (("学员07", "", ""), ("学员07", "", "")),
        (("学员07", "夏北社区", "13800000020"), ("学员07", "", "")),
        (("学员07", "夏北社区", "13800000007"), ("学员07", "夏北社区", "13800000020")),
        (("学员01", "桂一", "13800000001"), ("学员02", "桂二", "13800000001")),
        (("匿名", "桂一", ""), ("匿名", "桂一", "")),
    ],
)
def test_two_people_are_not_each_others_repetition(first, second):
    assert flags(read(answer(1, "21:06:00", *first), answer(2, "21:07:00", *second))) == [(), ()]


def test_a_questionnaire_that_asks_for_the_name_alone_goes_by_the_name():
    header = (*FIXED, "1、您的姓名")
    report = read(answer(1, "21:06:00", "学员01"), answer(2, "21:07:00", "学员01"), header=header)
    assert flags(report) == [("superseded",), ()]


@pytest.mark.parametrize(
    ("took", "expected"),
    [("9秒", ("too_fast",)), ("10秒", ()), ("1小时2分3秒", ()), ("", ()), (7, ("too_fast",))],
)
def test_answered_too_fast(took, expected):
    assert flags(read(answer(1, "21:06:00", "学员01", took=took))) == [expected]


@pytest.mark.parametrize(
    "question",
    [
        "姓名",
        "1、您的姓名：",
        "2.真实姓名",
        "Q1、学员姓名*",
        "1、请问您怎么称呼（真实姓名）：",
        "您的\n姓名",
        "1、请输入您的姓名",
        "１、姓名",
    ],
)
def test_the_question_for_the_name_in_many_words(question):
    [row] = read(answer(1, "21:06:00", "学员01"), header=(*FIXED, question)).rows
    assert row.name_as_given == "学员01"


@pytest.mark.parametrize(
    "question", ["1、您社区的居民骨干姓名：", "2、紧急联系人姓名", "3、您最喜欢的讲师姓名"]
)
def test_a_question_for_another_persons_name_names_nobody(question):
    with pytest.raises(ports.NoOneToAsk):
        read(answer(1, "21:06:00", "学员01"), header=(*FIXED, question))


def test_a_moment_that_cannot_be_read_credits_nobody():
    [row] = read((1, "昨晚", "80秒", "", "", "", "", "学员01")).rows
    assert (row.stated_at, row.problem) == (None, "unreadable_time")


def test_moments_may_be_real_ones():
    at = dt.datetime(2021, 10, 20, 21, 5, 11)
    [row] = read((1, at, 80, "", "", "", "", "学员01")).rows
    assert (row.stated_at, row.flags) == (at, ())


@needs_samples
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_sample(ending):
    file = SAMPLES / "attendance" / f"09_问卷星_课程满意度_按选项文本.{ending}"
    expected = json.loads(file.with_name("09_问卷星_课程满意度_按选项文本.xlsx.expected.json").read_text())
    report = ports.recognise_meeting(CalamineReader().read(file.read_bytes(), file.name), file.name)
    superseded = [row.row - 1 for row in report.rows if "superseded" in row.flags]
    assert superseded == [n for one in expected["learners"] for n in one.get("superseded", [])]
    assert [row.row - 1 for row in report.rows if "too_fast" in row.flags] == [4]
    assert not any("113.82" in text or "8.8.8" in text for row in report.rows for text in row.raw.values())
    assert report.rows[4].raw["8、意见与建议："] == "讲得快\n希望有案例"
    assert "HYPERLINK" in report.rows[3].raw["8、意见与建议："]
