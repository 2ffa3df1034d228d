"""Zoom, 小鹅通 and 企业微信."""

import datetime as dt

import pytest

from tests.integrations.test_tencent import at, sheet
from yingzao.core import ports
from yingzao.integrations.meetings.wecom.reader import WecomReader
from yingzao.integrations.meetings.xiaoe.reader import XiaoeReader
from yingzao.integrations.meetings.zoom.reader import ZoomReader

ZOOM_OLD = ("Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest")
ZOOM_NEW = (
    "Name (original name)",
    "Email",
    "Join time",
    "Leave time",
    "Duration (minutes)",
    "Guest",
    "In waiting room",
)


def read(reader, *rows, name="x.csv") -> ports.MeetingReport:
    sheets = [sheet(*rows)]
    assert reader.recognise(sheets, name)
    return reader.read(sheets, name)


def test_zoom_old_with_the_block_on_the_meeting():
    report = read(
        ZoomReader(),
        ("Meeting ID", "Topic", "Start Time", "End Time", "User Email", "Duration (Minutes)", "Participants"),
        (
            60245167821,
            "社区营造",
            "10/20/2021 07:15:02 PM",
            "10/20/2021 09:06:40 PM",
            "a@example.org",
            "112",
            "2",
        ),
        (),
        ZOOM_OLD,
        ("学员02 (HUAWEI (2))", "", "10/20/2021 07:31:00 PM", "10/20/2021 08:00:00 PM", "29", "Yes"),
        ("叠北社区，学员04", "x@example.org", "10/20/2021 7:29:00 PM", "10/20/2021 9:00:00 PM", 91, "Yes"),
    )
    assert (report.format, report.meeting_id, report.title, report.scheduled_start) == (
        "zoom_old_with_meeting_block", "60245167821", "社区营造", at("19:15:02"),
    )  # fmt: skip
    assert [(r.row, r.nickname, r.origin_name, r.email, r.joined_at, r.left_at, r.seconds_claimed) for r in report.rows] == [
        (5, "学员02", "HUAWEI (2)", "", at("19:31"), at("20:00"), 1740),
        (6, "叠北社区，学员04", "", "x@example.org", at("19:29"), at("21:00"), 5460),
    ]  # fmt: skip


def test_zoom_new_does_not_count_the_waiting_room():
    report = read(
        ZoomReader(),
        ZOOM_NEW,
        ("学员01", "", "10/20/2021 07:20:00 PM", "10/20/2021 07:30:00 PM", "10", "Yes", "Yes"),
        ("学员01", "", "10/20/2021 07:30:00 PM", "10/20/2021 09:00:00 PM", "90", "Yes", "No"),
    )
    assert report.format == "zoom_new"
    assert [(row.joined_at, row.problem) for row in report.rows] == [
        (None, "waiting_room"),
        (at("19:30"), ""),
    ]


def test_zoom_unique_users_know_totals_only():
    report = read(
        ZoomReader(),
        ("Name (Original Name)", "User Email", "Total Duration (Minutes)", "Guest"),
        ("学员01", "", "94", "Yes"),
        ("学员02", "", "?", "Yes"),
    )
    assert (report.format, report.source) == ("zoom_unique_users", "totals")
    assert [(row.seconds_claimed, row.problem) for row in report.rows] == [
        (5640, ""),
        (None, "unreadable_time"),
    ]


def test_zoom_in_chinese():
    report = read(
        ZoomReader(),
        ("名称（原始名称）", "用户电子邮件", "加入时间", "离开时间", "持续时间（分钟）", "访客"),
        ("学员01", "", "2021/10/20 19:30:00", "2021/10/20 21:00:00", "90", "是"),
    )
    assert [(row.joined_at, row.seconds_claimed) for row in report.rows] == [(at("19:30"), 5400)]


def test_zoom_day_first_dates_are_not_guessed():
    report = read(
        ZoomReader(), ZOOM_OLD, ("学员01", "", "20/10/2021 19:30:00", "20/10/2021 21:00:00", "90", "")
    )
    assert [(row.joined_at, row.problem) for row in report.rows] == [(None, "unreadable_time")]


def test_xiaoe_live_keeps_replay_apart_and_prefers_the_remark():
    report = read(
        XiaoeReader(),
        ("《社区场景营造》直播用户数据",),
        ("用户ID\t", "用户昵称\t", "备注名\t", "直播观看时长(秒)\t", "直播观看时长\t", "回放观看时长(秒)\t"),
        ("u_1\t", "小桂\t", "学员01-桂一社区\t", "5400\t", "1:30:00\t", "0\t"),
        ("u_2\t", "学员02\t", "\t", "2900\t", "0:48:20\t", "2600\t"),
        ("u_3\t", "--\t", "--\t", "--\t", "--\t", "--\t"),
        ("u_4\t", "学员04\t", "\t", "很久\t", "\t", "0\t"),
    )
    assert (report.format, report.title, report.source) == ("xiaoe_live", "社区场景营造", "totals")
    assert [(row.row, row.name_as_given, row.names, row.seconds_claimed, row.replay_seconds) for row in report.rows] == [
        (3, "u_1 小桂(学员01-桂一社区)", ("学员01-桂一社区", "小桂"), 5400, 0),
        (4, "u_2 学员02", ("学员02",), 2900, 2600),
        (5, "u_3", ("",), 0, 0),
        (6, "u_4 学员04", ("学员04",), None, 0),
    ]  # fmt: skip
    assert [row.problem for row in report.rows] == ["", "", "", "unreadable_time"]


def test_xiaoe_on_demand_is_replay():
    report = read(
        XiaoeReader(),
        ("用户ID", "用户昵称", "参与状态", "播放进度", "累计播放时长（秒）", "上次播放时间", "完成时间"),
        ("u_1", "学员01", "已完成", "100%", "5400", "2021-10-21 08:00:00", "2021-10-21 09:30:00"),
        ("u_2", "学员02", "未参与", "--", "--", "--", "--"),
    )
    assert report.format == "xiaoe_ondemand"
    assert [(row.seconds_claimed, row.replay_seconds) for row in report.rows] == [(0, 5400), (0, 0)]


WECOM = [("打卡时间记录",), ("统计时间：2021-11-01 至 2021-11-07",), ()]
WECOM_HEADER = ("姓名", "账号", "部门", "05星期五", "06星期六", "07星期日")


def test_wecom_punches_of_each_day_with_their_marks():
    report = read(
        WecomReader(),
        *WECOM,
        WECOM_HEADER,
        ("学员01", "gc01", "桂一社区", "--", "08:52、12:01(补卡)", "--"),
        ("学员02", "gc02", "桂二社区", "请假", "09:17（地点异常）,12:05，18:00", "次日00:10"),
    )
    assert report.days == (dt.date(2021, 11, 5), dt.date(2021, 11, 6), dt.date(2021, 11, 7))

    def told(row: ports.MeetingRow) -> list[tuple]:
        return [(f"{punch.at:%d %H:%M}", punch.marks) for punch in row.punches]

    assert [told(row) for row in report.rows] == [
        [("06 08:52", ()), ("06 12:01", ("补卡",))],
        [("06 09:17", ("地点异常",)), ("06 12:05", ()), ("06 18:00", ()), ("08 00:10", ())],
    ]
    assert report.rows[1].remarks == ((dt.date(2021, 11, 5), "请假"),)
    assert [row.community for row in report.rows] == ["桂一社区", "桂二社区"]


def test_wecom_takes_the_month_from_the_name_of_the_file():
    rows = [WECOM_HEADER, ("学员01", "gc01", "", "--", "08:52", "--")]
    assert read(WecomReader(), *rows, name="打卡_20211101-20211107.xlsx").days[1] == dt.date(2021, 11, 6)
    wrong = read(WecomReader(), *rows, name="打卡.xlsx")
    assert (wrong.days, [notice.code for notice in wrong.warnings]) == ((), ["month_unknown"])
    assert [row.problem for row in wrong.rows] == ["month_unknown"]


@pytest.mark.parametrize("name", ["打卡_20211201-20211207.xlsx", "打卡_20211399.xlsx"])
def test_wecom_believes_no_month_whose_weekdays_disagree(name):
    assert read(WecomReader(), WECOM_HEADER, ("学员01",), name=name).days == ()


def test_wecom_goes_on_into_the_next_month():
    header = ("姓名", "31星期日", "01星期一")
    report = read(WecomReader(), ("2021-10-31 至 2021-11-01",), header, ("学员01", "--", "08:52"))
    assert report.days == (dt.date(2021, 10, 31), dt.date(2021, 11, 1))


def test_each_reader_takes_its_own():
    tables = {
        "zoom_old": [ZOOM_OLD],
        "xiaoe_live": [("用户ID", "用户昵称", "直播观看时长(秒)", "首次进入时间")],
        "wecom_punch_matrix": [("2021-11-01",), WECOM_HEADER],
        "tencent_meeting_v1": [("用户昵称（入会昵称）", "入会时间", "退会时间")],
    }
    assert {name: ports.recognise_meeting([sheet(*rows)], "x").format for name, rows in tables.items()} == {
        name: name for name in tables
    }
    with pytest.raises(ports.Unrecognised):
        ports.recognise_meeting([sheet(("姓名", "手机"))], "x")


def test_addresses_of_machines_and_identity_cards_are_in_no_row():
    row = ("学员01", "gc01", "440605199001010011", "113.82.12.34", "08:52")
    header = ("姓名", "账号", "身份证号码", "打卡IP", "06星期六")
    [found] = read(WecomReader(), ("2021-11-06",), header, row).rows
    assert found.raw == {"姓名": "学员01", "账号": "gc01", "06星期六": "08:52"}
