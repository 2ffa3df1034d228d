"""The mean of marks: its rule, its warnings, what it refuses."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.engines.calibration import (
    BadDesign,
    CalibrationWarning,
    DuplicateRating,
    EmptyTable,
    Infinite,
    Negative,
    NotANumber,
    NotWhole,
    OptionNotAvailable,
    OutOfRange,
    Ratings,
    UnknownIndex,
    mean_of_marks,
)


def ratings(rows, *, max_score=(5, 5), criterion_weight=None, n_learners=None, n_judges=None, weight=None):
    learner, judge, criterion, score = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Ratings(
        learner=np.array(learner),
        judge=np.array(judge),
        criterion=np.array(criterion),
        score=np.array(score),
        max_score=np.array(max_score),
        n_learners=max(learner, default=-1) + 1 if n_learners is None else n_learners,
        n_judges=max(judge, default=-1) + 1 if n_judges is None else n_judges,
        n_criteria=len(max_score),
        criterion_weight=None if criterion_weight is None else np.array(criterion_weight),
        weight=weight,
    )


def test_performance_is_the_mean_of_the_judges_weighted_totals():
    # judge 0: 4 of 5 (weight 60), 5 of 5 (weight 40) → 88; judge 1: 3 of 5, 5 of 5 → 76
    result = mean_of_marks(
        ratings([(0, 0, 0, 4), (0, 0, 1, 5), (0, 1, 0, 3), (0, 1, 1, 5)], criterion_weight=(60, 40))
    )
    (learner,) = result.learners
    assert [sheet.total for sheet in learner.sheets] == [F(88), F(76)]
    assert learner.performance == F(82)
    assert learner.raw_mean == F(17, 4)
    assert learner.n_judges == 2
    assert result.warnings == ()
    assert [(judge.n, judge.mean) for judge in result.judges] == [(1, F(88)), (1, F(76))]


def test_criteria_with_different_numbers_of_levels_weigh_as_their_weights_say():
    (learner,) = mean_of_marks(
        ratings([(0, 0, 0, 2), (0, 0, 1, 90)], max_score=(3, 100), criterion_weight=(50, 50))
    ).learners
    assert learner.performance == (F(200, 3) + 90) / 2  # exactly, not 78.33


def test_six_finalists_keep_the_raw_order():
    marks = {
        "A": {2: 90, 3: 84},
        "B": {1: 94, 2: 88},
        "C": {1: 92, 3: 80},
        "D": {1: 90, 2: 84},
        "E": {2: 82, 3: 76},
        "F": {1: 86, 3: 74},
    }
    rows = [(i, j - 1, 0, s) for i, of in enumerate(marks.values()) for j, s in of.items()]
    result = mean_of_marks(ratings(rows, max_score=(100,)))
    assert [learner.performance for learner in result.learners] == [87, 91, 86, 87, 79, 80]
    assert [learner.rank for learner in result.learners] == [2, 1, 4, 2, 6, 5]
    assert result.warnings == ()


def test_a_sheet_with_a_missing_criterion_counts_for_nothing_and_is_named():
    result = mean_of_marks(ratings([(0, 0, 0, 4), (0, 0, 1, 4), (0, 1, 0, 1), (1, 1, 0, 2), (1, 1, 1, 2)]))
    first, second = result.learners
    assert (first.performance, first.n_judges, second.performance) == (F(80), 1, F(40))
    assert first.sheets[1].total is None
    assert first.sheets[1].missing == (1,)
    assert result.warnings == (
        CalibrationWarning("unlinked"),
        CalibrationWarning("single_judge", learner=0),
        CalibrationWarning("missing_marks", learner=0, judge=1),
        CalibrationWarning("single_judge", learner=1),
    )


def test_a_learner_without_a_complete_sheet_has_no_figure_and_no_rank():
    result = mean_of_marks(ratings([(0, 0, 0, 4), (0, 0, 1, 4)], n_learners=2))
    assert result.learners[1].performance is None
    assert result.learners[1].raw_mean is None
    assert result.learners[1].rank is None
    assert CalibrationWarning("not_judged", learner=1) in result.warnings


def test_one_judge_alone_is_said():
    result = mean_of_marks(ratings([(0, 0, 0, 4), (0, 0, 1, 4)]))
    assert result.warnings == (CalibrationWarning("one_judge"), CalibrationWarning("single_judge", learner=0))


@given(st.randoms(use_true_random=False), st.integers(1, 6), st.integers(1, 4))
def test_row_order_changes_nothing(random, learners, judges):
    rows = [
        (learner, judge, criterion, random.randint(1, 5))
        for learner in range(learners)
        for judge in range(judges)
        for criterion in range(2)
    ]
    shuffled = random.sample(rows, len(rows))
    assert mean_of_marks(ratings(rows)) == mean_of_marks(ratings(shuffled))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=5))
def test_performance_stays_between_the_lowest_and_the_highest_sheet(sheets):
    rows = [
        (0, judge, criterion, score) for judge, of in enumerate(sheets) for criterion, score in enumerate(of)
    ]
    (learner,) = mean_of_marks(ratings(rows)).learners
    totals = [sheet.total for sheet in learner.sheets]
    assert min(totals) <= learner.performance <= max(totals)
    assert 0 <= learner.performance <= 100


GOOD = (0, 0, 0, 4)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ((0, 0, 1, float("nan")), NotANumber),
        ((0, 0, 1, None), NotANumber),
        ((0, 0, 1, "甲"), NotANumber),
        ((0, 0, 1, float("inf")), Infinite),
        ((0, 0, 1, -1), Negative),
        ((0, 0, 1, 2.5), NotWhole),
        ((0, 0, 1, 6), OutOfRange),
        ((0, 0, 7, 3), UnknownIndex),
        ((0, -1, 1, 3), UnknownIndex),
        ((0, 0.5, 1, 3), UnknownIndex),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_by_name_and_row(row, error):
    with pytest.raises(error) as caught:
        mean_of_marks(ratings([GOOD, row], n_learners=1, n_judges=1))
    assert type(caught.value) is error
    assert caught.value.rows == (1,)


def test_a_mark_given_twice_names_both_rows():
    with pytest.raises(DuplicateRating) as caught:
        mean_of_marks(ratings([GOOD, (0, 0, 1, 4), (0, 0, 0, 4)]))
    assert caught.value.rows == (0, 2)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"rows": []}, EmptyTable),
        ({"max_score": (5, 0)}, BadDesign),
        ({"criterion_weight": (60, 0)}, BadDesign),
        ({"criterion_weight": (60,)}, BadDesign),
        ({"criterion_weight": (60.5, 39.5)}, BadDesign),
        ({"weight": np.array([1.0])}, OptionNotAvailable),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_by_name(change, error):
    with pytest.raises(error):
        mean_of_marks(ratings(**({"rows": [GOOD]} | change)))


def test_columns_of_different_length_are_refused():
    good = ratings([GOOD])
    with pytest.raises(BadDesign):
        mean_of_marks(
            Ratings(
                learner=np.array([0, 1]),
                judge=good.judge,
                criterion=good.criterion,
                score=good.score,
                max_score=good.max_score,
                n_learners=2,
                n_judges=1,
                n_criteria=2,
            )
        )


def test_small_integer_columns_do_not_overflow():
    rows = [(0, judge, 0, 127) for judge in range(100)]
    table = ratings(rows, max_score=(127,))
    small = Ratings(
        learner=table.learner.astype(np.int8),
        judge=table.judge.astype(np.int8),
        criterion=table.criterion.astype(np.int8),
        score=table.score.astype(np.int8),
        max_score=table.max_score.astype(np.int8),
        n_learners=1,
        n_judges=100,
        n_criteria=1,
    )
    assert mean_of_marks(small).learners[0].raw_mean == 127
