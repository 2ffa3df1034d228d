"""What a row of a report states of a live course, and what the facts of it come to: never more than the file knows."""

import datetime as dt
from types import SimpleNamespace

import pytest

from yingzao.activities.kind import Fact, Frame
from yingzao.core.clock import SHANGHAI
from yingzao.core.ports import Clocking, MeetingReport, MeetingRow
from yingzao.live import bridge
from yingzao.live.actions.meanings import rows_of


def at(clock: str, day: int = 6) -> dt.datetime:
    return dt.datetime(2021, 11, day, *map(int, clock.split(":")))  # noqa: DTZ001  exports say naive local times


START, END = at("9:00").replace(tzinfo=SHANGHAI), at("12:00").replace(tzinfo=SHANGHAI)
ACTIVITY = SimpleNamespace(code="A", starts_at=START, ends_at=END)


def heard(source: str, *, rule=None, **row):
    """The row through its fact, as the ledger keeps it, to what it comes to."""
    report = MeetingReport("x", rows=(MeetingRow(2, "", "学员01", **row),), source=source)
    frame = Frame("A", "live", rule or {"min_share": "0.8"}, START, END, None, END, True, False, ())
    facts = [
        Fact(str(n), m.fact, m.happened_at, m.until, m.part, "file", m.detail)
        for n, m in enumerate(rows_of(report, ACTIVITY, "P")[0].meanings)
    ]
    return bridge.heard(frame, facts)


@pytest.mark.parametrize(
    ("punches", "status", "flags", "reasons"),
    [
        ([Clocking(at("8:52")), Clocking(at("12:01"))], "attended", (), ()),
        ([Clocking(at("8:52")), Clocking(at("12:01"), ("补卡",))], "attended", ("made_up",), ()),
        ([Clocking(at("9:17")), Clocking(at("12:01"))], "attended", ("late",), ()),
        ([Clocking(at("8:52"), ("地点异常",)), Clocking(at("12:01"))], "check", (), ("place_abnormal",)),
        ([Clocking(at("8:52"), ("范围外",)), Clocking(at("12:01"))], "check", (), ("place_abnormal",)),
        ([Clocking(at("8:52", 5)), Clocking(at("12:01", 5))], "absent", (), ()),
        ([Clocking(at("8:52")), Clocking(at("12:01", 7))], "check", (), ("single_punch",)),
        ([Clocking(at("8:50")), Clocking(at("8:52"))], "check", (), ("no_out",)),
        ([Clocking(at("12:10")), Clocking(at("12:20"))], "check", (), ("no_in",)),
        ([], "absent", (), ()),
    ],
)
def test_in_and_out_of_the_day_in_place_stand_for_the_session(punches, status, flags, reasons):
    found = heard("punches", punches=tuple(punches))
    assert (found.status, found.flags, found.reasons) == (status, flags, reasons)
    assert found.minutes is None or status == "absent"


def test_words_beside_the_punches_have_to_be_read_by_a_person():
    punches = (Clocking(at("8:52")), Clocking(at("12:01")))
    found = heard("punches", punches=punches, remarks=((at("0:00").date(), "请假"),))
    assert (found.status, found.reasons) == ("check", ("请假",))


@pytest.mark.parametrize(
    ("claimed", "status", "minutes"), [(1800, "short", 30), (99999, "attended", 120 + 60), (None, "check", 0)]
)
def test_first_join_and_last_leave_credit_no_more_than_the_provider_claims(claimed, status, minutes):
    found = heard(
        "intervals",
        joined_at=at("8:00"),
        left_at=at("12:00"),
        flags=("first_last_only",),
        seconds_claimed=claimed,
    )
    assert (found.status, found.minutes) == (status, minutes)


@pytest.mark.parametrize(
    ("live", "replay", "rule", "status", "minutes"),
    [
        (8640, 0, {}, "attended", 144),
        (8639, 0, {}, "short", 143),
        (99999, 0, {}, "attended", 180),
        (0, 10800, {}, "short", 0),
        (0, 10800, {"count_replay": True}, "attended", 180),
        (4000, 4640, {"count_replay": True}, "attended", 144),
    ],
)
def test_totals_are_whole_minutes_of_the_live_time_and_replay_counts_by_rule(
    live, replay, rule, status, minutes
):
    found = heard("totals", seconds_claimed=live, replay_seconds=replay, rule={"min_share": "0.8", **rule})
    assert (found.status, found.minutes, found.flags) == (status, minutes, ("only_totals",))


def test_who_is_on_the_report_and_never_came_in_heard_nothing():
    found = heard("intervals", problem="never_joined")
    assert (found.status, found.minutes, found.reasons) == ("short", 0, ())


def test_a_row_whose_times_cannot_be_read_credits_nobody_and_is_looked_at():
    found = heard("intervals", problem="unreadable_time")
    assert (found.status, found.minutes, found.reasons) == ("check", 0, ("unreadable_time",))


@pytest.mark.parametrize(("rule", "status"), [({}, "absent"), ({"answers_count": True}, "attended")])
def test_a_questionnaire_stands_for_presence_where_the_rule_says_so(rule, status):
    found = heard("answers", rule={"min_share": "0.8", **rule})
    assert found.status == status


def test_an_answer_that_was_given_again_states_nothing():
    report = MeetingReport("x", rows=(MeetingRow(2, "", "学员01", flags=("superseded",)),), source="answers")
    assert rows_of(report, ACTIVITY, "P")[0].meanings == ()
