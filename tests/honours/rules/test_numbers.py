"""Certificate numbers and their check character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.honours.rules.numbers import (
    certificate_number,
    core_name,
    read_number,
    seal_text,
    suggested_prefix,
)

NUMBER = certificate_number(prefix="XFY", year=2021, term=1, serial=7)


def test_a_number_as_it_is_written():
    assert NUMBER == "XFY-2021-01-0007-7"


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        " xfy-2021-01-0007-7 ",
        "XFY202101 00077",
        "XFY 2021 01 0007 7",
        "ＸＦＹ－２０２１－０１－０００７－７",
    ],
)
def test_a_number_typed_from_paper_is_read(typed):
    assert read_number(typed) == NUMBER


@pytest.mark.parametrize(
    "typed", ["", "XFY-2021-01-0007", "XFY-2021-01-0007-8", "ABCD2345", "XFY-2021-01-0070-7"]
)
def test_anything_else_is_not(typed):
    assert read_number(typed) is None


@given(st.integers(0, 12), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_any_single_wrong_character_is_found(position, character):
    compact = list(NUMBER.replace("-", ""))
    if compact[position] != character:
        compact[position] = character
        assert read_number("".join(compact)) is None


@pytest.mark.parametrize(
    ("name", "core", "initials", "prefix", "seal"),
    [
        ("社区治理先锋营计划", "社区治理先锋营", "sqzlxfy", "XFY", "先锋营印"),
        ("社区治理先锋营", "社区治理先锋营", "sqzlxfy", "XFY", "先锋营印"),
        ("计划", "计划", "jh", "JH", "营造之印"),
        ("Pioneers", "Pioneers", "p", "YZ", "营造之印"),
    ],
)
def test_what_a_programme_suggests(name, core, initials, prefix, seal):
    assert core_name(name) == core
    assert suggested_prefix(initials) == prefix
    assert seal_text(name) == seal
