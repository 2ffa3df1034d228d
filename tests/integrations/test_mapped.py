"""A table of attendance whose columns a person has said."""

# ruff: noqa: DTZ001  (tables say naive local times)

import datetime as dt
from dataclasses import replace

import pytest

from tests.integrations.test_tencent import at, sheet
from yingzao.core import ports
from yingzao.core.ports import MeetingLayout

READER = ports.port("mapped_meetings")
DAY = dt.date(2021, 10, 20)


def proposed(*rows, day=DAY) -> MeetingLayout | None:
    return READER.propose([sheet(*rows)], day)


def read(*rows, day=DAY, mapping=None) -> ports.MeetingReport:
    """The table under its proposed layout, or with another mapping."""
    sheets = [sheet(*rows)]
    layout = READER.propose(sheets, day)
    if mapping is not None:
        headers = tuple(str(cell) for cell in rows[0])
        layout = MeetingLayout("Sheet1", 1, headers, mapping, day)
    return READER.read(sheets, layout)


def told(report, *fields) -> list[tuple]:
    return [tuple(getattr(row, field) for field in fields) for row in report.rows]


def test_joins_and_leaves_are_intervals():
    report = read(
        ("10月20日线上课考勤",),
        (),
        ("序号", "姓名", "所在社区", "联系电话", "签到时间", "签退时间", "身份"),
        (1, "学员01", "桂一社区", 13800000001, "2021-10-20 19:30", "2021-10-20 21:00", "学员"),
        (2, "学员02", "桂二社区", "", "19:40", "次日 00:10", ""),
        (3, "学员03", "", "", dt.datetime(2021, 10, 20, 19, 30), "--", "联席主持人"),
        (4, "学员04", "", "", "", "", ""),
        (5, "学员05", "", "", "19:30", "", ""),
        (6, "学员06", "", "", "19:30", "19:00", ""),
        ("合计", "6人"),
    )
    assert (report.format, report.source, report.title) == ("table", "intervals", "10月20日线上课考勤")
    assert told(report, "row", "name_as_given", "joined_at", "left_at", "problem") == [
        (4, "学员01", at("19:30"), at("21:00"), ""),
        (5, "学员02", at("19:40"), dt.datetime(2021, 10, 21, 0, 10), ""),
        (6, "学员03", at("19:30"), None, ""),
        (7, "学员04", None, None, "never_joined"),
        (8, "学员05", None, None, "unreadable_time"),
        (9, "学员06", None, None, "leave_before_join"),
    ]
    assert told(report, "phone", "community", "host")[:3] == [
        ("13800000001", "桂一社区", False), ("", "桂二社区", False), ("", "", True),
    ]  # fmt: skip
    assert [(n.code, n.rows) for n in report.warnings] == [("footer", (10,))]


def test_a_clock_without_a_day_is_no_time():
    rows = [("姓名", "签到时间", "签退时间"), ("学员01", "19:30", "21:00")]
    assert told(read(*rows, day=None), "joined_at", "problem") == [(None, "unreadable_time")]


@pytest.mark.parametrize(
    ("header", "value", "seconds"),
    [
        ("时长", "0小时43分53秒", 2633),
        ("时长", "43分53秒", 2633),
        ("时长", "1:30:45", 5445),
        ("时长", "90:30", 5430),
        ("时长", "90分钟", 5400),
        ("时长", "1小时", 3600),
        ("时长", 90, 5400),
        ("时长", 0.0625, 5400),
        ("时长(秒)", 5400, 5400),
        ("时长(分钟)", "90.5", 5430),
        ("学习时长（小时）", 1.5, 5400),
        ("时长", "--", 0),
        ("时长", "", 0),
    ],
)
def test_lengths_of_stay_are_totals(header, value, seconds):
    report = read(("姓名", header, "备注"), ("学员01", value, "好"), mapping={0: "name", 1: "duration"})
    assert (report.source, told(report, "seconds_claimed", "problem")) == ("totals", [(seconds, "")])


def test_a_length_that_cannot_be_read_credits_nobody():
    report = read(("姓名", "时长"), ("学员01", "很久"))
    assert told(report, "seconds_claimed", "problem") == [(None, "unreadable_time")]


def test_a_join_and_a_length_are_a_total_since_pauses_are_not_known():
    report = read(("姓名", "首次进入时间", "累计时长"), ("学员01", "2021-10-20 19:30:00", "60分钟"))
    assert report.source == "totals"
    assert told(report, "joined_at", "stated_at", "seconds_claimed") == [(None, at("19:30"), 3600)]


@pytest.mark.parametrize(
    ("status", "flags", "problem"),
    [
        ("出勤", ("present",), ""),
        ("√", ("present",), ""),
        ("已 签 到", ("present",), ""),
        ("迟到", ("present", "late"), ""),
        ("早退", ("present", "early"), ""),
        ("缺勤", ("absent",), ""),
        ("×", ("absent",), ""),
        ("", ("absent",), ""),
        ("请假", ("on_leave",), ""),
        ("病假（已批）", ("on_leave",), ""),
        ("?", (), "unreadable_status"),
    ],
)
def test_a_status_is_presence_without_a_length(status, flags, problem):
    report = read(("姓名", "出勤情况", "备注"), ("学员01", status, "x"))
    assert report.source == "presence"
    assert told(report, "flags", "problem", "joined_at", "seconds_claimed") == [(flags, problem, None, None)]


def test_a_signature_is_presence_at_a_moment():
    report = read(("姓名", "签到时间"), ("学员01", "19:25"), ("学员02", ""), ("学员03", "早上"))
    assert report.source == "presence"
    assert told(report, "stated_at", "left_at", "flags", "problem") == [
        (at("19:25"), None, ("present",), ""),
        (None, None, ("absent",), ""),
        (None, None, (), "unreadable_time"),
    ]


def test_ticks_and_names_where_a_time_is_asked_for():
    report = read(
        ("姓名", "签到"), ("学员01", "√"), ("学员02", "请假"), ("学员 03", "学员03"), ("学员04", "×")
    )
    assert told(report, "flags", "problem") == [
        (("present",), ""), (("on_leave",), ""), (("present",), ""), (("absent",), ""),
    ]  # fmt: skip


def test_by_header_alone_contents_suggest_nothing():
    rows = sheet(("甲", "乙"), ("学员01", "2021-10-20 19:30:00"))
    assert READER.propose([rows]) is not None
    assert READER.propose([rows], by_contents=False) is None
    headed = sheet(("签到表",), ("姓名", "x", "签到时间"), ("学员01", "13800000001", "19:30"))
    layout = READER.propose([headed], by_contents=False)
    assert (layout.header_row, dict(layout.mapping)) == (2, {0: "name", 2: "joined"})
    vague = READER.propose([sheet(("姓名", "时间", "状态"), ("学员01", "19:30", "在职"))], by_contents=False)
    assert dict(vague.mapping) == {0: "name"}


def test_a_signature_is_presence_and_an_empty_line_is_not():
    report = read(("姓名", "社区", "签名"), ("学员01", "桂一", "学员01"), ("学员02", "桂二", ""))
    assert told(report, "flags", "problem") == [(("present",), ""), (("absent",), "")]


@pytest.mark.parametrize(
    ("mapping", "refusal", "word"),
    [
        ({1: "joined"}, ports.NoPerson, "姓名"),
        ({0: "name"}, ports.NoAttendance, "加入时间"),
        ({0: "name", 1: "community"}, ports.NoAttendance, "出勤情况"),
    ],
)
def test_what_is_missing_is_said(mapping, refusal, word):
    with pytest.raises(refusal, match=word):
        read(("姓名", "社区"), ("学员01", "桂一"), mapping=mapping)


def test_a_phone_alone_says_who():
    report = read(("手机号", "时长"), (13800000001, "90分钟"))
    assert told(report, "name_as_given", "phone", "seconds_claimed") == [("", "13800000001", 5400)]


# Proposals


def test_unknown_headers_are_told_by_their_cells():
    layout = proposed(
        ("甲", "乙", "丙", "丁", "戊"),
        (1, "张伟", "桂一社区", "2021-10-20 19:30", "2021-10-20 21:00"),
        (2, "王小芳", "桂二社区", "2021-10-20 19:31", "2021-10-20 21:00"),
        (3, "李娜", "桂二社区", "2021-10-20 19:31", "2021-10-20 21:00"),
    )
    assert layout is not None
    assert (layout.header_row, dict(layout.mapping)) == (1, {1: "name", 3: "joined", 4: "left"})


def test_a_table_without_a_header_begins_with_its_first_row():
    rows = [("张伟", 13800000001, "43分53秒"), ("王小芳", 13800000002, "90分钟")]
    layout = proposed(*rows)
    assert layout is not None
    assert (layout.header_row, dict(layout.mapping)) == (0, {0: "name", 1: "phone", 2: "duration"})
    assert told(READER.read([sheet(*rows)], layout), "row", "seconds_claimed") == [(1, 2633), (2, 5400)]


def test_the_sheet_that_tells_who_and_when_is_taken():
    book = [
        sheet(
            ("姓名", "所在社区", "联系电话", "邮箱"),
            *[(f"学员{n:02}", "桂一社区", "", "") for n in range(9)],
            name="名册",
        ),
        sheet(("姓名", "时长"), ("学员01", "90分钟"), name="考勤"),
    ]
    assert READER.propose(book).sheet == "考勤"


@pytest.mark.parametrize("rows", [[], [("社区", "户数"), ("桂一", 3)], [("标题",)]])
def test_where_no_column_is_a_person_nothing_is_proposed(rows):
    assert proposed(*rows) is None


def test_identity_numbers_are_not_shown_nor_kept_under_any_header():
    rows = [
        ("签到统计",),
        ("谁", "编", "进来", "备考"),
        ("学员01", "440600199001010011", "2021-10-14 19:00", "证 440600199001010011"),
    ]
    layout = proposed(*rows)
    assert layout is not None
    assert (layout.header_row, dict(layout.mapping), layout.discarded) == (
        2,
        {0: "name", 2: "joined"},
        (1, 3),
    )
    for shown in (layout, replace(layout, discarded=()), READER.under(sheet(*rows), 1)):
        read = READER.preview([sheet(*rows)], shown)
        assert "4406001990" not in str(read)


def test_identity_cards_and_addresses_are_never_a_column_nor_shown():
    rows = [("姓名", "身份证号", "登录IP", "时长"), ("学员01", "13800000001", "10.0.0.1", "90分钟")]
    layout = proposed(*rows)
    assert layout is not None
    assert (dict(layout.mapping), layout.discarded) == ({0: "name", 3: "duration"}, (1, 2))
    shown = READER.preview([sheet(*rows)], layout)
    assert shown.cells == (("学员01", "", "", "90分钟"),)
    assert shown.rows[0].raw == {"姓名": "学员01", "时长": "90分钟"}


def test_a_preview_says_what_is_lacking_and_shows_the_rows_all_the_same():
    rows = [("姓名", "社区"), *[(f"学员{n:02}", "桂一") for n in range(1, 20)]]
    shown = READER.preview([sheet(*rows)], MeetingLayout("Sheet1", 1, ("姓名", "社区"), {0: "name"}), n=2)
    assert (shown.numbers, shown.cells) == ((2, 3), (("学员01", "桂一"), ("学员02", "桂一")))
    assert (shown.rows, shown.lacking) == ((), "no_attendance")
