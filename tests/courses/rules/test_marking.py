"""Marking: each kind, what is right, partly right and wrong; and answers as they come from anywhere."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.courses.rules import marking

F = Fraction


def mark(kind, key, said, partial=True):
    return marking.mark(kind=kind, key=key, is_partial=partial, said=said)


@pytest.mark.parametrize(("said", "share"), [(["b"], 1), (["a"], 0), ([], 0), (["a", "b"], 0)])
def test_one_choice_is_all_or_nothing(said, share):
    assert mark("single", {"right": ["b"]}, said) == share


@pytest.mark.parametrize(
    ("said", "part", "whole"),
    [
        (["a", "b"], F(1), 1),
        (["a"], F(1, 2), 0),
        (["a", "c"], F(0), 0),
        (["a", "b", "c"], F(1, 2), 0),
        (["a", "b", "c", "d"], F(0), 0),
        (["c", "d"], F(0), 0),
        ([], F(0), 0),
    ],
)
def test_several_choices_lose_what_is_wrong(said, part, whole):
    key = {"right": ["a", "b"]}
    assert mark("multiple", key, said) == part
    assert mark("multiple", key, said, partial=False) == whole


@pytest.mark.parametrize(
    ("said", "part", "whole"),
    [
        ("abcd", F(1), 1),
        ("bcda", F(2, 3), 0),  # bc, cd
        ("bacd", F(1, 3), 0),  # cd
        ("dcba", F(0), 0),
        ("abdc", F(1, 3), 0),  # ab
    ],
)
def test_an_order_is_marked_by_its_neighbours(said, part, whole):
    key = {"right": list("abcd")}
    assert mark("ordering", key, list(said)) == part
    assert mark("ordering", key, list(said), partial=False) == whole


@pytest.mark.parametrize("said", ["社区 社会组织", "ＮＧＯ", "ngo", " N G O "])
def test_width_case_and_blanks_of_a_short_answer_make_no_difference(said):
    assert mark("short", {"accepted": ["社区社会组织", "NGO"]}, [said]) == 1


def test_another_short_answer_is_wrong():
    assert mark("short", {"accepted": ["社区社会组织"]}, ["社会组织"]) == 0


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("3.5", 1), ("３．５", 1), ("3.6", 1), ("3.4 米", 1), ("3.5m2", 1), ("+3.5", 1), ("3.61", 0), ("3.39", 0),
        ("三点五", 0), ("3.5 或 4", 0), ("", 0), ("约3.5", 0), ("3,5", 0), ("−3.5", 0),
    ],
)  # fmt: skip
def test_a_number_is_right_within_its_tolerance(said, share):
    assert mark("number", {"value": "3.5", "tolerance": "0.1"}, [said]) == share


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,000", "1000"), ("1，234，567人", "1234567"), ("1e3", "1E+3"), (".5", "0.5"), ("-2", "-2")],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert str(marking.number_in(text)) == number


@given(st.integers(-10_000, 10_000), st.integers(1, 10_000))
def test_exact_text_reads_back_the_same(over, under):
    assert Fraction(marking.exact(Fraction(over, under))) == Fraction(over, under)


@pytest.mark.parametrize(
    ("share", "text"), [(F(4, 5), "0.8"), (F(1), "1"), (F(2, 3), "2/3"), (F(0), "0"), (F(10), "10")]
)
def test_exact_text_is_a_decimal_where_it_ends(share, text):
    assert marking.exact(share) == text


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("single", ["a"], ["a"]),
        ("single", ["a", "b"], None),
        ("single", ["x"], None),
        ("multiple", ["b", "a"], ["a", "b"]),
        ("multiple", ["a", "a"], None),
        ("ordering", ["b", "a", "c"], ["b", "a", "c"]),
        ("ordering", ["a", "b"], None),
        ("short", ["  你好 "], ["你好"]),
        ("short", ["  "], []),
        ("short", ["a", "b"], None),
        ("number", ["字" * 900], ["字" * 500]),
        ("single", "a", None),
        ("single", [1], None),
        ("single", None, None),
        ("multiple", [], []),
    ],
)
def test_what_is_no_answer_is_not_kept(kind, said, kept):
    assert marking.readable(kind, ["a", "b", "c"], said) == kept


@given(st.sets(st.sampled_from("abcdef"), min_size=1), st.sets(st.sampled_from("abcdef")))
def test_the_share_of_several_choices_lies_between_nothing_and_all(right, said):
    share = mark("multiple", {"right": sorted(right)}, sorted(said))
    assert 0 <= share <= 1
    assert (share == 1) == (right == said)
