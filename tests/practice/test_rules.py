"""When a practice task counts as handed in."""

from fractions import Fraction

import pytest

from tests.factories.activities import moment
from yingzao.activities.enums import DutyState, Still
from yingzao.activities.kind import Fact, Frame
from yingzao.practice.kind import Practice

DUE = moment("2021-11-30 23:59").replace(second=59)
BEFORE, AFTER, ENDED = moment("2021-11-20 08:00"), moment("2021-12-05 08:00"), moment("2022-02-01 08:00")


def frame(**rule):
    return Frame(
        code="P",
        kind="practice",
        rule=rule or {"characters": 800, "photos": 2},
        starts_at=None,
        ends_at=None,
        due_at=DUE,
        late_until=moment("2022-01-14 23:59").replace(second=59),
        held=False,
        cancelled=False,
        parts=(),
    )


def handed_in(at, characters=800, photos=2, **more):
    return Fact(str(at), "handed_in", at, detail={"characters": characters, "photos": photos, **more})


def settle(*facts, now=AFTER, **rule):
    return Practice().settle(frame(**rule), facts, now)


def test_exactly_what_is_asked_is_enough():
    assert settle(handed_in(BEFORE)).state == DutyState.DONE


@pytest.mark.parametrize(("characters", "photos"), [(799, 2), (800, 1)])
def test_one_short_is_not(characters, photos):
    verdict = settle(handed_in(BEFORE, characters, photos), now=BEFORE)
    assert (verdict.state, verdict.reasons[0]["code"]) == (DutyState.PENDING, "practice.short")
    assert verdict.share < 1


def test_the_last_second_of_the_due_date_is_in_time_and_the_next_is_late():
    assert settle(handed_in(DUE)).state == DutyState.DONE
    late = moment("2021-12-01 00:00")
    assert settle(handed_in(late)).state == DutyState.LATE


def test_the_first_time_of_a_returned_version_decides():
    verdict = settle(handed_in(AFTER, first_at=BEFORE.isoformat()))
    assert verdict.state == DutyState.DONE


def test_nothing_handed_in_is_pending_then_still_possible_late_then_gone():
    told = [(v.state, v.still) for v in (settle(now=now) for now in (BEFORE, AFTER, ENDED))]
    assert told == [
        (DutyState.PENDING, Still.ON_TIME),
        (DutyState.MISSED, Still.LATE),
        (DutyState.MISSED, Still.NO),
    ]


def test_a_confirmation_stands_for_what_nobody_can_count():
    assert (
        settle(Fact("c", "confirmed", BEFORE, detail={"characters": 0, "photos": 0})).state == DutyState.DONE
    )


def test_the_share_is_that_of_the_characters_and_never_whole():
    assert settle(handed_in(BEFORE, 400, 2), now=BEFORE).share == Fraction(1, 2)
    assert settle(handed_in(BEFORE, 900, 0), now=BEFORE).share == Fraction(99, 100)


def test_what_is_missing_is_counted():
    kind = Practice()
    [reason] = settle(handed_in(BEFORE, 790, 1), now=BEFORE).reasons
    assert [n in kind.missing({}, None, [reason]) for n in ("10", "1")] == [True, True]
    assert kind.missing({}, None, [])
