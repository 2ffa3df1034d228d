"""What somebody said is read as its question's kind; what is not asked is left out; nothing that comes in raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.surveys_of_residents import SIMPLE, tree
from yingzao.fieldwork.settling.answers import read
from yingzao.fieldwork.settling.questions import problems

KINDS = ["text", "integer", "decimal", "date", "geopoint"]


def one(kind, text, **more):
    found = read(tree([{"kind": kind, "name": "a", "label": "甲", **more}]), {"a": text})
    return found.values.get("a", found.wrong["a"].code if "a" in found.wrong else None)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", " 甲\r\n乙 ", "甲\n乙"),
        ("text", "\x07", None),
        ("text", "长" * 4001, "long"),
        ("integer", "００７", "7"),
        ("integer", "-3", "-3"),
        ("integer", "1 200", "1200"),
        ("integer", "3.0", "integer"),
        ("integer", "1e3", "integer"),
        ("integer", "9" * 16, "integer"),
        ("integer", "٣", "integer"),
        ("decimal", "2.50", "2.5"),
        ("decimal", ".5", "0.5"),
        ("decimal", "-0.0", "0"),
        ("decimal", "NaN", "decimal"),
        ("decimal", "1,5", "decimal"),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "2026/02/28", "2026-02-28"),
        ("date", "2026-02-30", "date"),
        ("date", "1026-02-28", "date"),
        ("date", "20260228", "2026-02-28"),
        ("date", "明天", "date"),
        ("geopoint", "23.031234, 113.14", {"lat": 23.03123, "lon": 113.14, "within": 0}),
        ("geopoint", "23 113 12", {"lat": 23.0, "lon": 113.0, "within": 12}),
        ("geopoint", "91 0", "geopoint"),
        ("geopoint", "nan 0", "geopoint"),
        ("geopoint", "1", "geopoint"),
    ],
)
def test_values_are_read_as_their_kind(kind, text, value):
    assert one(kind, text) == value


def test_what_depends_on_what_is_not_asked_is_not_asked_either():
    rows = [
        {"kind": "text", "name": "c", "label": "丙", "relevant": "${b} = 'x'"},
        {
            "kind": "group",
            "name": "g",
            "label": "",
            "relevant": "${a} = '1'",
            "questions": [{"kind": "text", "name": "b", "label": "乙"}],
        },
        {"kind": "text", "name": "a", "label": "甲"},
    ]
    assert problems(tree(rows)) == []
    assert read(tree(rows), {"a": "1", "b": "x", "c": "y"}).values == {"a": "1", "b": "x", "c": "y"}
    assert read(tree(rows), {"a": "2", "b": "x", "c": "y"}).values == {"a": "2"}


def test_words_of_other_go_with_their_choice():
    assert read(tree(), {"age": "young", "needs": ["lift"], "needs_other": "棚"}).values == {
        "age": "young",
        "needs": ["lift"],
    }
    assert read(tree(), {"needs": ["other"], "needs_other": "棚" * 201}).wrong["needs"].code == "long"


@given(
    st.dictionaries(
        st.sampled_from(["age", "needs", "needs_other", "floor", "say", "elder", "__proto__"]),
        st.one_of(st.text(max_size=40), st.lists(st.text(max_size=10), max_size=5)),
    )
)
def test_nothing_that_comes_in_raises_and_only_known_names_are_kept(said):
    found = read(tree(), said)
    assert set(found.values) <= {"age", "needs", "needs_other", "floor", "say"}


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(max_size=80))
def test_any_text_is_a_value_or_wrong(kind, text):
    found = read(tree([SIMPLE[0], {"kind": kind, "name": "a", "label": "甲"}]), {"a": text})
    assert not ("a" in found.values and "a" in found.wrong)
