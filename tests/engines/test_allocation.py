"""The draw: k judges an entry, conflicts, level loads, seeds, locked choices, obstacles."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yingzao.engines.allocation import Impossible, Obstacle, Problem, allocate


def names(prefix, count):
    return tuple(f"{prefix}{i:02}" for i in range(count))


def judges_of(draw, entry):
    return {judge for e, judge in draw.pairs if e == entry}


def test_every_entry_gets_k_judges_and_loads_differ_by_one_at_most():
    draw = allocate(Problem(names("E", 25), names("J", 6), per_entry=2, seed=7))
    assert [len(judges_of(draw, e)) for e in names("E", 25)] == [2] * 25
    assert sum(draw.load.values()) == 50
    assert draw.spread == 1


def test_the_same_seed_draws_the_same_and_another_draws_differently():
    problem = Problem(names("E", 20), names("J", 5), per_entry=2, seed=1)
    turned = Problem(names("E", 20)[::-1], names("J", 5)[::-1], per_entry=2, seed=1)
    assert allocate(problem) == allocate(turned)
    assert allocate(problem) != allocate(Problem(names("E", 20), names("J", 5), per_entry=2, seed=2))


def test_locked_choices_are_kept_and_counted_in_the_load():
    locked = frozenset({("E00", "J00"), ("E01", "J00"), ("E02", "J00")})
    draw = allocate(Problem(names("E", 3), names("J", 4), per_entry=2, locked=locked, seed=3))
    assert locked <= set(draw.pairs)
    assert draw.load == {"J00": 3, "J01": 1, "J02": 1, "J03": 1}


def test_an_entry_with_more_locked_judges_than_asked_keeps_them():
    locked = frozenset({("E00", "J00"), ("E00", "J01"), ("E00", "J02")})
    draw = allocate(Problem(("E00",), names("J", 4), per_entry=2, locked=locked))
    assert set(draw.pairs) == locked


def test_an_entry_with_too_few_judges_is_named_with_how_many_it_has():
    conflicts = frozenset({("E01", "J00"), ("E01", "J01")})
    with pytest.raises(Impossible) as caught:
        allocate(Problem(names("E", 3), names("J", 3), per_entry=2, conflicts=conflicts))
    assert caught.value.obstacles == (Obstacle("too_few_judges", entry="E01", available=1, needed=2),)


def test_every_obstacle_is_named_at_once():
    with pytest.raises(Impossible) as caught:
        allocate(
            Problem(
                ("E00", "E01"),
                ("J00", "J01"),
                per_entry=2,
                conflicts=frozenset({("E00", "J00")}),
                locked=frozenset({("E00", "J00"), ("E01", "J77")}),
            )
        )
    assert [o.code for o in caught.value.obstacles] == ["locked_conflict", "unknown_name", "too_few_judges"]


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (Problem((), ("J",), per_entry=1), "nothing_to_draw"),
        (Problem(("E",), (), per_entry=1), "nothing_to_draw"),
        (Problem(("E",), ("J",), per_entry=0), "bad_number"),
    ],
)
def test_a_problem_that_is_none_is_refused(problem, code):
    with pytest.raises(Impossible) as caught:
        allocate(problem)
    assert [o.code for o in caught.value.obstacles] == [code]


def test_a_chain_of_moves_levels_what_greed_alone_cannot():
    # J00 may judge all, J01 only E00 and E01, J02 only E00: level is one each.
    conflicts = frozenset({("E01", "J02"), ("E02", "J01"), ("E02", "J02")})
    for seed in range(30):
        draw = allocate(Problem(names("E", 3), names("J", 3), per_entry=1, conflicts=conflicts, seed=seed))
        assert draw.load == {"J00": 1, "J01": 1, "J02": 1}


def least_squares_by_trying_all(problem):
    choices = [
        [
            set(c)
            for c in combinations(
                [j for j in problem.judges if (e, j) not in problem.conflicts], problem.per_entry
            )
        ]
        for e in problem.entries
    ]
    return min(
        sum(sum(j in chosen for chosen in way) ** 2 for j in problem.judges) for way in product(*choices)
    )


@settings(max_examples=150, deadline=None)
@given(
    entries=st.integers(1, 5),
    judges=st.integers(1, 4),
    per_entry=st.integers(1, 2),
    seed=st.integers(0, 1000),
    data=st.data(),
)
def test_loads_are_as_level_as_conflicts_allow(entries, judges, per_entry, seed, data):
    all_pairs = list(product(names("E", entries), names("J", judges)))
    conflicts = frozenset(data.draw(st.sets(st.sampled_from(all_pairs))))
    problem = Problem(
        names("E", entries), names("J", judges), per_entry=per_entry, conflicts=conflicts, seed=seed
    )
    short = [
        entry
        for entry in problem.entries
        if sum((entry, judge) not in conflicts for judge in problem.judges) < per_entry
    ]
    if short:
        with pytest.raises(Impossible) as caught:
            allocate(problem)
        assert [o.entry for o in caught.value.obstacles] == short
        return
    draw = allocate(problem)
    assert not set(draw.pairs) & conflicts
    assert sum(load**2 for load in draw.load.values()) == least_squares_by_trying_all(problem)


def test_judges_are_not_tied_to_each_other():
    """With 30 entries and 6 judges every two judges meet on some entry: severity can be told from ability."""
    draw = allocate(Problem(names("E", 30), names("J", 6), per_entry=2, seed=20211201))
    met = {frozenset(judges_of(draw, e)) for e in names("E", 30)}
    assert len(met) >= 10
