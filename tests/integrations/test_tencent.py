"""Exports of 腾讯会议: old and new layout, webinar, and what happens to them on the way."""

# ruff: noqa: DTZ001  (exports say naive local times)

import datetime as dt

import pytest

from tests.samples import SAMPLES, needs_samples
from yingzao.core import ports
from yingzao.integrations.meetings.rows import split_name
from yingzao.integrations.meetings.tencent.reader import TencentReader
from yingzao.integrations.tables.reader import CalamineReader

BLOCK = [
    ("会议主题:", "业主组织的建设与运营"),
    ("会议号:", "412 345 678"),
    ("会议创建者:", "社工甲"),
    ("预定开始时间:", "2021-10-20 19:30:00"),
    ("预定结束时间:", "2021-10-20 21:00:00"),
    ("累计会议时长:", "01:58:00"),
    ("参会用户总数:", "3"),
    (),
]
DETAIL = ("用户昵称（入会昵称）", "入会时间", "退会时间", "单次参会时长", "房间类型")
SUMMARY = ("用户昵称（入会昵称）", "首次入会时间", "最后退会时间", "入会次数", "累计参会时长", "身份")


def sheet(*rows, name="Sheet1") -> ports.Sheet:
    numbered = (ports.Row(n, tuple(row)) for n, row in enumerate(rows, 1) if any(row))
    return ports.Sheet(name, tuple(numbered))


def read(*sheets: ports.Sheet) -> ports.MeetingReport:
    assert TencentReader().recognise(sheets, "x.xlsx") == 0.95
    return TencentReader().read(sheets, "x.xlsx")


def at(clock: str) -> dt.datetime:
    hour, minute, *second = map(int, clock.split(":"))
    return dt.datetime(2021, 10, 20, hour, minute, *second)


def on(clock: str) -> str:
    return f"2021-10-20 {clock}"


def told(report: ports.MeetingReport) -> list[tuple]:
    return [(row.row, row.name_as_given, row.joined_at, row.left_at) for row in report.rows]


def v2(details, summary):
    return (
        sheet(*BLOCK, SUMMARY, *summary, name="成员参会概况"),
        sheet(*BLOCK, DETAIL, *details, name="成员参会明细"),
    )


def test_new_layout_takes_stays_from_the_details_and_roles_from_the_summary():
    report = read(
        *v2(
            details=[
                ("社工甲(主持人)", on("19:00:00"), on("21:10:00"), "02:10:00", "会议室"),
                ("学员01(桂一-学员01)", on("19:20:00"), on("20:00:00"), "00:40:00", "会议室"),
                ("学员01(桂一-学员01)", on("20:10:00"), "--", "00:50:00", "会议室"),
            ],
            summary=[
                ("社工甲(主持人)", on("19:00:00"), on("21:10:00"), "1", "02:10:00", "联席主持人"),
                ("学员01(桂一-学员01)", on("19:20:00"), "--", "2", "01:30:00", "普通参会者"),
            ],
        )
    )
    assert told(report) == [
        (10, "社工甲(主持人)", at("19:00"), at("21:10")),
        (11, "学员01(桂一-学员01)", at("19:20"), at("20:00")),
        (12, "学员01(桂一-学员01)", at("20:10"), None),
    ]
    assert [(row.host, row.role, row.seconds_claimed) for row in report.rows] == [
        (True, "联席主持人", 7800),
        (False, "普通参会者", 2400),
        (False, "普通参会者", 3000),
    ]
    assert (report.format, report.title, report.meeting_id, report.scheduled_start, report.scheduled_end) == (
        "tencent_meeting_v2",
        "业主组织的建设与运营",
        "412345678",
        at("19:30"),
        at("21:00"),
    )


def test_a_person_of_the_summary_alone_is_not_lost():
    report = read(
        *v2(
            details=[("学员01", on("19:20:00"), on("21:00:00"), "01:40:00", "会议室")],
            summary=[
                ("学员01", on("19:20:00"), on("21:00:00"), "1", "01:40:00", "普通参会者"),
                ("学员02", on("19:30:00"), on("21:00:00"), "2", "00:30:00", "普通参会者"),
            ],
        )
    )
    assert [(row.sheet, row.row, row.flags, row.seconds_claimed) for row in report.rows] == [
        ("成员参会明细", 10, (), 6000),
        ("成员参会概况", 11, ("first_last_only",), 1800),
    ]
    assert report.warnings == (ports.Notice("only_in_summary", (11,)),)


def test_of_two_people_with_one_name_the_host_is_told_by_the_time():
    report = read(
        *v2(
            details=[
                ("学员07", on("19:00:00"), on("19:30:00"), "00:30:00", "会议室"),
                ("学员07", on("20:00:00"), on("21:00:00"), "01:00:00", "会议室"),
            ],
            summary=[
                ("学员07", on("19:00:00"), on("19:30:00"), "1", "00:30:00", "主持人"),
                ("学员07", on("20:00:00"), on("21:00:00"), "1", "01:00:00", "普通参会者"),
            ],
        )
    )
    assert [row.host for row in report.rows] == [True, False]


def test_a_stay_that_is_exactly_one_of_the_summary_has_its_role():
    stays = [on("19:00:00"), on("21:00:00")], [on("19:10:00"), on("20:00:00")]
    summary = [
        ("学员07", *stays[0], "1", "02:00:00", "主持人"),
        ("学员07", *stays[1], "1", "00:50:00", "普通参会者"),
    ]
    report = read(*v2([("学员07", *stay, "", "") for stay in stays], summary))
    assert ([row.host for row in report.rows], report.warnings) == ([True, False], ())


def test_where_time_does_not_tell_the_host_nobody_is_one():
    summary = [
        ("学员07", on("19:00:00"), on("21:00:00"), "1", "02:00:00", "主持人"),
        ("学员07", on("19:00:00"), on("21:00:00"), "1", "02:00:00", "普通参会者"),
    ]
    report = read(*v2([("学员07", on("19:10:00"), on("20:00:00"), "00:50:00", "")], summary))
    assert [row.host for row in report.rows] == [False]
    assert [(notice.code, notice.rows) for notice in report.warnings] == [("role_unclear", (10,))]


def test_old_layout_with_footers_moments_and_a_still_open_stay():
    report = read(
        sheet(
            ("用户昵称（入会昵称）", "入会时间", "退会时间"),
            ("学员01(桂一)", at("19:20"), at("21:00")),
            ("学员02", "2021/10/20 19:31", "--"),
            ("导出时间：2021-10-21",),
            ("合计", "2"),
        )
    )
    assert (report.format, told(report)) == (
        "tencent_meeting_v1",
        [(2, "学员01(桂一)", at("19:20"), at("21:00")), (3, "学员02", at("19:31"), None)],
    )
    assert report.warnings == (ports.Notice("footer", (4, 5), {"sheet": "Sheet1"}),)


def test_summary_in_row_one_marks_those_who_came_more_than_once():
    report = read(
        sheet(
            SUMMARY,
            ("学员01", on("19:20:00"), on("21:00:00"), "1", "01:40:00", "普通参会者"),
            ("学员02", on("19:20:00"), on("21:00:00"), 3, "00:40:00", "普通参会者"),
            ("社工甲", on("19:20:00"), on("21:00:00"), "1", "01:40:00", "主持人"),
        )
    )
    assert [(row.flags, row.seconds_claimed, row.host) for row in report.rows] == [
        ((), 6000, False),
        (("first_last_only",), 2400, False),
        ((), 6000, True),
    ]


def test_webinar_columns_stand_where_the_header_says():
    report = read(
        sheet(
            (None, "研讨会主题:", "社区营造"),
            (),
            (
                None,
                "用户昵称（入会昵称）",
                "手机号",
                "企业",
                "城市",
                "设备",
                "入会时间",
                "退会时间",
                "观看时长",
            ),
            (None, "学员01", "13800000001", "", "", "", on("19:30:00"), on("20:30:00"), "01:00:00"),
            name="成员观看明细",
        )
    )
    assert (report.format, report.title) == ("tencent_webinar", "社区营造")
    assert [(row.row, row.phone, row.joined_at, row.seconds_claimed) for row in report.rows] == [
        (4, "13800000001", at("19:30"), 3600)
    ]


@pytest.mark.parametrize(
    ("joined", "left", "problem"),
    [
        ("昨天", on("21:00:00"), "unreadable_time"),
        (on("19:30:00"), "", "unreadable_time"),
        (on("19:30:00"), "很晚", "unreadable_time"),
        (on("21:00:00"), on("19:30:00"), "leave_before_join"),
        ("--", "--", "never_joined"),
        ("", "", "never_joined"),
    ],
)
def test_a_row_whose_times_cannot_be_read_is_kept_and_credits_nobody(joined, left, problem):
    report = read(sheet(("用户昵称（入会昵称）", "入会时间", "退会时间"), ("学员01", joined, left)))
    assert [(row.name_as_given, row.joined_at, row.problem) for row in report.rows] == [
        ("学员01", None, problem)
    ]


def test_header_only():
    assert read(sheet(SUMMARY)).rows == ()


def test_other_tables_are_not_taken():
    roster = sheet(("姓名", "手机"), ("学员01", "13800000001"))
    assert TencentReader().recognise([roster], "412-345-678.xlsx") is None


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ("学员01(桂一社区-学员01)", ("学员01", "桂一社区-学员01")),
        ("学员02 (HUAWEI (2))", ("学员02", "HUAWEI (2)")),
        ("(noway)", ("", "noway")),
        ("学员（一组）【桂一】", ("学员（一组）", "桂一")),
        ("学员01", ("学员01", "")),
        ("学员01)", ("学员01)", "")),
        ("学员01()", ("学员01", "")),
        ("", ("", "")),
    ],
)
def test_split_name(given, parts):
    assert split_name(given) == parts


@needs_samples
def test_the_samples_are_recognised():
    files = sorted((SAMPLES / "attendance").glob("[01][0-9]_*.[xc]*"))
    found = {}
    for file in (f for f in files if f.suffix != ".json"):
        sheets = CalamineReader().read(file.read_bytes(), file.name)
        if TencentReader().recognise(sheets, file.name):
            report = TencentReader().read(sheets, file.name)
            found[file.name[:2]] = (report.format, len(report.rows))
    assert found == {
        "01": ("tencent_meeting_v2", 23),
        "03": ("tencent_meeting_v1", 7),
        "14": ("tencent_meeting_v1", 0),
    }
