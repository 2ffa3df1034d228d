"""Who is meant by a row: exact keys link, everything else waits, nobody is credited by likeness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.engines.identity import (
    Ignored,
    Known,
    Linked,
    Proposal,
    Seen,
    Unmatched,
    fold,
    memory_key,
    resolve,
    short_place,
)
from yingzao.engines.identity.words import SHAPES, TRADITIONAL

ROSTER = [
    Known("S01", "学员01", "桂一社区", "GC001", "13800000001", "xy01@example.org"),
    Known("S02", "学员02", "桂二社区", "GC002", "13800000002"),
    Known("S03", "学员03", "叠南社区", "GC003", "13800000003"),
    Known("S04", "学员04", "叠北社区", "GC004", "13800000004"),
    Known("S07", "学员07", "石肯社区", "GC007", "13800000007"),
    Known("S12", "学员12", "文翰社区", "GC012", "13800000012"),
    Known("S20", "学员07", "夏北社区", "GC020", "13800000020"),
    Known("L1", "陈美丽", "灯湖社区", "", "13911112222"),
    Known("L2", "张伟", "桂一社区"),
    Known("L3", "欧阳晓红"),
    Known("L4", "阿卜杜·热合曼", "桂二社区"),
]


def verdict(name: str, roster=ROSTER, remembered=None, **row):
    options = {key: row.pop(key) for key in ("places", "neutral") if key in row}
    return resolve([Seen("row", name, **row)], roster, remembered, **options)[0]


def proposed(found) -> list[tuple[str, list[str]]]:
    assert isinstance(found, Proposal)
    return [(candidate.id, [reason.code for reason in candidate.reasons]) for candidate in found.candidates]


@pytest.mark.parametrize(
    ("name", "person", "reason"),
    [
        ("学员01", "S01", "unique_name"),
        ("(学员03)", "S03", "unique_name"),
        ("学 员 0 1", "S01", "unique_name"),
        ("学员02 (HUAWEI Mate 30)", "S02", "unique_name"),
        ("学员02 (学员02 (HUAWEI))", "S02", "unique_name"),
        ("一组-学员01", "S01", "unique_name"),
        ("学员03（手机）", "S03", "unique_name"),
        ("陈美丽的iPhone", "L1", "unique_name"),
        ("快乐的每一天(学员03)", "S03", "unique_name"),
        ("小桂(学员03)", "S03", "unique_name"),
        ("Lily(学员03)", "S03", "unique_name"),
        ("阿卜杜热合曼", "L4", "unique_name"),
        (
            "欧阳晓红(某某社区)",
            "L3",
            "unique_name",
        ),  # no community on the roster: a place says nothing of her
        ("学员01(桂一社区-学员01)", "S01", "community_name"),
        ("学员01(桂一社区学员01)", "S01", "community_name"),
        ("学员01桂一社区居委会", "S01", "community_name"),
        ("张伟-桂一", "L2", "community_name"),
        ('学员07("夏北"学员07)', "S20", "community_name"),
        ("石肯 学员07", "S07", "community_name"),
        ("夏北#学员07", "S20", "community_name"),
        ("【石肯】学员07", "S07", "community_name"),
        ("叠北社区，学员04", "S04", "community_name"),
        ("阳光(叠北社区-学员04)", "S04", "community_name"),
        ("桂城街道-桂一社区-学员01", "S01", "community_name"),
        ("13800000004", "S04", "phone"),
        ("138 0000 0004", "S04", "phone"),
        ("学员07 +86-138-0000-0020", "S20", "phone"),
        ("阳光 GC003", "S03", "code"),
    ],
)
def test_exact_keys_link(name, person, reason):
    assert verdict(name) == Linked("row", person, reason)


def test_columns_are_keys_of_their_own():
    assert verdict("8", phone="138-0000-0004") == Linked("row", "S04", "phone")
    assert verdict("8", email=" XY01@example.org ") == Linked("row", "S01", "email")
    assert verdict("8", code="gc003") == Linked("row", "S03", "code")
    assert verdict("学员07", community="夏北社区") == Linked("row", "S20", "community_name")
    assert verdict("学员07", community="桂城街道/夏北") == Linked("row", "S20", "community_name")


@pytest.mark.parametrize(
    ("name", "reason", "candidates"),
    [
        ("学员07", "homonyms", [("S07", ["whole_name", "homonym"]), ("S20", ["whole_name", "homonym"])]),
        (
            "学员07(iPhone)",
            "homonyms",
            [("S07", ["whole_name", "homonym"]), ("S20", ["whole_name", "homonym"])],
        ),
        (
            "文翰-学员07",
            "homonyms",
            [
                ("S07", ["whole_name", "homonym", "other_community"]),
                ("S20", ["whole_name", "homonym", "other_community"]),
            ],
        ),
        ("叠滘社区-学员04", "against", [("S04", ["whole_name", "unknown_place"])]),
        ("叠滘-学员04", "against", [("S04", ["whole_name", "unexplained"])]),
        ("学员04(叠滘)", "against", [("S04", ["whole_name", "unexplained"])]),
        ("叠滘学员04", "similar", [("S04", ["name_inside"])]),
        ("桂二社区-学员01", "against", [("S01", ["whole_name", "other_community"])]),
        ("桂一 桂二 学员01", "against", [("S01", ["whole_name", "same_community", "other_community"])]),
        ("李四(学员01)", "against", [("S01", ["whole_name", "unexplained"])]),
        ("学员03 13800009999", "against", [("S03", ["whole_name", "other_phone"])]),
        (
            "学员03 138****0004",
            "against",
            [("S03", ["whole_name", "other_phone"]), ("S04", ["phone_tail"])],
        ),
        ("138****0003", "similar", [("S03", ["phone_tail"])]),
        (
            "学员03(学员04)",
            "renamed",
            [("S03", ["whole_name", "other_name"]), ("S04", ["whole_name", "other_name"])],
        ),
        (
            "学员03＆学员04",
            "shared_device",
            [
                ("S03", ["whole_name", "shared_device", "other_name"]),
                ("S04", ["whole_name", "shared_device", "other_name"]),
            ],
        ),
        ("学员03&李四", "shared_device", [("S03", ["whole_name", "shared_device", "unexplained"])]),
        (
            "学员03和学员04",
            "shared_device",
            [
                ("S03", ["whole_name", "shared_device", "other_name"]),
                ("S04", ["whole_name", "shared_device", "other_name"]),
            ],
        ),
        (
            "学员03 13800000004",
            "contradiction",
            [("S04", ["phone"]), ("S03", ["whole_name", "other_phone"])],
        ),
        ("学员０３", "similar", [("S03", ["full_width"])]),
        ("學員03", "similar", [("S03", ["traditional"])]),
        ("陳美麗", "similar", [("L1", ["traditional"])]),
        ("学员O3", "similar", [("S03", ["near_shape"])]),
        ("张炜", "similar", [("L2", ["near_shape"])]),
        ("学员3", "similar", [("S03", ["similar_name"])]),
        ("陈美利", "similar", [("L1", ["similar_name"])]),
        ("美丽", "similar", [("L1", ["given_name"])]),
        ("张伟2", "similar", [("L2", ["name_inside"])]),
    ],
)
def test_everything_else_waits_with_its_reasons(name, reason, candidates):
    found = verdict(name)
    assert (found.reason, proposed(found)) == (reason, candidates)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "no_name"),
        (" () ", "no_name"),
        ("iPhone", "device_name"),
        ("Galaxy Tab 4", "device_name"),
        ("社工甲(社工甲)", "not_on_roster"),
        ("学员99", "not_on_roster"),  # a number is no slip of another number
        ("(noway)", "not_on_roster"),
        ("桂一社区", "not_on_roster"),
    ],
)
def test_who_comes_near_nobody_is_unmatched(name, reason):
    assert verdict(name) == Unmatched("row", reason)


def test_hosts_are_no_learners_even_with_a_learners_name():
    assert verdict("学员01", host=True) == Ignored("row", "host")


def test_a_short_code_in_running_text_is_no_key():
    roster = [Known("A", "甲一", code="S20"), Known("B", "乙二", code="8"), Known("C", "丙三", code="2021")]
    assert [type(verdict(name, roster)) for name in ("Galaxy S20", "8", "2021")] == [Unmatched] * 3
    assert verdict("某某", roster, code="8") == Linked("row", "B", "code")


def test_a_homonym_without_a_community_keeps_both_waiting():
    roster = [Known("A", "王丽", "桂一社区"), Known("B", "王丽")]
    assert {candidate.id for candidate in verdict("桂一-王丽", roster).candidates} == {"A", "B"}


def test_two_homonyms_of_one_community_wait():
    roster = [Known("A", "王丽", "桂一社区"), Known("B", "王丽", "桂一")]
    assert verdict("桂一-王丽", roster).reason == "homonyms"


def test_a_name_inside_a_longer_name_links_nobody():
    roster = [Known("A", "王丽", "桂一社区")]
    assert proposed(verdict("王丽娟", roster)) == [("A", ["name_inside"])]
    assert proposed(verdict("桂一王丽娟", roster)) == [("A", ["name_inside", "same_community"])]


def test_a_phone_that_two_people_share_links_nobody():
    roster = [Known("A", "甲一", phone="13800000001"), Known("B", "乙二", phone="13800000001")]
    assert [candidate.id for candidate in verdict("13800000001", roster).candidates] == ["A", "B"]


def test_a_village_and_a_community_of_one_name_are_told_apart():
    roster = [Known("A", "王丽", "夏北社区"), Known("B", "王丽", "夏北村")]
    assert verdict("夏北村-王丽", roster) == Linked("row", "B", "community_name")
    assert verdict("夏北-王丽", roster).reason == "homonyms"


def test_a_community_beyond_the_roster_speaks_against():
    assert verdict("学员01 尖东").reason == "against"
    found = verdict("尖东学员01", places=["尖东社区居委会"])
    assert proposed(found) == [("S01", ["whole_name", "other_community"])]


def test_neutral_words_say_nothing():
    assert isinstance(verdict("桂城街道-学员01"), Proposal)
    assert verdict("桂城街道-学员01", neutral=["桂城街道"]) == Linked("row", "S01", "unique_name")


def test_other_names_of_a_row_speak_only_when_the_first_says_nothing():
    assert verdict("路人", also=("学员03",)) == Linked("row", "S03", "unique_name")
    assert verdict("学员03", also=("小张 学员03",)) == Linked("row", "S03", "unique_name")
    assert verdict("学员03", also=("快乐",)) == Linked("row", "S03", "unique_name")
    assert verdict("学员07", also=("学员04",)).reason == "homonyms"


def test_who_was_renamed_in_the_meeting_is_proposed_by_the_account():
    rows = [Seen("1", "阳光明媚(叠北-学员04)"), Seen("2", "阳光明媚(iPhone)"), Seen("3", "iPhone")]
    first, second, third = resolve(rows, ROSTER)
    assert first == Linked("1", "S04", "community_name")
    assert (second.reason, proposed(second)) == ("renamed", [("S04", ["renamed"])])
    assert third == Unmatched("3", "device_name")


def test_a_decision_is_remembered_under_the_name_as_read():
    memory = {memory_key(Seen("", "iPhone")): "S04", memory_key(Seen("", "督导甲")): None}
    assert verdict("ｉＰｈｏｎｅ ", remembered=memory) == Linked("row", "S04", "remembered")
    assert verdict("督导甲", remembered=memory) == Ignored("row", "remembered")


def test_memory_never_overrules_a_key_nor_decides_between_homonyms():
    seen = {memory_key(Seen("", name)): "S04" for name in ("13800000003", "学员07", "学员03&李四")}
    assert verdict("13800000003", remembered=seen) == Linked("row", "S03", "phone")
    assert isinstance(verdict("学员07", remembered=seen), Proposal)
    assert isinstance(verdict("学员03&李四", remembered=seen), Proposal)
    assert verdict("iPhone", remembered={memory_key(Seen("", "iPhone")): "gone"}) == Unmatched(
        "row", "device_name"
    )


def test_ids_must_be_unique():
    with pytest.raises(ValueError, match="unique"):
        resolve([], [Known("A", "甲"), Known("A", "乙")])


def test_nothing_on_either_side():
    assert resolve([], ROSTER) == []
    assert resolve([Seen("1", "学员01")], []) == [Unmatched("1", "not_on_roster")]


def test_places_lose_their_endings_only():
    assert [short_place(name) for name in ("桂一社区居委会", "桂一", "霞石村", "东村", "夏南一社区")] == [
        ("桂一", "社区"),
        ("桂一", ""),
        ("霞石", "村"),
        ("东村", ""),
        ("夏南一", "社区"),
    ]


def test_tables_of_characters_are_pairs_of_han():
    assert [chr(a) for a, b in TRADITIONAL.items() if len(b) != 1 or TRADITIONAL.get(ord(b), b) != b] == []
    assert all(len(value) == 1 for value in SHAPES.values())


NAMES = st.text(alphabet="学员王丽伟桂一二社区-(（)）&0123 iP", max_size=14)


@given(st.lists(NAMES, max_size=8))
def test_every_row_gets_one_verdict_in_order_whatever_it_says(names):
    rows = [Seen(str(number), name) for number, name in enumerate(names)]
    assert [found.key for found in resolve(rows, ROSTER)] == [row.key for row in rows]


@given(NAMES)
def test_a_link_by_name_always_holds_the_whole_name_of_its_person(name):
    found = verdict(name)
    if isinstance(found, Linked) and found.reason in {"unique_name", "community_name"}:
        known = next(known for known in ROSTER if known.id == found.id)
        assert fold(known.name) in fold(name)


@given(st.lists(st.sampled_from(["王丽", "王莉", "李丽", "王丽丽"]), min_size=2, max_size=5))
def test_homonyms_never_link_by_name(names):
    roster = [Known(str(number), name, f"{number}号社区") for number, name in enumerate(names)]
    for name in set(names):
        assert isinstance(verdict(name, roster), Linked) == (names.count(name) == 1)


@pytest.mark.parametrize(
    ("name", "also"), [("学员03", "学员04"), ("13800000003", "学员04"), ("学员03", "小张（学员04）")]
)
def test_a_row_whose_other_name_is_wholly_somebody_elses_waits(name, also):
    found = verdict(name, also=(also,))
    assert found.reason == "contradiction"
    assert [candidate.id for candidate in found.candidates] == ["S03", "S04"]


@pytest.mark.parametrize("name", ["学员01+02", "学员01＆02", "学员01,02", "学员01和02"])
def test_a_number_beside_a_numbered_name_is_a_second_person(name):
    found = verdict(name)
    assert (found.reason, [c.id for c in found.candidates]) == ("shared_device", ["S01", "S02"])


@pytest.mark.parametrize("name", ["学员03 (Host)", "Co-host 学员03", "学员03(0004)", "学员03 0004"])
def test_a_host_by_name_and_the_end_of_another_phone_wait(name):
    found = verdict(name)
    assert (found.reason, [c.id for c in found.candidates]) == ("against", ["S03"])


def test_the_end_of_the_own_phone_says_nothing_against():
    assert verdict("学员03(0003)") == Linked("row", "S03", "unique_name")


def test_everybody_on_one_device_is_proposed():
    found = verdict("学员03、学员01和学员02")
    assert (found.reason, [c.id for c in found.candidates]) == ("shared_device", ["S01", "S02", "S03"])


def test_a_phone_in_full_width_is_a_phone():
    assert verdict("１３８００００００１２") == Linked("row", "S12", "phone")


@pytest.mark.parametrize(
    "name", ["(" * 5000 + "学员01" + ")" * 5000, "桂一" * 3000 + "学员01", "学员01" + " " * 300]
)
def test_a_text_too_long_for_a_name_names_nobody(name):
    assert verdict(name) == Unmatched("row", "not_on_roster")
    assert verdict(name, phone="13800000001") == Linked("row", "S01", "phone")


def test_a_place_told_by_the_first_name_speaks_for_the_next():
    assert verdict("夏北", also=("学员07",)) == Linked("row", "S20", "community_name")
    assert verdict("贵宾客户", also=("学员03",)) == Linked("row", "S03", "unique_name")
    assert proposed(verdict("叠滘社区", also=("学员03",))) == [("S03", ["whole_name", "unknown_place"])]


@pytest.mark.parametrize(
    ("name", "against"),
    [
        ("桂二社区 学员01-桂一社区", "other_community"),
        ("叠滘社区-学员01(桂一社区)", "unknown_place"),
        ("学员01桂一社区@叠滘社区", "unknown_place"),
        ("叠滘社区小王(学员01)", "unknown_place"),
        ("桂二社区VIP(学员01)", "other_community"),
        ("学员03的妈妈群(学员01-桂一社区)", "other_name"),
        ("学员01（桂一社区 代听）", "other_name"),
        ("学员01(代)", "other_name"),
        ("桂一社区学员01-请假", "other_name"),
        ("老师(学员01)", "unexplained"),
        ("妈妈(学员01)", "unexplained"),
    ],
)
def test_another_place_person_or_proxy_speaks_against_a_name(name, against):
    found = verdict(name)
    assert against in [code for id_, codes in proposed(found) if id_ == "S01" for code in codes]


@pytest.mark.parametrize(
    "name", ["13800000001 139-1111-3333", "快乐的学员03呀 13800000001", "13800000001代签"]
)
def test_a_phone_beside_another_phone_or_person_waits(name):
    assert "S01" in [person for person, _codes in proposed(verdict(name))]


@pytest.mark.parametrize(
    "name", ["佛山市南海区桂城街道桂一社区学员01", "桂城街道-桂一社区-学员01", "桂城街道 学员01 桂一"]
)
def test_the_wider_place_of_the_own_community_says_nothing(name):
    assert verdict(name) == Linked("row", "S01", "community_name")


@pytest.mark.parametrize("name", ["小米", "小米 11", "小米手机"])
def test_a_name_that_is_a_device_too_waits(name):
    roster = [*ROSTER, Known("L9", "小米", "桂一社区")]
    assert proposed(verdict(name, roster)) == [("L9", ["whole_name"])]
    assert verdict(f"{name}-桂一", roster) == Linked("row", "L9", "community_name")
