"""The greedy counts are the true ones: every subset of small sets is tried."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.activities import settling
from yingzao.activities.enums import DutyState, Still
from yingzao.web.outlook import Counted, Group, outlook

HALF = Decimal("0.5")
BEHIND = Fraction(8, 10)


def duties(*given: tuple[str, str] | tuple[str, str, str]) -> list[Counted]:
    return [
        Counted(key, state, still, Decimal(weight[0] if weight else "1"))
        for key, (state, still, *weight) in enumerate(given)
    ]


DONE, MISSED, OPEN, LATE = ("done", "no"), ("missed", "no"), ("pending", "on_time"), ("missed", "late")


def read(*given, line=Fraction(6, 10)):
    return outlook(duties(*given), late_share=HALF, line=line, behind=BEHIND)


@pytest.mark.parametrize(
    ("given", "group", "slack"),
    [
        ([DONE] * 5 + [MISSED] * 3 + [OPEN] * 2, Group.BEHIND, 1),
        ([DONE] * 4 + [MISSED] * 4 + [OPEN] * 2, Group.EDGE, 0),
        ([DONE] * 3 + [MISSED] * 5 + [OPEN] * 2, Group.LOST, 0),
        ([DONE] * 4 + [MISSED] * 2 + [OPEN] * 4, Group.BEHIND, 2),
        ([DONE] * 8 + [OPEN] * 2, Group.SAFE, 2),
        ([DONE] * 6 + [MISSED] * 4, Group.SAFE, 0),
        ([OPEN] * 3, Group.SAFE, 1),
        ([], Group.SAFE, 0),
    ],
)
def test_group_and_slack(given, group, slack):
    found = read(*given)
    assert (found.group, found.slack) == (group, slack)


def test_line_that_is_just_reached_is_reached():
    assert read(*[DONE] * 3, *[MISSED] * 2).group == Group.SAFE
    assert read(*[DONE] * 2, *[MISSED] * 2, OPEN).group == Group.EDGE


def test_dearest_duty_decides_whether_one_more_may_be_missed():
    found = read(DONE, ("pending", "on_time", "0.5"), ("pending", "on_time", "3"))
    assert (found.slack, found.group) == (0, Group.EDGE)


def test_duty_that_can_be_done_late_brings_its_part_and_is_no_missed_one():
    found = read(DONE, LATE)
    assert (found.reachable, found.open, found.missed) == (Fraction(3, 4), (1,), ())


def test_what_would_have_to_be_mended():
    assert read(*[DONE] * 3, *[MISSED] * 7).to_mend == 3
    assert read(MISSED, ("missed", "late", "9"), line=Fraction(1)).to_mend == 2
    assert read(DONE, ("late", "no", "9"), line=Fraction(1)).to_mend is None


STATES = st.sampled_from(
    [
        ("done", "no"),
        ("late", "no"),
        ("excused", "no"),
        ("missed", "no"),
        ("missed", "late"),
        ("pending", "on_time"),
        ("pending", "late"),
        ("pending", "no"),
    ]
)
WEIGHTS = st.integers(0, 400).map(lambda n: Decimal(n) / 100)


@given(
    st.lists(st.tuples(STATES, WEIGHTS), max_size=8),
    st.integers(0, 1000).map(lambda n: Decimal(n) / 1000),
    st.fractions(0, 1, max_denominator=20),
)
def test_greedy_counts_equal_brute_force(given_duties, late_share, line):
    rows = [Counted(key, state, still, weight) for key, ((state, still), weight) in enumerate(given_duties)]
    found = outlook(rows, late_share=late_share, line=line, behind=BEHIND)
    figures = settling.progress([settling.Counted(r.state, r.still, r.weight) for r in rows], late_share)
    assert (found.so_far, found.whole, found.reachable) == (figures.so_far, figures.whole, figures.reachable)
    if found.reachable is None:
        assert found.group == Group.SAFE
        return

    def at_best(changed: dict[int, tuple[str, str]]) -> Fraction:
        states = [settling.Counted(*changed.get(r.key, (r.state, r.still)), r.weight) for r in rows]
        return settling.progress(states, late_share).reachable or Fraction(0)

    def survives(count: int) -> bool:
        gone = (DutyState.MISSED, Still.NO)
        return all(at_best(dict.fromkeys(lost, gone)) >= line for lost in combinations(found.open, count))

    if found.reachable >= line:
        most = max(n for n in range(len(found.open) + 1) if all(survives(m) for m in range(n + 1)))
        assert found.slack == most
        assert (found.group == Group.EDGE) == bool(found.open and most == 0)
    else:
        assert found.group == Group.LOST
        missed = [r.key for r in rows if r.state == DutyState.MISSED]
        mended = (DutyState.DONE, Still.NO)
        enough = (
            n
            for n in range(1, len(missed) + 1)
            if any(at_best(dict.fromkeys(m, mended)) >= line for m in combinations(missed, n))
        )
        assert found.to_mend == next(enough, None)
