"""Drawing questions: the same seed draws the same, none twice."""

from hypothesis import given
from hypothesis import strategies as st

from yingzao.courses.rules.drawing import Wanted, draw, shuffled, shuffled_apart

POOL = tuple(range(100, 120))


@given(st.integers(0, 2**48))
def test_the_same_seed_draws_the_same_and_none_twice(seed):
    wanted = [Wanted(question=101), Wanted(pool=POOL, count=5), Wanted(pool=POOL, count=5)]
    drawn = draw(wanted, seed=seed, shuffles=True)
    assert drawn == draw(wanted, seed=seed, shuffles=True)
    assert len(drawn) == len(set(drawn)) == 11
    assert 101 in drawn


def test_without_shuffling_fixed_questions_stand_where_they_were_put():
    assert draw([Wanted(question=3), Wanted(question=1), Wanted(question=3)], seed=1, shuffles=False) == [
        3,
        1,
    ]


def test_a_pool_that_has_too_few_gives_what_it_has():
    assert sorted(draw([Wanted(pool=(1, 2), count=9)], seed=1, shuffles=False)) == [1, 2]


def test_every_question_of_a_pool_can_be_drawn():
    assert {draw([Wanted(pool=POOL)], seed=seed, shuffles=False)[0] for seed in range(400)} == set(POOL)


@given(st.integers(0, 2**48), st.integers(0, 50))
def test_an_ordering_is_never_shown_as_it_is_right(seed, place):
    order = shuffled_apart(["a", "b"], seed=seed, place=place)
    assert order == ["b", "a"]
    assert sorted(shuffled("abcde", seed=seed, place=place)) == list("abcde")
