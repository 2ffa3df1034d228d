"""Expressions: one table of cases, which the phone's module answers alike (tests/browser/test_resident_surveys.py)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.fieldwork.settling.expressions import BadExpression, asks_own, holds, parse, references

CASES = json.loads(Path(__file__).with_name("expressions.json").read_text(encoding="utf-8"))


def outcome(source, answers, own):
    try:
        return holds(parse(source), answers, own)
    except BadExpression as bad:
        return bad.code


@pytest.mark.parametrize(("source", "answers", "own", "expected"), CASES)
def test_expression_is_as_the_table_says(source, answers, own, expected):
    assert outcome(source, answers, own) == expected


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("(" * 10_000 + "1" + ")" * 10_000, "long"),
        ("(" * 400 + "1" + ")" * 400, "deep"),
        ("not(" * 200 + "1" + ")" * 200, "deep"),
        ("1" + " or 1" * 600, "long"),
    ],
)
def test_what_is_too_much_is_refused_before_it_is_reckoned(source, code):
    assert outcome(source, {}, "") == code


def test_long_chains_are_no_depth():
    assert holds(parse(" and ".join(["1"] * 400)), {})
    assert holds(parse("1" + "=1" * 400), {})


def test_references_and_own_are_found_everywhere():
    tree = parse("not(selected(${a}, 'x')) and (${b} > 1 or ${c} = ${d}) and . != ''")
    assert list(references(tree)) == ["a", "b", "c", "d"]
    assert asks_own(tree)
    assert not asks_own(parse("${a} = '.'"))


@given(st.text(max_size=60))
def test_any_text_is_true_false_or_named(text):
    assert outcome(text, {}, "") in {True, False, "long", "deep", "function", "sign", "broken"}
