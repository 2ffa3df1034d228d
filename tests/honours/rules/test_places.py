"""The list: threshold, bars, quota, ties and reserve."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.honours.rules.test_total import usual
from yingzao.honours.rules.places import (
    BARRED,
    CHOSEN,
    NOT_CHOSEN,
    RESERVE,
    TIED,
    Candidate,
    ListTerms,
    TieChoice,
    list_places,
    quota_of,
)

SCHEME = usual(40, 60)


def terms(
    quota=3, *, kind="number", reserve=0, least=60, rule=("performance", "completion", "earlier")
) -> ListTerms:
    return ListTerms(kind, Fraction(quota), reserve, Fraction(least), rule)


def candidate(code, completion, performance, at=None, barred=False) -> Candidate:
    def exact(value):
        return None if value is None else Fraction(value)

    return Candidate(code, exact(completion), exact(performance), at, barred)


def listed(outcome) -> list[tuple]:
    return [(place.code, place.rank, place.state) for place in outcome.places]


@pytest.mark.parametrize(
    ("kind", "quota", "learners", "places"),
    [
        ("number", 3, 90, 3),
        ("percent", 15, 90, 13),  # 13.5 rounds down
        ("percent", 15, 6, 1),  # 0.9 gives one all the same
        ("percent", 15, 0, 1),
        ("percent", "33.34", 3, 1),
        ("number", 0, 90, 0),
    ],
)
def test_quota(kind, quota, learners, places):
    assert quota_of(terms(quota, kind=kind), learners) == places


def test_the_best_totals_take_the_places():
    outcome = list_places(
        [candidate("C", 100, 70), candidate("A", 100, 90), candidate("D", 100, 60), candidate("B", 90, 90)],
        SCHEME,
        terms(2, reserve=1),
    )
    assert listed(outcome) == [
        ("A", 1, CHOSEN),
        ("B", 2, CHOSEN),
        ("C", 3, RESERVE),
        ("D", 4, NOT_CHOSEN),
    ]
    assert [place.total for place in outcome.places] == [
        Decimal("94.00"),
        Decimal("90.00"),
        Decimal("82.00"),
        Decimal("76.00"),
    ]


def test_who_is_barred_below_the_threshold_or_unjudged_takes_no_place_and_has_no_rank():
    outcome = list_places(
        [
            candidate("BAR", 100, 100, barred=True),
            candidate("LOW", "59.994", 100),
            candidate("NONE", 100, None),
            candidate("OK", 60, 10),
            candidate("EXCUSED", None, 90),
        ],
        SCHEME,
        terms(3),
    )
    assert [(p.code, p.rank, p.state, p.why) for p in outcome.places] == [
        ("OK", 1, CHOSEN, ""),
        ("LOW", None, NOT_CHOSEN, "below_threshold"),
        ("EXCUSED", None, NOT_CHOSEN, "no_duties"),
        ("NONE", None, NOT_CHOSEN, "unjudged"),
        ("BAR", None, BARRED, ""),
    ]


def test_the_threshold_counts_the_published_figure():
    outcome = list_places([candidate("A", "59.995", 90)], SCHEME, terms(1))
    assert listed(outcome) == [("A", 1, CHOSEN)]
    assert outcome.places[0].completion == Decimal("60.00")


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        (("performance",), ["P", "C"]),
        (("completion",), ["C", "P"]),
        (("earlier", "performance"), ["C", "P"]),
        (("performance", "earlier"), ["P", "C"]),
    ],
)
def test_tie_rule_is_applied_in_its_order(rule, order):
    # 0.4·85 + 0.6·90 = 88 = 0.4·100 + 0.6·80
    tied = [candidate("P", 85, 90, "2021-12-02T00:00"), candidate("C", 100, 80, "2021-12-01T00:00")]
    assert [place.code for place in list_places(tied, SCHEME, terms(1, rule=rule)).places] == order


def test_earlier_completion_breaks_the_tie_and_who_completed_nothing_comes_last():
    same = [
        candidate("N", 80, 80),
        candidate("L", 80, 80, "2021-12-02"),
        candidate("E", 80, 80, "2021-12-01"),
    ]
    outcome = list_places(same, SCHEME, terms(1, least=0))
    assert listed(outcome) == [("E", 1, CHOSEN), ("L", 2, NOT_CHOSEN), ("N", 3, NOT_CHOSEN)]


def test_totals_that_differ_only_beyond_the_published_digits_are_a_tie():
    outcome = list_places([candidate("A", 80, "80.001"), candidate("B", 80, "80.002")], SCHEME, terms(1))
    assert listed(outcome) == [("A", 1, TIED), ("B", 1, TIED)]


def test_a_tie_that_the_rules_do_not_break_takes_neither_place():
    same = [candidate("A", 90, 90), candidate("B", 80, 80), candidate("C", 80, 80), candidate("D", 70, 70)]
    outcome = list_places(same, SCHEME, terms(2, reserve=1))
    assert listed(outcome) == [("A", 1, CHOSEN), ("B", 2, TIED), ("C", 2, TIED), ("D", 4, NOT_CHOSEN)]
    assert (outcome.open_places, outcome.tied) == (1, frozenset("BC"))


def test_a_decided_tie_gives_its_place_and_the_other_leads_the_reserve():
    same = [candidate("A", 90, 90), candidate("B", 80, 80), candidate("C", 80, 80), candidate("D", 70, 70)]
    choice = TieChoice(tied=frozenset("BC"), chosen=frozenset("C"))
    outcome = list_places(same, SCHEME, terms(2, reserve=1), [choice])
    assert listed(outcome) == [("A", 1, CHOSEN), ("B", 2, RESERVE), ("C", 2, CHOSEN), ("D", 4, NOT_CHOSEN)]
    assert outcome.place("C").why == "tie_decided"
    assert outcome.tied == frozenset()


def test_a_decision_about_other_learners_does_not_apply():
    same = [candidate("B", 80, 80), candidate("C", 80, 80)]
    outcome = list_places(same, SCHEME, terms(1), [TieChoice(tied=frozenset("BX"), chosen=frozenset("X"))])
    assert outcome.tied == frozenset("BC")


def test_a_tie_above_the_line_needs_no_decision():
    same = [candidate("A", 80, 80), candidate("B", 80, 80), candidate("C", 70, 70)]
    outcome = list_places(same, SCHEME, terms(2))
    assert listed(outcome) == [("A", 1, CHOSEN), ("B", 1, CHOSEN), ("C", 3, NOT_CHOSEN)]


figures = st.integers(0, 100).map(Fraction)
cohorts = st.lists(
    st.tuples(
        figures,
        st.one_of(st.none(), figures),
        st.sampled_from(["2021-12-01", "2021-12-02", None]),
        st.booleans(),
    ),
    max_size=12,
).map(lambda rows: [Candidate(f"L{i:02}", c, p, at, barred) for i, (c, p, at, barred) in enumerate(rows)])


@given(cohorts, st.integers(0, 6), st.integers(0, 4), st.randoms(use_true_random=False))
def test_whatever_the_cohort(candidates, quota, reserve, chance):
    rules = terms(quota, reserve=reserve, least=30)
    outcome = list_places(candidates, SCHEME, rules)
    shuffled = list(candidates)
    chance.shuffle(shuffled)
    assert list_places(shuffled, SCHEME, rules) == outcome  # the order of input does not matter
    states = [place.state for place in outcome.places]
    assert states.count(CHOSEN) + outcome.open_places <= quota
    assert states.count(RESERVE) <= reserve
    assert sorted(place.code for place in outcome.places) == [c.code for c in candidates]
    ranked = [place for place in outcome.places if place.rank is not None]
    assert [place.total for place in ranked] == sorted((place.total for place in ranked), reverse=True)
    eligible = len(ranked)
    if not outcome.tied:
        assert states.count(CHOSEN) == min(quota, eligible)
    else:
        assert states.count(TIED) == len(outcome.tied) > outcome.open_places > 0
        chosen = frozenset(sorted(outcome.tied)[: outcome.open_places])
        decided = list_places(candidates, SCHEME, rules, [TieChoice(outcome.tied, chosen)])
        assert [p.state for p in decided.places].count(CHOSEN) == quota
        assert decided.tied == frozenset()


@given(cohorts, st.integers(1, 6))
def test_a_better_performance_never_costs_a_rank(candidates, quota):
    judged = [c for c in candidates if c.performance is not None and c.performance <= 99 and not c.barred]
    if not judged:
        return
    lucky = judged[0]
    raised = [
        c if c is not lucky else Candidate(c.code, c.completion, c.performance + 1, c.completed_at)
        for c in candidates
    ]
    before = list_places(candidates, SCHEME, terms(quota)).place(lucky.code).rank
    after = list_places(raised, SCHEME, terms(quota)).place(lucky.code).rank
    assert (before is None) == (after is None)
    assert before is None or after <= before
