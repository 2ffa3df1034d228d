"""Parts of a design, against the rank of its effects."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.engines.design import Part, linkage_of, one_more, parts


def nullity_of_judges(pairs, criteria=2):
    """Free directions of judge and criterion effects once learners are projected out, every judge marking all."""
    learners = sorted({learner for learner, _ in pairs})
    judges = sorted({judge for _, judge in pairs})
    rows = [(learners.index(p), judges.index(j), c) for p, j in pairs for c in range(criteria)]
    x = np.zeros((len(rows), len(learners)))
    z = np.zeros((len(rows), len(judges) + criteria))
    for row, (learner, judge, criterion) in enumerate(rows):
        x[row, learner] = z[row, judge] = z[row, len(judges) + criterion] = 1
    left = z - x @ np.linalg.lstsq(x, z, rcond=None)[0]
    return z.shape[1] - np.linalg.matrix_rank(left, tol=1e-8)


def test_parts_are_named_and_sorted():
    assert parts([("丙", "R3"), ("甲", "R1"), ("乙", "R1"), ("甲", "R2")]) == (
        Part(learners=("丙",), judges=("R3",)),
        Part(learners=("乙", "甲"), judges=("R1", "R2")),
    )


def test_nothing_has_no_parts():
    assert parts([]) == ()


@given(st.sets(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("RSTUV")), min_size=1, max_size=14))
def test_the_number_of_parts_is_what_the_rank_says(pairs):
    assert len(parts(pairs)) == nullity_of_judges(sorted(pairs)) - 1


NAMED_PAIRS = st.sets(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("RSTUV")), min_size=2, max_size=16)


def variance_of_differences(pairs):
    """By least squares on learners and judges: the variance of every difference of two judges, mark variance 1."""
    learners, judges = sorted({p for p, _ in pairs}), sorted({j for _, j in pairs})
    x = np.zeros((len(pairs), len(learners) + len(judges)))
    for row, (learner, judge) in enumerate(sorted(pairs)):
        x[row, learners.index(learner)] = x[row, len(learners) + judges.index(judge)] = 1
    cov = np.linalg.pinv(x.T @ x)[len(learners) :, len(learners) :]
    return [
        cov[a, a] + cov[b, b] - 2 * cov[a, b] for a in range(len(judges)) for b in range(a + 1, len(judges))
    ]


@given(NAMED_PAIRS)
def test_linkage_is_what_least_squares_says(pairs):
    found = linkage_of(pairs)
    assert found.rank == found.judges - found.parts
    assert found.parts == len(parts(pairs))
    if found.parts > 1:
        assert (found.strength, found.typical, found.worst) == (0.0, np.inf, np.inf)
        return
    variances = variance_of_differences(pairs)
    if not variances:
        assert (found.typical, found.worst) == (0.0, 0.0)
        return
    assert found.typical == pytest.approx(np.sqrt(np.mean(variances)))
    assert found.worst == pytest.approx(np.sqrt(max(variances)))
    assert 0 < found.efficiency <= 1 + 1e-9


@given(NAMED_PAIRS, st.sets(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("RSTUV")), max_size=6))
def test_the_pair_proposed_is_the_best_of_all_that_are_open(pairs, closed):
    found = one_more(pairs, closed=closed)
    learners, judges = {p for p, _ in pairs}, {j for _, j in pairs}
    open_ = {(p, j) for p in learners for j in judges} - pairs - closed
    if not open_:
        assert found is None
        return
    assert (found.learner, found.judge) in open_
    after = {pair: linkage_of([*pairs, pair]) for pair in open_}
    if found.parts_before > 1:
        assert found.parts_after == min(each.parts for each in after.values())
    else:
        assert found.typical_after == pytest.approx(min(each.typical for each in after.values()))
        assert found.typical_after <= found.typical_before


def test_judges_who_meet_equally_often_are_as_strongly_linked_as_can_be():
    pairs = [(f"L{i}", judge) for i, two in enumerate(("RS", "RT", "ST")) for judge in two]
    found = linkage_of(pairs)
    assert found.efficiency == pytest.approx(1.0)
    assert (found.never_met, found.fewest, found.rank) == (0, 1, 2)


def test_a_judge_without_learners_is_a_part_of_its_own():
    found = linkage_of([("L0", "R"), ("L0", "S")], judges=("R", "S", "T"))
    assert (found.judges, found.parts, found.rank, found.never_met) == (3, 2, 1, 2)


def test_a_full_judge_is_not_proposed():
    pairs = [("L0", "R"), ("L0", "S"), ("L1", "S"), ("L1", "T"), ("L2", "R"), ("L2", "S")]
    assert one_more(pairs).judge == "T"
    assert one_more(pairs, full={"T"}).judge == "R"
