"""What questions say: golden figures counted by hand, and no figure where there is not enough."""

from fractions import Fraction
from math import isclose, sqrt

import pytest

from yingzao.courses.rules import items
from yingzao.courses.rules.items import Answered, Figure

F = Fraction


def table(rows, points=1):
    """Attempts from rows of 0 and 1; items are numbered from 0."""
    return [
        [Answered(n, F(mark), F(points), ("a",) if mark else ("b",)) for n, mark in enumerate(row)]
        for row in rows
    ]


# Five persons, four questions. Sums 4, 3, 2, 1, 0: mean 2, Σ(d²) = 10, s²ₜ = 10/4 = 2.5.
# Item 0: 1 1 1 1 0, mean .8, Σd² = .8, s² = .2;  item 1: 1 1 1 0 0, mean .6, Σd² = 1.2, s² = .3;
# item 2: 1 1 0 0 0, s² = .3;  item 3: 1 0 0 0 0, s² = .2.  Σs² = 1.0.
# alpha = 4/3 · (1 − 1/2.5) = 4/3 · 0.6 = 0.8.
GUTTMAN = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]


def test_alpha_by_hand_and_as_kr20():
    rows = [[F(m) for m in row] for row in GUTTMAN]
    assert items.cronbach(rows) == 0.8
    # KR-20 with population variances: pq = .16 + .24 + .24 + .16 = .8, σ²ₜ = 10/5 = 2: 4/3 · (1 − .4) = .8
    assert isclose(4 / 3 * (1 - 0.8 / 2), 0.8)


def test_corrected_point_biserial_by_hand():
    # Item 0 against the rest (3, 2, 1, 0, 0; mean 1.2): Σxy dev = (.2·1.8)+(.2·.8)+(.2·−.2)+(.2·−1.2)+(−.8·−1.2) = 1.2;
    # Σx² = .8, Σy² = 3.24+.64+.04+1.44+1.44 = 6.8;  r = 1.2/√(.8·6.8) = .5145…
    pairs = [(F(1), F(3)), (F(1), F(2)), (F(1), F(1)), (F(1), F(0)), (F(0), F(0))]
    assert isclose(items.correlation(pairs), 1.2 / sqrt(0.8 * 6.8))


def test_figures_of_a_whole_table():
    many = table(GUTTMAN * 4)
    found = items.items_of(many)
    assert [found[n].facility for n in range(4)] == [Figure(p, 20) for p in (0.8, 0.6, 0.4, 0.2)]
    assert isclose(found[0].discrimination.value, 1.2 / sqrt(0.8 * 6.8))
    assert found[0].chosen == {"a": 16, "b": 4}
    # 20 rows: s² of samples change by 20/19 alike, so that their ratio, and alpha, stays.
    assert items.alpha(many) == Figure(0.8, 20)


def test_points_weigh_in_alpha_and_the_rest():
    attempts = [[Answered(0, F(x), F(1)), Answered(1, F(x), F(3))] for x in (0, 1) for _n in range(10)]
    assert items.items_of(attempts)[0].discrimination.value == pytest.approx(1)
    # s²: 10/38·… item 0 v, item 1 9v, total 16v: 2 · (1 − 10/16) = 0.75
    assert items.alpha(attempts).value == 0.75


@pytest.mark.parametrize(("n", "why"), [(9, "few"), (10, "")])
def test_facility_begins_at_ten_answers(n, why):
    assert items.items_of(table([[1, 0]] * n))[0].facility.why == why


def test_discrimination_and_alpha_begin_at_twenty():
    few = table((GUTTMAN * 4)[:19])
    assert items.items_of(few)[0].discrimination == Figure(None, 19, "few")
    assert items.alpha(few) == Figure(None, 19, "few")


def test_nothing_is_invented_where_everybody_answered_the_same():
    same = table([[1, 1]] * 25)
    assert items.items_of(same)[0].discrimination == Figure(None, 25, "same")
    assert items.alpha(same) == Figure(None, 25, "same")


def test_alpha_needs_the_same_questions_for_everybody():
    mixed = [*table(GUTTMAN * 4), [Answered(9, F(1), F(1))]]
    assert items.alpha(mixed) == Figure(None, 21, "different")


def test_not_answered_is_counted_apart_from_every_option():
    attempts = [[Answered(0, F(0), F(1), ())], [Answered(0, F(1), F(1), ("a", "c"))]]
    found = items.items_of(attempts)[0]
    assert (found.n, found.unanswered, found.chosen) == (2, 1, {"a": 1, "c": 1})
