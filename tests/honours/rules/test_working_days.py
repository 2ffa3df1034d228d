"""Windows of public notices, counted on the State Council's calendar."""

import datetime as dt
import json

import pytest

from yingzao.core.errors import Refused
from yingzao.honours.rules.working_days import CALENDARS, is_working_day, notice_end


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("posted", "working_days", "ends"),
    [
        ("2021-12-30", 5, "2022-01-07"),  # over New Year: 31, 4, 5, 6, 7
        ("2021-12-30", 1, "2021-12-31"),
        (
            "2021-09-29",
            5,
            "2021-10-12",
        ),  # 30, then after the golden week 8, Saturday 9 (worked instead), 11, 12
        ("2022-01-28", 3, "2022-02-07"),  # Friday; Saturday 29 and Sunday 30 are worked, then Spring Festival
        ("2021-11-13", 5, "2021-11-19"),  # posted on a Saturday
    ],
)
def test_notice_ends_with_the_nth_working_day_after_posting(posted, working_days, ends):
    assert notice_end(day(posted), working_days).isoformat() == ends


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2021-12-31", True),
        ("2022-01-01", False),
        ("2022-01-03", False),  # a Monday taken off for New Year
        ("2022-01-29", True),  # a Saturday worked instead (调休)
        ("2022-01-08", False),
        ("2021-10-09", True),
        ("2021-10-10", False),
    ],
)
def test_working_day(text, works):
    assert is_working_day(day(text)) is works


@pytest.mark.parametrize("posted", ["2026-12-28", "2027-01-04"])
def test_a_year_without_a_calendar_is_refused_by_name(posted):
    with pytest.raises(Refused) as refusal:
        notice_end(day(posted), 5)
    assert refusal.value.code == "no-calendar"
    assert "2027" in refusal.value.sentence


def test_a_notice_runs_at_least_one_day():
    with pytest.raises(ValueError, match="at least one"):
        notice_end(day("2021-12-30"), 0)


def test_every_calendar_names_its_source_and_holds_days_of_its_year_alone():
    files = sorted(CALENDARS.glob("*.json"))
    assert [file.stem for file in files] == ["2021", "2022", "2023", "2024", "2025", "2026"]
    for file in files:
        calendar = json.loads(file.read_text(encoding="utf-8"))
        assert calendar["year"] == int(file.stem)
        assert calendar["source"]
        days = [dt.date.fromisoformat(text) for text in (*calendar["holidays"], *calendar["workdays"])]
        assert {d.year for d in days} == {int(file.stem)}
        assert all(dt.date.fromisoformat(text).weekday() >= 5 for text in calendar["workdays"])
        assert not set(calendar["holidays"]) & set(calendar["workdays"])
