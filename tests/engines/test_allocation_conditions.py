"""Capacity, soft conflicts, standing pairs, connected designs, reasons: against trying everything."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yingzao.engines import design
from yingzao.engines.allocation import Impossible, Obstacle, Problem, allocate, explain, ties


def names(prefix, count):
    return tuple(f"{prefix}{i:02}" for i in range(count))


@st.composite
def problems(draw):
    entries, judges = names("E", draw(st.integers(1, 4))), names("J", draw(st.integers(1, 4)))
    pairs = list(product(entries, judges))
    some = st.sets(st.sampled_from(pairs), max_size=5)
    conflicts = frozenset(draw(some))
    return Problem(
        entries,
        judges,
        per_entry=draw(st.integers(1, 2)),
        conflicts=conflicts,
        locked=frozenset(draw(st.sets(st.sampled_from(pairs), max_size=2))) - conflicts,
        avoid=frozenset(draw(some)),
        standing=frozenset(draw(some)),
        capacity={j: draw(st.integers(0, 4)) for j in draw(st.sets(st.sampled_from(judges)))},
        seed=draw(st.integers(0, 50)),
    )


def every_draw(problem):
    """All draws that keep the hard conditions, each as a set of pairs."""
    ways = []
    for entry in problem.entries:
        kept = {j for e, j in problem.locked if e == entry}
        free = [j for j in problem.judges if j not in kept and (entry, j) not in problem.conflicts]
        ways.append(
            [
                {(entry, j) for j in (*kept, *more)}
                for more in combinations(free, max(problem.per_entry - len(kept), 0))
            ]
        )
    for way in product(*ways):
        pairs = set().union(*way)
        if all(sum(j == judge for _, j in pairs) <= limit for judge, limit in problem.capacity.items()):
            yield pairs


def price(problem, pairs):
    """What is made small, in its order: pairs against a wish, standing pairs moved, squared loads."""
    return (
        len(set(pairs) & problem.avoid - problem.locked),
        len(problem.standing - problem.conflicts - set(pairs)),
        sum(sum(j == judge for _, j in pairs) ** 2 for judge in problem.judges),
    )


@settings(max_examples=400, deadline=None)
@given(problems())
def test_a_draw_is_the_best_of_all_draws(problem):
    possible = [price(problem, pairs) for pairs in every_draw(problem)]
    if not possible:
        with pytest.raises(Impossible) as caught:
            allocate(problem)
        assert caught.value.obstacles
        return
    draw = allocate(problem)
    assert set(draw.pairs) in list(every_draw(problem))
    assert price(problem, draw.pairs) == min(possible)
    assert draw.load == {j: sum(j == judge for _, judge in draw.pairs) for j in problem.judges}
    assert draw.against == tuple(sorted(set(draw.pairs) & problem.avoid - problem.locked))
    assert draw.moved == tuple(sorted(problem.standing - set(draw.pairs)))


def outcome(problem):
    try:
        return allocate(problem)
    except Impossible as impossible:
        return impossible.obstacles


@settings(max_examples=60, deadline=None)
@given(problems(), st.randoms())
def test_the_order_of_names_changes_nothing(problem, random):
    entries, judges = list(problem.entries), list(problem.judges)
    random.shuffle(entries)
    random.shuffle(judges)
    turned = Problem(
        tuple(entries),
        tuple(judges),
        problem.per_entry,
        problem.conflicts,
        problem.locked,
        problem.seed,
        problem.avoid,
        problem.standing,
        dict(sorted(problem.capacity.items(), reverse=True)),
    )
    assert outcome(turned) == outcome(problem)


def test_full_judges_leave_entries_short_and_each_is_named_with_what_it_lacks():
    with pytest.raises(Impossible) as caught:
        allocate(Problem(names("E", 3), names("J", 2), per_entry=2, capacity={"J00": 1, "J01": 3}))
    obstacles = caught.value.obstacles
    assert {(o.code, o.available, o.needed) for o in obstacles} == {("too_little_capacity", 1, 2)}
    assert len(obstacles) == 2


def test_a_judge_with_more_locked_entries_than_they_take_is_named():
    locked = frozenset({("E00", "J00"), ("E01", "J00")})
    with pytest.raises(Impossible) as caught:
        allocate(Problem(names("E", 2), names("J", 2), per_entry=1, locked=locked, capacity={"J00": 1}))
    assert caught.value.obstacles == (Obstacle("over_capacity", judge="J00", available=1, needed=2),)


def test_what_is_to_be_avoided_is_drawn_only_where_nobody_else_is_left():
    avoid = frozenset({("E00", "J00"), ("E00", "J01"), ("E01", "J00")})
    draw = allocate(Problem(names("E", 2), names("J", 3), per_entry=2, avoid=avoid, seed=4))
    assert len(draw.against) == 1
    assert draw.against[0][0] == "E00"


def test_when_a_judge_drops_out_only_what_they_had_moves():
    entries, judges = names("E", 30), names("J", 6)
    first = allocate(Problem(entries, judges, per_entry=2, seed=8))
    locked = frozenset(pair for pair in first.pairs if pair[1] == "J01")
    left = frozenset(pair for pair in first.pairs if pair[1] != "J03")
    again = allocate(
        Problem(
            entries,
            tuple(j for j in judges if j != "J03"),
            per_entry=2,
            standing=left - locked,
            locked=locked,
            seed=9,
        )
    )
    assert left <= set(again.pairs)
    assert len(set(again.pairs) - left) == first.load["J03"]
    assert again.moved == ()


def test_parts_are_joined_by_an_exchange_that_keeps_every_load():
    # Two conflicts a side: E00 and E01 could be judged by J00 and J01 alone, E02 and E03 by J02 and J03.
    for seed in range(40):
        draw = allocate(Problem(names("E", 8), names("J", 4), per_entry=2, seed=seed))
        assert len(design.parts(draw.pairs)) == 1
        assert draw.spread == 0


@settings(max_examples=60, deadline=None)
@given(entries=st.integers(4, 30), judges=st.integers(2, 6), seed=st.integers(0, 10_000))
def test_two_judges_an_entry_are_drawn_as_one_design(entries, judges, seed):
    draw = allocate(Problem(names("E", entries), names("J", judges), per_entry=2, seed=seed))
    if entries >= judges:
        assert design.linkage_of(draw.pairs, names("J", judges)).parts == 1


def test_every_judge_of_an_entry_and_every_other_has_a_reason():
    problem = Problem(
        ("E00", "E01", "E02"),
        names("J", 7),
        per_entry=3,
        conflicts=frozenset({("E00", "J01")}),
        locked=frozenset({("E00", "J00")}),
        avoid=frozenset({("E00", "J02"), ("E01", "J02"), ("E02", "J02")}),
        standing=frozenset({("E00", "J03")}),
        capacity={"J04": 0},
        seed=2,
    )
    draw = allocate(problem)
    reasons = {r.judge: r.code for r in explain(problem, draw, "E00")}
    assert reasons["J00"] == "locked"
    assert reasons["J01"] == "conflict"
    assert reasons["J02"] == "avoided"
    assert reasons["J03"] == "stood"
    assert reasons["J04"] == "full"
    assert {reasons["J05"], reasons["J06"]} <= {"drawn", "level", "lot"}
    on = [r.judge for r in explain(problem, draw, "E00") if r.is_on]
    assert {("E00", j) for j in on} == {p for p in draw.pairs if p[0] == "E00"}


def test_judges_tied_to_groups_are_told_from_judges_drawn():
    entries = names("E", 24)
    group_of = {entry: f"组{i % 4}" for i, entry in enumerate(entries)}
    tied = ties([(e, f"J{group_of[e]}") for e in entries], group_of)
    assert tied.strength == pytest.approx(1.0)
    assert tied.judges == tuple(sorted({f"J组{i}" for i in range(4)}))
    for seed in range(20):
        drawn = allocate(Problem(entries, names("J", 6), per_entry=2, seed=seed))
        assert ties(drawn.pairs, group_of).strength < 0.45


@pytest.mark.parametrize("group_of", [{}, {"E00": "一组", "E01": "一组"}, {"E00": "一组", "E01": "二组"}])
def test_without_groups_to_compare_nothing_is_tied(group_of):
    assert ties([("E00", "J00"), ("E01", "J01")], group_of).strength == 0
