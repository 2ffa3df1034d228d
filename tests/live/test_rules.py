"""When a live course counts as attended: golden cases at the boundaries."""

from fractions import Fraction

import pytest

from tests.factories.activities import moment
from yingzao.activities.enums import DutyState, Still
from yingzao.activities.kind import Fact, Frame, PartFrame
from yingzao.live.kind import Live
from yingzao.live.rules import may_enter, needed_minutes

NOW = moment("2021-10-20 12:00")


def frame(rule=None, start="19:00", end="20:30", *, held=True, parts=()):
    return Frame(
        code="L",
        kind="live",
        rule={"min_share": "0.8"} if rule is None else rule,
        starts_at=moment(f"2021-10-14 {start}"),
        ends_at=moment(f"2021-10-14 {end}"),
        due_at=None,
        late_until=moment("2022-01-14 23:59"),
        held=held,
        cancelled=False,
        parts=parts,
    )


def stay(joined, left=None, second=0, **detail):
    return Fact(
        f"{joined}-{left}",
        "attended",
        moment(f"2021-10-14 {joined}"),
        moment(f"2021-10-14 {left}").replace(second=second) if left else None,
        detail=detail,
    )


def settle(asked, *facts):
    return Live().settle(asked, facts, NOW)


@pytest.mark.parametrize(
    ("left", "second", "state", "minutes"),
    [
        ("20:12", 0, DutyState.DONE, 72),  # exactly the needed minutes
        ("20:11", 59, DutyState.MISSED, 71),  # a second less: minutes round down
        ("20:12", 59, DutyState.DONE, 72),
        ("21:00", 0, DutyState.DONE, 90),  # what lies outside the session does not count
    ],
)
def test_the_needed_minutes_are_needed_to_the_second(left, second, state, minutes):
    verdict = settle(frame(), stay("19:00", left, second))
    assert (verdict.state, verdict.reasons[0]["minutes"], verdict.reasons[0]["needed"]) == (
        state,
        minutes,
        72,
    )


def test_55_of_100_at_0_55_passes():
    assert needed_minutes({"min_share": "0.55"}, 100) == 55
    asked = frame({"min_share": 0.55}, "19:00", "20:40")
    assert settle(asked, stay("19:00", "19:55")).state == DutyState.DONE
    assert settle(asked, stay("19:00", "19:54", 59)).state == DutyState.MISSED


def test_a_third_of_100_minutes_needs_34():
    asked = frame({"min_share": "0.334"}, "19:00", "20:40")
    assert settle(asked, stay("19:00", "19:33")).state == DutyState.MISSED
    assert settle(asked, stay("19:00", "19:34")).state == DutyState.DONE


def test_a_rule_in_minutes_asks_for_minutes():
    asked = frame({"min_minutes": 60, "min_share": "0.9"})
    assert settle(asked, stay("19:00", "20:00")).state == DutyState.DONE
    assert settle(asked, stay("19:00", "19:59")).share == Fraction(59, 60)


def test_devices_and_rejoins_never_add_up_twice_and_the_platforms_sum_is_kept_beside():
    verdict = settle(
        frame(),
        stay("19:00", "19:50", claimed_seconds=3000),
        stay("19:40", "20:30", claimed_seconds=3000),
    )
    reason = verdict.reasons[0]
    assert (verdict.state, reason["minutes"], reason["claimed"]) == (DutyState.DONE, 90, 100)
    assert len(reason["spans"]) == 1


def test_who_is_still_there_at_export_is_there_to_the_end():
    assert settle(frame(), stay("19:18")).reasons[0]["minutes"] == 72


def test_two_sessions_add_up_and_the_pause_between_does_not_count():
    parts = tuple(
        PartFrame(c, c, moment(f"2021-10-14 {s}"), moment(f"2021-10-14 {e}"))
        for c, s, e in (("A", "19:00", "19:50"), ("B", "20:10", "21:00"))
    )
    verdict = settle(frame(parts=parts), stay("19:00", "21:00"))
    assert (verdict.reasons[0]["minutes"], verdict.reasons[0]["needed"]) == (100, 80)


def test_before_the_report_nobody_has_missed_anything():
    verdict = settle(frame(held=False))
    assert (verdict.state, verdict.share, verdict.still) == (DutyState.PENDING, 0, Still.ON_TIME)


def test_who_is_on_no_report_has_missed_it_for_good():
    verdict = settle(frame())
    assert (verdict.state, verdict.still, verdict.reasons) == (
        DutyState.MISSED,
        Still.NO,
        ({"code": "live.absent"},),
    )


def test_a_confirmation_by_staff_stands_above_minutes():
    confirmed = Fact("c", "confirmed", moment("2021-10-15 09:00"))
    assert settle(frame(), stay("19:00", "19:05"), confirmed).state == DutyState.DONE


@pytest.mark.parametrize(
    ("clock", "opens"), [("18:49", False), ("18:50", True), ("20:30", True), ("20:31", False)]
)
def test_the_door_opens_ten_minutes_before_and_closes_at_the_end(clock, opens):
    asked = frame()
    assert may_enter(asked.starts_at, asked.ends_at, moment(f"2021-10-14 {clock}")) is opens


def test_what_is_missing_is_said_in_minutes():
    kind, asked = Live(), frame()
    [reason] = settle(asked, stay("19:20", "20:30")).reasons
    assert "2" in kind.missing(asked.rule, None, [reason])
