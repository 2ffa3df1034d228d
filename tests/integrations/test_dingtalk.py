"""钉钉: 考勤原始记录 and the reports by day."""

# ruff: noqa: DTZ001  (exports say naive local times)

import datetime as dt

import pytest

from tests.integrations.test_tencent import sheet
from yingzao.core import ports
from yingzao.integrations.meetings.dingtalk.reader import DingtalkReader

ABOVE = [("原始记录表  统计日期：2021-11-01 至 2021-11-07",), ("报表生成时间：2021-11-08 09:00",)]
RECORDS = (
    "姓名", "考勤组", "部门", "工号", "职位", "UserId", "考勤日期", "考勤时间", "打卡时间", "打卡结果", "打卡地址",
    "打卡备注", "异常打卡原因", "打卡图片1", "打卡图片2", "打卡设备", "管理员修改备注", "管理员修改备注图片1",
)  # fmt: skip
SATURDAY = dt.date(2021, 11, 6)


def record(
    name="学员01", day="21-11-06 星期六", punched=None, result="正常", odd=None, edited=None, number="7"
):
    start = "2021-11-06 09:00"
    return (
        name,
        "周末",
        "桂一社区",
        number,
        "",
        "u1",
        day,
        start,
        punched,
        result,
        "大德",
        "",
        odd,
        "",
        "",
        "",
        edited,
    )


def read(*rows, name="x.xlsx") -> ports.MeetingReport:
    sheets = [sheet(*rows)]
    assert DingtalkReader().recognise(sheets, name) == 0.9
    return ports.recognise_meeting(sheets, name)


def punches(report: ports.MeetingReport) -> list[list[tuple]]:
    return [[(f"{punch.at:%d %H:%M}", punch.marks) for punch in row.punches] for row in report.rows]


def test_each_record_is_a_row_with_its_punch():
    report = read(
        *ABOVE, RECORDS, record(punched="2021-11-06 08:52"), record(punched="2021-11-06 12:01", result="早退")
    )
    assert (report.format, report.source, report.days) == ("dingtalk_records", "punches", (SATURDAY,))
    assert report.title == "原始记录表  统计日期：2021-11-01 至 2021-11-07"
    assert punches(report) == [[("06 08:52", ())], [("06 12:01", ())]]
    assert [(row.row, row.name_as_given, row.community, row.account, row.code) for row in report.rows] == [
        (4, "学员01", "桂一社区", "7", ""),
        (5, "学员01", "桂一社区", "7", ""),
    ]
    assert report.rows[0].raw["打卡地址"] == "大德"


@pytest.mark.parametrize(
    ("day", "punched"),
    [
        ("21-11-06 星期六", "2021-11-06 08:52"),
        ("2021-11-06", "08:52"),
        ("2021-11-06 星期六", "2021-11-06 星期六 08:52:00"),
        (dt.datetime(2021, 11, 6), dt.datetime(2021, 11, 6, 8, 52)),
        (44506, 44506 + 532 / 1440),
        (44506, 532 / 1440),
        ("1636128000000", "1636159920000"),
        (1636128000000, 1636159920000),
        ("2021/11/6", "2021/11/6 8:52"),
        ("2021年11月6日 星期六", "2021年11月6日 08:52"),
    ],
)
def test_days_and_times_in_every_writing(day, punched):
    report = read(RECORDS, record(day=day, punched=punched))
    assert (punches(report), report.days) == ([[("06 08:52", ())]], (SATURDAY,))


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        ({"result": "地点异常"}, ("地点异常",)),
        ({"result": "外勤"}, ("外勤",)),
        ({"result": "补卡审批通过"}, ("补卡审批通过",)),
        ({"result": "迟到,外勤"}, ("外勤",)),
        ({"result": "严重迟到"}, ()),
        ({"odd": "手机型号变更"}, ("异常：手机型号变更",)),
        ({"odd": "地点异常"}, ("地点异常",)),
        ({"odd": "--"}, ()),
        ({"edited": "张三改为正常"}, ("管理员修改：张三改为正常",)),
    ],
)
def test_marks_tell_what_speaks_against_a_punch(cells, marks):
    assert punches(read(RECORDS, record(punched="2021-11-06 08:52", **cells))) == [[("06 08:52", marks)]]


@pytest.mark.parametrize(
    ("punched", "result", "remarks", "problem"),
    [
        (None, "缺卡", (), ""),
        ("", "未打卡", (), ""),
        ("--", "旷工", (), ""),
        ("未打卡", "缺卡", (), ""),
        (None, "请假", ((SATURDAY, "请假"),), ""),
        (None, "正常", ((SATURDAY, "正常"),), ""),
        ("很早", "正常", (), "unreadable_time"),
        ("2021-13-06 08:52", "正常", (), "unreadable_time"),
    ],
)
def test_without_a_time_there_is_no_punch(punched, result, remarks, problem):
    [row] = read(RECORDS, record(punched=punched, result=result)).rows
    assert (row.punches, row.remarks, row.problem) == ((), remarks, problem)


def test_footers_are_no_people_and_a_person_may_be_called_like_one():
    report = read(
        RECORDS, record(name="注", punched="2021-11-06 08:52"), ("注：数据仅供参考",), ("合计", "", "", "2")
    )
    assert [row.name_as_given for row in report.rows] == ["注"]
    assert [(n.code, n.rows) for n in report.warnings] == [("footer", (3, 4))]


def test_departments_that_are_no_places_say_nothing():
    rows = [
        (*record()[:2], place, *record()[3:])
        for place in ("社工部", "桂城街道-社工部-桂一社区", "关爱专员", "夏北", "--")
    ]
    assert [row.community for row in read(RECORDS, *rows).rows] == ["", "桂城街道 桂一社区", "", "夏北", ""]


DAYS = (
    "姓名", "考勤组", "部门", "工号", "职位", "UserId", "日期", "班次", "上班1打卡时间", "上班1打卡结果", "下班1打卡时间",
    "下班1打卡结果", "上班2打卡时间", "上班2打卡结果", "下班2打卡时间", "下班2打卡结果",
)  # fmt: skip
TWO_ROWS = [
    (
        "姓名",
        "考勤组",
        "部门",
        "工号",
        "职位",
        "UserId",
        "日期",
        "班次",
        "上班1",
        "",
        "下班1",
        "",
        "上班2",
        "",
        "下班2",
        "",
    ),
    ("", "", "", "", "", "", "", "", *("打卡时间", "打卡结果") * 4),
]


@pytest.mark.parametrize("header", [[DAYS], TWO_ROWS], ids=["one header row", "two header rows"])
def test_a_day_of_one_person_is_a_row_with_all_its_punches(header):
    person = ("学员01", "周末", "桂一社区", "7", "", "u1", "21-11-06 星期六", "A")
    report = read(
        *ABOVE,
        *header,
        (*person, "08:52", "正常", "12:01", "外勤", "14:00", "迟到", "次日 00:10", "正常"),
        (*person, "", "缺卡", "", "缺卡", "", "请假", "", "请假"),
        (*person, "谁知道", "正常", "2021-11-06 12:00", "正常"),
        ("合计",),
    )
    assert (report.format, report.days) == ("dingtalk_days", (SATURDAY, dt.date(2021, 11, 7)))
    assert punches(report) == [
        [("06 08:52", ()), ("06 12:01", ("外勤",)), ("06 14:00", ()), ("07 00:10", ())],
        [],
        [("06 12:00", ())],
    ]
    assert [row.remarks for row in report.rows] == [(), ((SATURDAY, "请假"),), ()]
    assert [row.problem for row in report.rows] == ["", "", "unreadable_time"]


def test_a_workbook_of_reports_and_records_counts_each_punch_once():
    person = ("学员01", "周末", "桂一社区", "7", "", "u1", "21-11-06 星期六", "A")
    book = [
        sheet(DAYS, (*person, "08:52", "正常"), name="每日统计"),
        sheet(RECORDS, record(punched="2021-11-06 08:52"), name="原始记录"),
    ]
    report = DingtalkReader().read(book, "x.xlsx")
    assert [(row.sheet, len(row.punches)) for row in report.rows] == [("原始记录", 1)]
