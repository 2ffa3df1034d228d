"""What a row of a report states of a live course: never more than the file knows."""

import datetime as dt
from types import SimpleNamespace

import pytest

from yingzao.core.clock import SHANGHAI
from yingzao.core.ports import Clocking, MeetingReport, MeetingRow
from yingzao.live.actions import _meanings


def at(clock: str, day: int = 6) -> dt.datetime:
    return dt.datetime(2021, 11, day, *map(int, clock.split(":")))  # noqa: DTZ001  exports say naive local times


ACTIVITY = SimpleNamespace(
    code="A", starts_at=at("9:00").replace(tzinfo=SHANGHAI), ends_at=at("12:00").replace(tzinfo=SHANGHAI)
)


def credited(source: str, **row) -> list[int]:
    report = MeetingReport("x", source=source)
    found = _meanings(ACTIVITY, "P", report, MeetingRow(2, "", "学员01", **row))
    return [int((one.until - one.happened_at).total_seconds()) // 60 for one in found]


@pytest.mark.parametrize(
    ("punches", "minutes"),
    [
        ([Clocking(at("8:52")), Clocking(at("12:01"))], [180]),
        ([Clocking(at("8:52")), Clocking(at("12:01"), ("补卡",))], [180]),
        ([Clocking(at("8:52"), ("地点异常",)), Clocking(at("12:01"))], []),
        ([Clocking(at("8:52", 5)), Clocking(at("12:01", 5))], []),
        ([Clocking(at("8:52")), Clocking(at("12:01", 7))], []),
        ([Clocking(at("8:50")), Clocking(at("8:52"))], []),
        ([Clocking(at("8:52"))], []),
    ],
)
def test_only_in_and_out_of_the_day_in_place_stand_for_the_session(punches, minutes):
    assert credited("punches", punches=tuple(punches)) == minutes


def test_first_join_and_last_leave_credit_no_more_than_the_provider_claims():
    row = {"joined_at": at("8:00"), "left_at": at("11:00"), "flags": ("first_last_only",)}
    assert credited("intervals", **row, seconds_claimed=1800) == [30]
    assert credited("intervals", **row, seconds_claimed=99999) == [120]
    assert credited("intervals", **row, seconds_claimed=None) == []


def test_a_row_with_a_problem_credits_nobody():
    assert credited("intervals", problem="unreadable_time") == []
