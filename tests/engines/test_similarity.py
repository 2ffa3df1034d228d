"""Which short texts say the same: golden pairs, their reasons, and what holds for all texts."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yingzao.engines.similarity import Group, Pair, Text, Vocabulary, fold, group, similar_pairs
from yingzao.engines.similarity.words import features, shared_words, table_of

WORDS = Vocabulary(
    (
        ("楼道", "楼梯间", "楼梯", "走廊"),
        ("堆放", "堆东西", "堆", "杂物"),
        ("噪音", "太吵"),
        ("电动车", "电瓶车"),
    )
)
TITLES = ("楼道堆放", "楼道堆放杂物", "楼梯间堆东西", "晚上跳舞噪音")


def texts(*titles: str, group: str = "") -> list[Text]:
    return [Text(str(at), title, group=group) for at, title in enumerate(titles)]


def test_short_titles_that_say_the_same_are_pairs_and_noise_is_none():
    found = similar_pairs(texts(*TITLES), WORDS)
    assert [(pair.one, pair.other, pair.shared) for pair in found] == [
        ("0", "1", ("楼道", "堆放")),
        ("0", "2", ("楼道＝楼梯间", "堆放＝堆东西")),
        ("1", "2", ("楼道＝楼梯间", "堆放＝堆东西")),
    ]
    assert all(0.36 <= pair.score <= 1 for pair in found)


def test_without_words_of_one_meaning_only_what_stands_in_both_counts():
    assert [(pair.one, pair.other, pair.shared) for pair in similar_pairs(texts(*TITLES))] == [
        ("0", "1", ("楼道堆放",))
    ]


def test_a_score_is_the_cosine_of_weights_that_can_be_reckoned_by_hand():
    """What stands in both of two texts weighs once, what stands in one of them ln(3/2) + 1 times."""
    rare = math.log(3 / 2) + 1
    (pair,) = similar_pairs(texts("路灯 a", "路灯 b"), threshold=0.1)
    shared = 2 * 0.35**2 + 1.0**2  # 路, 灯 and 路灯
    own = (1.2 * rare) ** 2
    assert pair.score == pytest.approx(shared / (shared + own), abs=1e-4)


def test_what_is_said_aside_cannot_drown_a_title():
    alone = similar_pairs(texts("楼道堆放", "楼道堆放"), WORDS)[0].score
    story = "那天我从外地回来看见三楼转角放着很多纸箱和一张旧床垫" * 5
    with_story = similar_pairs([Text("0", "楼道堆放", story), Text("1", "楼道堆放", "没有别的")], WORDS)[
        0
    ].score
    assert alone == 1.0
    assert 0.8 < with_story < 1.0


def test_only_texts_of_one_group_are_compared():
    mixed = [
        Text("a", "楼道堆放", group="灯湖"),
        Text("b", "楼道堆放", group="叠北"),
        Text("c", "楼道堆放", group="灯湖"),
    ]
    assert [(pair.one, pair.other) for pair in similar_pairs(mixed)] == [("a", "c")]


def test_width_capitals_and_marks_make_no_difference():
    assert fold("ＡＢＣ１２") == "abc12"
    (pair,) = similar_pairs(texts("ＷｉＦｉ信号差！", "wifi，信号差"))
    assert (pair.score, pair.shared) == (1.0, ("wifi", "信号差"))


def test_of_a_text_said_a_hundred_times_each_names_three_partners_at_most():
    found = similar_pairs(texts(*["楼道堆放"] * 100), WORDS)
    assert len(found) <= 300
    assert {pair.one for pair in found} | {pair.other for pair in found} == {str(n) for n in range(100)}


@pytest.mark.parametrize(
    "given_texts", [[], ["楼道"], ["", ""], ["！！", "……"], ["的了有", "的了有"], ["灯", "灯"]]
)
def test_nothing_is_made_of_nothing(given_texts):
    assert similar_pairs(texts(*given_texts), WORDS) == []


def test_the_longest_word_that_means_something_is_found_first():
    assert WORDS.find("楼梯间堆东西") == [("楼梯间", "楼道"), ("堆东西", "堆放")]
    assert shared_words("走廊堆满", "楼梯堆", WORDS) == ("走廊＝楼梯", "堆")


def test_piles_hold_what_lies_together_and_leave_the_rest():
    found = group(texts(*TITLES, "电动车乱停", "电瓶车没地方充电", "没有凳子坐"), WORDS)
    assert found == [Group("楼道", ("0", "1", "2")), Group("电动车", ("4", "5"))]
    assert group(texts("楼道堆放")) == group([]) == []


@pytest.mark.parametrize("threshold", [0.36, 0.7])
def test_in_blocks_it_is_what_a_plain_reckoning_gives(threshold):
    many = texts(
        *[
            f"{a}{b}"
            for a in ("楼道", "路灯", "停车", "电梯", "饭堂", "花园")
            for b in ("堆放", "太暗", "乱", "难")
        ]
    )
    table = table_of(many, WORDS).dense()
    plain = {
        (str(i), str(j)): round(float(table[i] @ table[j]), 3)
        for i in range(len(many))
        for j in range(i + 1, len(many))
        if float(table[i] @ table[j]) >= threshold
    }
    found = similar_pairs(many, WORDS, threshold=threshold, most=len(many))
    assert {(p.one, p.other): round(p.score, 3) for p in found} == pytest.approx(plain, abs=2e-3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="楼道堆放灯太暗的ab1 ，", max_size=8), max_size=12))
def test_for_all_texts_pairs_are_in_order_within_bounds_and_the_same_again(titles):
    found = similar_pairs(texts(*titles), WORDS)
    assert found == similar_pairs(texts(*titles), WORDS)
    assert [pair.score for pair in found] == sorted((pair.score for pair in found), reverse=True)
    for pair in found:
        assert int(pair.one) < int(pair.other)
        assert 0.36 <= pair.score <= 1.0
        assert pair.shared
        assert isinstance(pair, Pair)


@given(st.text(alphabet="楼道堆放灯的ab 12", max_size=20))
def test_every_feature_says_something(text):
    assert all(weight > 0 for weight in features(text, WORDS).values())
