"""Exports of the three live courses as a meeting service writes them, with everything that makes names hard to match.

Sheets, labels and headers have the form of Tencent Meeting's second export layout; every cell is text.
"""

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from example_files.people import LEARNERS, Learner
from example_files.plan import LIVE, LIVE_DAYS, MEETINGS
from example_files.sheets import Book

SUMMARY_HEADER = ("用户昵称（入会昵称）", "首次入会时间", "最后退会时间", "入会次数", "累计参会时长", "身份")
DETAIL_HEADER = ("用户昵称（入会昵称）", "入会时间", "退会时间", "单次参会时长", "房间类型")
FILES = (
    "业主组织的建设与运营-123456781-x7k2p9.xlsx",
    "社区营造行业发展新观察-123456782-m4d8w1.xlsx",
    "社区场景营造：可持续发展的新探索-123456783-q5t3h6.xlsx",
)

Span = tuple[int, int]  # seconds from the planned start


@dataclass(frozen=True)
class Course:
    """Who did what out of the ordinary in one course, by the learner's number."""

    absent: tuple[int, ...]
    late: dict[int, int]  # minutes after the start; 30 is too late to count
    left_early: dict[int, int]  # minutes before the end
    rejoined: tuple[int, ...]
    two_devices: tuple[int, ...]
    renamed: tuple[int, ...]  # came in under an account name, renamed in the meeting
    nicknames: dict[int, str]  # seen under this instead of “社区-姓名”
    shared: tuple[int, int] | None = None
    strangers: tuple[str, ...] = ()
    extra: dict[str, tuple[Span, ...]] = field(default_factory=dict)


COURSES = (
    Course(
        absent=(29, 46, 63, 81),
        late={11: 7, 35: 12, 57: 31, 72: 4, 88: 16},
        left_early={24: 9, 50: 40},
        rejoined=(4, 16, 37, 48, 60, 75, 86),
        two_devices=(9, 41),
        renamed=(17, 68),
        nicknames={
            13: "花苑 学员13", 19: "灯湖学员19", 22: "学员22", 38: "平胜社区—学员３８", 54: "13800138054",
            65: "138****8065", 70: "桂二社区学员7O", 79: "学员79文翰", 85: "夏南一社区-学员85（手机）",
        },
        shared=(31, 32),
        strangers=("iPhone(iPhone)", "张三(叠滘社区-张三)"),
    ),
    Course(
        absent=(13, 29, 52, 64, 90),
        late={6: 5, 22: 33, 49: 11, 76: 8},
        left_early={36: 6, 71: 35, 82: 12},
        rejoined=(2, 15, 27, 51, 66, 80),
        two_devices=(9, 30, 59),
        renamed=(43,),
        nicknames={
            14: "学员14", 20: "灯湖-学员20", 37: "平胜，学员37", 46: "夏东社区_学员46", 54: "13800138054",
            65: "138****8065", 77: "叠北社区-学员77", 87: "HUAWEI Mate 30",
        },
        strangers=("iPhone(iPhone)", "李四(街道-李四)"),
    ),
    Course(
        absent=(24, 45, 57, 63, 70, 83),
        late={18: 6, 32: 14, 61: 30, 79: 5},
        left_early={42: 38, 67: 7},
        rejoined=(10, 23, 39, 53, 74, 88),
        two_devices=(9, 28),
        renamed=(5,),
        nicknames={
            19: "灯湖社区 学员19", 34: "学员34(平西)", 50: "【林岳】学员50", 54: "13800138054", 65: "138****8065",
            81: "南约学员81", 87: "HUAWEI Mate 30",
        },
        strangers=("微信用户(微信用户)", "张三(叠滘社区-张三)"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """One nickname in the export and the spans it was there."""

    name: str
    spans: tuple[Span, ...]
    standing: str = "普通参会者"


def _usual(course: Course, learner: Learner, chance: random.Random) -> Span:
    number = learner.number
    begins = (
        course.late[number] * 60 + chance.randrange(50)
        if number in course.late
        else -chance.randrange(20, 900)
    )
    before_end = course.left_early.get(number)
    ends = 5400 - before_end * 60 - chance.randrange(50) if before_end else 5400 + chance.randrange(10, 360)
    return begins, ends


def _nickname(course: Course, learner: Learner) -> str:
    shown = course.nicknames.get(learner.number)
    if shown is None:
        return f"{learner.name}({learner.community}-{learner.name})"
    return f"{shown}({shown})"


def seats(position: int) -> list[Seat]:
    """Everybody in the export of this course (0, 1, 2), in order of first joining."""
    course, chance = COURSES[position], random.Random(20211014 + position)
    found = [
        Seat("组织者甲(主持人组织者甲)", ((-1500, 5700),), "主持人"),
        Seat(f"讲师{'甲乙丙'[position]}(讲师{'甲乙丙'[position]})", ((-1200, 5640),), "联席主持人"),
    ]
    for learner in LEARNERS:
        number = learner.number
        begins, ends = _usual(course, learner, chance)
        if number in course.absent or (course.shared and number == course.shared[1]):
            continue
        if course.shared and number == course.shared[0]:
            both = "＆".join(f"学员{one:02d}" for one in course.shared)
            found.append(Seat(f"{both}({learner.community}-{both})", ((begins, ends),)))
        elif number in course.renamed:
            turn = chance.randrange(300, 900)
            found.append(Seat(f"{learner.name}({learner.name})", ((begins, turn),)))
            found.append(Seat(f"{learner.name}({learner.community}-{learner.name})", ((turn, ends),)))
        elif number in course.rejoined:
            out, back = sorted(chance.sample(range(1500, 4200), 2))
            back = min(back, out + 420)  # dropped off for seven minutes at most
            found.append(Seat(_nickname(course, learner), ((begins, out), (back, ends))))
        elif number in course.two_devices:
            second = (begins + 240, ends - chance.randrange(600, 1800))
            found.append(Seat(_nickname(course, learner), ((begins, ends), second)))
        else:
            found.append(Seat(_nickname(course, learner), ((begins, ends),)))
    for name in course.strangers:
        begins = chance.randrange(-300, 600)
        found.append(Seat(name, ((begins, begins + chance.randrange(1200, 4500)),)))
    return found[:2] + sorted(found[2:], key=lambda seat: seat.spans[0])


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _head(position: int, people: list[Seat]) -> list[tuple[str | None, ...]]:
    day = LIVE_DAYS[position]
    longest = max(end for seat in people for _, end in seat.spans) - min(
        s for seat in people for s, _ in seat.spans
    )
    return [
        ("会议主题:", LIVE[position]),
        ("会议号:", MEETINGS[position]),
        ("会议创建者:", "组织者甲"),
        ("预定开始时间:", f"{day} 19:00:00"),
        ("预定结束时间:", f"{day} 20:30:00"),
        ("累计会议时长:", _clock(longest)),
        ("参会用户总数:", str(len(people))),
        (None,),
    ]


def _summary(start: dt.datetime, people: list[Seat]) -> Iterable[tuple[str, ...]]:
    for seat in people:
        first, last = min(s for s, _ in seat.spans), max(e for _, e in seat.spans)
        together = sum(
            end - begin for begin, end in seat.spans
        )  # two devices count twice, as the service has it
        yield (
            seat.name, _moment(start, first), _moment(start, last), str(len(seat.spans)), _clock(together),
            seat.standing,
        )  # fmt: skip


def _detail(start: dt.datetime, people: list[Seat]) -> Iterable[tuple[str, ...]]:
    for seat in people:
        for begin, end in seat.spans:
            yield seat.name, _moment(start, begin), _moment(start, end), _clock(end - begin), "会议室"


def _moment(start: dt.datetime, seconds: int) -> str:
    return f"{start + dt.timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"


def write(folder: Path) -> None:
    for position, name in enumerate(FILES):
        people = seats(position)
        start = dt.datetime.combine(LIVE_DAYS[position], dt.time(19))
        head = _head(position, people)
        with Book(folder / "会议记录" / name) as book:
            book.plain("成员参会概况", [*head, SUMMARY_HEADER, *_summary(start, people)])
            book.plain("成员参会明细", [*head, DETAIL_HEADER, *_detail(start, people)])
