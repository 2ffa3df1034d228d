"""A byline in its parts, and put together again as it is printed."""

import pytest

from yingzao.stories.rules import Byline, byline_of, people_of


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("记者甲 通讯员乙", Byline("记者甲", "乙")),
        ("记者甲 通讯员乙、丁 图 丙", Byline("记者甲", "乙、丁", "丙")),
        ("通讯员乙", Byline("", "乙")),
        ("记者甲 图 丙", Byline("记者甲", "", "丙")),
        ("", Byline()),
        # what would not be printed alike again stays whole
        ("记者甲 通讯员 乙", Byline("记者甲 通讯员 乙")),
        ("文/记者 张三 图/李四", Byline("文/记者 张三 图/李四")),
        # words that only begin so
        ("桂城街道 图书馆", Byline("桂城街道 图书馆")),
        ("王小图", Byline("王小图")),
    ],
)
def test_a_byline_has_parts_that_give_it_back(printed, parts):
    assert byline_of(printed) == parts
    assert str(parts) == printed


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        ("记者甲 通讯员乙、丁 图 丙", [("记者", "甲"), ("通讯员", "乙"), ("通讯员", "丁")]),
        ("文/记者 张三 图/李四", [("记者", "张三")]),
        ("见习记者甲、乙 通讯员 丙", [("见习记者", "甲"), ("见习记者", "乙"), ("通讯员", "丙")]),
        ("趣头条", [("", "趣头条")]),
        ("文文 文清", [("", "文文"), ("", "文清")]),
        ("", []),
    ],
)
def test_everybody_of_a_byline_has_a_name_and_perhaps_a_role(printed, people):
    assert people_of(printed) == people
