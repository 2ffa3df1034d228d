"""Parts of a design, against the rank of its effects."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yingzao.engines.design import Part, parts


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
