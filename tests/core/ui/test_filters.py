"""Dates as people write them, shares and points without false figures."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from yingzao.core.clock import SHANGHAI
from yingzao.core.ui.templatetags import ui

EVENING = dt.datetime(2021, 11, 15, 19, 30, tzinfo=SHANGHAI)
LATE_UTC = dt.datetime(2021, 11, 15, 17, 5, tzinfo=dt.UTC)  # 1:05 of the 16th in Shanghai


@pytest.mark.parametrize(
    ("filter_name", "value", "shown"),
    [
        ("day", dt.date(2021, 11, 15), "2021年11月15日"),
        ("day", EVENING, "2021年11月15日"),
        ("day", LATE_UTC, "2021年11月16日"),
        ("day", None, "—"),
        ("short_day", dt.date(2021, 1, 5), "1月5日"),
        ("moment", EVENING, "11月15日 19:30"),
        ("moment", LATE_UTC, "11月16日 1:05"),
        ("moment", None, "—"),
        ("stamp", EVENING, "2021年11月15日 19:30"),
        ("clock_time", LATE_UTC, "1:05"),
        ("share", Decimal("0.86"), "86%"),
        ("share", Decimal("0.865"), "87%"),
        ("share", Decimal("0.999"), "99%"),
        ("share", Decimal("0.001"), "1%"),
        ("share", 1, "100%"),
        ("share", 0, "0%"),
        ("share", None, "—"),
        ("points", Decimal("91.35"), "91.4"),
        ("points", Decimal("90"), "90.0"),
        ("points", 0, "0.0"),
        ("points", None, "—"),
        ("minutes", 73, "73 分钟"),
        ("minutes", None, "—"),
        ("masked", "张三丰", "张**"),
        ("masked_phone", "13800000001", "138****0001"),
        ("masked_phone", "", ""),
    ],
)
def test_filter_in_chinese(filter_name, value, shown):
    assert getattr(ui, filter_name)(value) == shown


@pytest.mark.parametrize(
    ("filter_name", "value", "shown"),
    [
        ("day", EVENING, "15 November 2021"),
        ("moment", EVENING, "15 November 19:30"),
        ("stamp", EVENING, "15 November 2021 19:30"),
        ("minutes", 73, "73 min"),
    ],
)
def test_filter_in_english(filter_name, value, shown):
    with translation.override("en"):
        assert getattr(ui, filter_name)(value) == shown


def test_period_names_the_day_once():
    assert ui.period(EVENING, EVENING + dt.timedelta(minutes=90)) == "11月15日 19:30–21:00"
    assert ui.period(EVENING, EVENING + dt.timedelta(days=1)) == "11月15日 19:30–11月16日 19:30"
