"""When a message goes, and when it is tried again."""

import datetime as dt

import pytest

from tests.notices.conftest import at
from yingzao.notices import rules
from yingzao.notices.enums import DeliveryState

NIGHT = (dt.time(21, 30), dt.time(8, 0))
SIESTA = (dt.time(12, 0), dt.time(14, 0))


@pytest.mark.parametrize(
    ("hours", "moment", "goes_at"),
    [
        (NIGHT, "2021-11-15 21:29", "2021-11-15 21:29"),
        (NIGHT, "2021-11-15 21:30", "2021-11-16 08:00"),
        (NIGHT, "2021-11-15 23:59", "2021-11-16 08:00"),
        (NIGHT, "2021-11-16 00:00", "2021-11-16 08:00"),
        (NIGHT, "2021-11-16 07:59", "2021-11-16 08:00"),
        (NIGHT, "2021-11-16 08:00", "2021-11-16 08:00"),
        (SIESTA, "2021-11-15 11:59", "2021-11-15 11:59"),
        (SIESTA, "2021-11-15 12:00", "2021-11-15 14:00"),
        (SIESTA, "2021-11-15 14:00", "2021-11-15 14:00"),
        (None, "2021-11-15 23:00", "2021-11-15 23:00"),
        ((dt.time(8), dt.time(8)), "2021-11-15 08:00", "2021-11-15 08:00"),
    ],
)
def test_quiet_hours_begin_quiet_and_end_loud(hours, moment, goes_at):
    assert rules.out_of_quiet(at(moment), hours) == at(goes_at)


def test_quiet_hours_are_those_of_shanghai():
    utc = dt.datetime(2021, 11, 15, 14, 0, tzinfo=dt.UTC)  # 22:00 there
    assert rules.out_of_quiet(utc, NIGHT) == at("2021-11-16 08:00")


@pytest.mark.parametrize(
    ("now", "goes_at"),
    [("2021-11-15 06:59", "2021-11-15 07:00"), ("2021-11-15 07:00", "2021-11-16 07:00")],
)
def test_the_digest_goes_at_its_hour_though_that_is_quiet(now, goes_at):
    leaves = rules.departure(at(now), urgent=False, quiet=NIGHT, digest_at=dt.time(7))
    assert leaves == rules.Departure(at(goes_at), DeliveryState.HELD, in_digest=True)


@pytest.mark.parametrize("digest_at", [None, dt.time(7)])
def test_what_is_urgent_goes_at_once(digest_at):
    now = at("2021-11-15 23:00")
    leaves = rules.departure(now, urgent=True, quiet=NIGHT, digest_at=digest_at)
    assert leaves == rules.Departure(now, DeliveryState.WAITING)


def test_pauses_grow_and_end():
    minutes = [pause.total_seconds() / 60 if pause else None for pause in map(rules.pause_after, range(1, 7))]
    assert minutes == [1, 5, 30, 120, 720, None]
