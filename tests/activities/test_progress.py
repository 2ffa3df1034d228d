"""The worked table of docs/algorithms/progress.md, and that a count is the same as so many rows."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.activities.enums import DutyState, Still
from yingzao.activities.settling import Counted, Progress, progress

HALF = Decimal("0.5")


@pytest.mark.parametrize(
    ("duties", "figures"),
    [
        ([("done", "no"), ("done", "no"), ("pending", "on_time")], (Fraction(2, 3), 1, 1)),
        ([("done", "no"), ("late", "no"), ("missed", "late")], (HALF, HALF, Fraction(2, 3))),
        ([("excused", "no"), ("pending", "on_time")], (0, None, 1)),
        ([("missed", "no")], (0, 0, 0)),
        ([("excused", "no")], (None, None, None)),
        ([], (None, None, None)),
    ],
)
def test_the_three_figures(duties, figures):
    rows = [Counted(state, still, Decimal(1)) for state, still in duties]
    assert progress(rows, HALF) == Progress(*figures)


def test_weights_count():
    rows = [Counted("done", "no", Decimal("2.50")), Counted("missed", "no", Decimal("0.50"))]
    assert progress(rows, HALF).whole == Fraction(5, 6)


rows = st.builds(
    Counted,
    state=st.sampled_from(DutyState.values),
    still=st.sampled_from(Still.values),
    weight=st.decimals("0.01", "100", places=2),
    count=st.integers(1, 4),
)


@given(st.lists(rows, max_size=8), st.decimals(0, 1, places=3))
def test_a_count_is_so_many_rows_and_the_best_is_never_below_the_whole(duties, late_share):
    single = [Counted(d.state, d.still, d.weight) for d in duties for _ in range(d.count)]
    figures = progress(duties, late_share)
    assert figures == progress(single, late_share)
    if figures.whole is not None:
        assert 0 <= figures.whole <= figures.reachable <= 1
