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
    asked = frame({"min_minutes": 60})
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


def test_share_and_minutes_hold_both_where_both_are_given():
    asked = frame({"min_minutes": 60, "min_share": "0.8"})
    assert settle(asked, stay("19:00", "20:11")).reasons[0]["needed"] == 72
    assert settle(asked, stay("19:00", "20:12")).state == DutyState.DONE
    assert (
        settle(frame({"min_minutes": 60, "min_share": "0.5"}), stay("19:00", "19:50")).reasons[0]["needed"]
        == 60
    )


@pytest.mark.parametrize(
    ("rule", "joined", "left", "flags"),
    [
        ({}, "19:10", "20:20", []),
        ({}, "19:11", "20:19", ["early", "late"]),
        ({"late_after": 15, "early_before": 30}, "19:15", "20:00", []),
        ({"late_after": 0}, "19:01", "20:30", ["late"]),
    ],
)
def test_late_and_early_are_told_and_change_no_state(rule, joined, left, flags):
    verdict = settle(frame({"min_minutes": 10, **rule}), stay(joined, left))
    assert (verdict.state, verdict.reasons[0]["flags"]) == (DutyState.DONE, flags)


def confirmed(**detail):
    return Fact("C", "confirmed", moment("2021-10-18 10:00"), detail=detail)


MAKE_UP = {"until": "2021-10-31", "how": "看回放，写 200 字心得"}


@pytest.mark.parametrize(
    ("make_up", "now", "still", "offered"),
    [
        (None, "2021-10-20 12:00", Still.NO, False),
        (MAKE_UP, "2021-10-31 23:59", Still.LATE, True),
        (MAKE_UP, "2021-11-01 00:00", Still.NO, False),
        ({**MAKE_UP, "full": True}, "2021-10-20 12:00", Still.ON_TIME, True),
    ],
)
def test_what_was_missed_can_be_made_up_while_the_rule_allows_it(make_up, now, still, offered):
    rule = {"min_share": "0.8", **({"make_up": make_up} if make_up else {})}
    for facts in ([], [stay("19:20", "20:30")]):
        verdict = Live().settle(frame(rule), facts, moment(now))
        assert (verdict.state, verdict.still) == (DutyState.MISSED, still)
        assert (verdict.reasons[-1]["code"] == "live.make_up") is offered
        assert (verdict.changes_at == moment("2021-11-01 00:00")) is offered


@pytest.mark.parametrize(("full", "state"), [(False, DutyState.LATE), (True, DutyState.DONE)])
def test_what_was_made_up_counts_as_the_rule_says(full, state):
    rule = {"min_share": "0.8", "make_up": {**MAKE_UP, "full": full}}
    verdict = settle(frame(rule), stay("19:20", "20:30"), confirmed(make_up=True))
    assert (verdict.state, verdict.share) == (state, 1)
    assert [r["code"] for r in verdict.reasons] == ["live.heard", "live.made_up"]


def test_a_confirmation_by_staff_is_more_than_what_was_made_up():
    rule = {"min_share": "0.8", "make_up": MAKE_UP}
    assert settle(frame(rule), confirmed(make_up=True), confirmed()).state == DutyState.DONE


def test_whoever_heard_enough_needs_no_make_up():
    rule = {"min_share": "0.8", "make_up": MAKE_UP}
    assert settle(frame(rule), stay("19:00", "20:30"), confirmed(make_up=True)).state == DutyState.DONE


def test_a_record_that_has_to_be_looked_at_stays_open():
    odd = Fact("P", "attended", moment("2021-10-14 19:00"), detail={"problem": "unreadable_time"})
    verdict = settle(frame(), odd)
    assert (verdict.state, verdict.still, verdict.reasons[0]["why"]) == (
        DutyState.PENDING,
        Still.ON_TIME,
        ["unreadable_time"],
    )
    assert settle(frame(), odd, confirmed()).state == DutyState.DONE


def test_a_correction_adds_to_what_the_report_knows():
    told = Fact(
        "K", "attended", moment("2021-10-14 19:00"), moment("2021-10-14 19:20"), detail={"corrected": True}
    )
    verdict = settle(frame(), stay("19:20", "20:30"), told)
    assert (verdict.state, verdict.reasons[0]["minutes"]) == (DutyState.DONE, 90)


def test_where_the_difference_to_the_platforms_sum_went_is_told():
    verdict = settle(
        frame(),
        stay("18:50", "19:50", claimed_seconds=3600),
        stay("19:40", "20:30", claimed_seconds=3000),
    )
    reason = verdict.reasons[0]
    assert (reason["claimed"], reason["overlapping"], reason["outside"]) == (110, 10, 10)
    sentence = Live().phrase(reason)
    assert "110" in sentence
    assert sentence.count("10") >= 2
