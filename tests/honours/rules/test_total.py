"""Completion, performance and total: exact, rounded half up at the very end."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.honours.rules.figures import half_up
from yingzao.honours.rules.total import BY_WEIGHT, DutyLine, SchemeTerms, completion_of, terms_of, total_of

STATES = ("done", "late", "excused", "missed", "pending")


def usual(completion, performance, **more) -> SchemeTerms:
    """Completion of all duties and the marks, by their weights; late counts half."""
    values = {"completion_weight": completion, "performance_weight": performance, "late_share": "0.5"}
    return terms_of(values | {"duty_weighting": "equal", "decimals": 2} | more)


DEFAULT = usual(40, 60)


def duties(*states: str) -> list[DutyLine]:
    return [DutyLine(f"A{index}", state) for index, state in enumerate(states)]


@pytest.mark.parametrize(
    ("states", "completion"),
    [
        (("done",) * 13, Fraction(100)),
        (("done",) * 12 + ("late",), Fraction(1250, 13)),
        (("done", "missed"), Fraction(50)),
        (("done", "pending"), Fraction(50)),
        (("done", "excused"), Fraction(100)),  # an excused duty is in neither part of the fraction
        (("late", "late"), Fraction(50)),
        (("excused",), None),
        ((), None),
    ],
)
def test_completion_with_equal_weights(states, completion):
    assert completion_of(duties(*states), DEFAULT) == completion


def test_completion_by_activity_weight():
    terms = usual(40, 60, duty_weighting=BY_WEIGHT)
    lines = [DutyLine("A", "done", Fraction(3)), DutyLine("B", "missed", Fraction(1))]
    assert completion_of(lines, terms) == 75
    assert completion_of(lines, DEFAULT) == 50


@pytest.mark.parametrize(
    ("completion", "performance", "total"),
    [
        (Fraction(1250, 13), Fraction(90), Fraction(40 * 1250, 1300) + 54),
        (Fraction(100), None, None),
        (None, Fraction(90), None),
    ],
)
def test_total(completion, performance, total):
    assert total_of({"completion": completion, "performance": performance}, DEFAULT) == total


def test_a_part_without_weight_may_be_missing():
    assert total_of({"completion": Fraction(80), "performance": None}, usual(100, 0)) == 80


@pytest.mark.parametrize("weights", [(40, 50), (101, 0), (0, 0)])
def test_weights_that_do_not_sum_to_100_are_an_error(weights):
    with pytest.raises(ValueError, match="100"):
        usual(*weights)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Fraction("12.345"), 2, "12.35"),
        (Fraction("12.3449999999999"), 2, "12.34"),
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(90), 2, "90.00"),
    ],
)
def test_half_up(value, decimals, text):
    assert str(half_up(value, decimals)) == text


@given(st.lists(st.sampled_from(STATES), max_size=20), st.integers(0, 19))
def test_doing_one_more_duty_never_lowers_completion(states, index):
    before = completion_of(duties(*states), DEFAULT)
    if index < len(states) and states[index] in ("missed", "pending", "late"):
        better = completion_of(duties(*states[:index], "done", *states[index + 1 :]), DEFAULT)
        assert better is not None
        assert better > (before or 0)
    assert before is None or 0 <= before <= 100


@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_completion_does_not_hang_on_the_order_of_duties(states, chance):
    shuffled = list(states)
    chance.shuffle(shuffled)
    assert completion_of(duties(*states), DEFAULT) == completion_of(duties(*shuffled), DEFAULT)
