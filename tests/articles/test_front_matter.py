"""The head of a post: read in every form that Hexo knows, written back with one key's lines changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.articles.exports.hexo import file_name, write_back
from yingzao.articles.readers import NotAnArticle
from yingzao.articles.readers.front_matter import find_block, rewrite, split

POST = (
    "\n---\ntitle: '_走出去_'\ncategories: \n - 新媒体\n - 分类\nheadimg: 'x'\nauthor: 趣头条\n"
    "comments: false\n# a note\n\ndate: Mon, 15 Nov 2021 13:49:30 GMT\n---\n\n<div>   \n<p>一</p>\n</div>\n            "
)


@pytest.mark.parametrize(
    ("text", "values", "rest"),
    [
        ("---\ntitle: a\n---\nb", {"title": "a"}, "b"),
        ("\ufeff---\r\ntitle: a\r\n---\r\nb", {"title": "a"}, "b"),
        ("-----\ntitle: a\n-----\nb", {"title": "a"}, "b"),
        ("title: a\ntags:\n- x\n- y\n---\nb", {"title": "a", "tags": ["x", "y"]}, "b"),
        (';;;\n"title": "a", "tags": ["x"]\n;;;\nb', {"title": "a", "tags": ["x"]}, "b"),
        ("---\n---\nb", {}, "b"),
        ("---\ncategories:\n- [甲, 乙]\n- [丙]\n---\n", {"categories": ["甲", "乙", "丙"]}, ""),
        ("---\ntitle: 'it's'\n---\nb", {"title": "it's"}, "b"),  # mended
        ("一个标题\n---\nb", {}, "一个标题\n---\nb"),
        ("注意: 一\n\n还有一段\n---\nb", {}, "注意: 一\n\n还有一段\n---\nb"),
        ("---\n没有关上", {}, "---\n没有关上"),
    ],
)
def test_a_head_is_read_in_every_form(text, values, rest):
    assert split(text)[:2] == (values, rest)


@pytest.mark.parametrize(
    ("changes", "gone", "come"),
    [
        ({"title": "新题"}, ["title: '_走出去_'"], ["title: '新题'"]),
        ({"title": "it's {x}: y"}, ["title: '_走出去_'"], ["title: 'it''s {x}: y'"]),
        ({"categories": ["甲", "乙: 丙"]}, [" - 新媒体", " - 分类"], [" - 甲", " - '乙: 丙'"]),
        ({"author": "珠江时报"}, ["author: 趣头条"], ["author: 珠江时报"]),
        ({"author": "- 甲: #"}, ["author: 趣头条"], ["author: '- 甲: #'"]),
        ({"author": None}, ["author: 趣头条"], []),
        ({"tags": ["甲"]}, [], ["tags:", " - 甲"]),
        ({"title": "_走出去_"}, [], []),
    ],
)
def test_only_the_lines_of_a_changed_key_change(changes, gone, come):
    written = rewrite(POST, changes)
    before, after = POST.split("\n"), written.split("\n")
    assert [line for line in before if line not in after] == gone
    assert [line for line in after if line not in before] == come
    kept = [line for line in before if line not in gone]
    assert [line for line in after if line not in come] == kept
    values = split(written)[0]
    assert all(values.get(key) == value for key, value in changes.items() if value is not None)


TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=40
)


@given(title=TEXT, tags=st.lists(TEXT.filter(str.strip), max_size=3))
def test_whatever_is_written_is_read_back(title, tags):
    values, rest, mended = split(rewrite(POST, {"title": title, "tags": tags}))
    assert (values["title"], rest, mended) == (title, split(POST)[1], False)
    assert values["tags"] == [tag.strip(" —-") for tag in tags]
    assert values["date"] == "Mon, 15 Nov 2021 13:49:30 GMT"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_bytes_are_as_received_and_a_change_keeps_encoding_and_line_ends(encoding, newline):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    data = mark + POST.replace("\n", newline).encode(encoding)
    assert write_back(data) is data
    expected = mark + POST.replace("趣头条", "珠江时报").replace("\n", newline).encode(encoding)
    assert write_back(data, changes={"author": "珠江时报"}) == expected
    body = f"新的正文{newline}"
    found = write_back(data, body=body)
    head = POST[: find_block(POST).body]
    assert found == mark + (head.replace("\n", newline) + body).encode(encoding)


def test_a_post_without_a_head_gets_one():
    assert write_back("正文\n".encode(), changes={"title": "题"}).decode() == "---\ntitle: 题\n---\n\n正文\n"


def test_a_head_in_json_is_not_rewritten():
    with pytest.raises(ValueError, match="JSON"):
        write_back(b';;;\n"title": "a"\n;;;\nb', changes={"title": "b"})
    with pytest.raises(NotAnArticle):
        write_back(b"\x89PNG\x00\x00", changes={"title": "b"})


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("“走出去”学干货！", "_走出去_学干货！.md"),
        ("a/b\\c: d?", "a_b_c_ d_.md"),
        ("..#", "_.md"),
        ("长" * 300, "长" * 80 + ".md"),
    ],
)
def test_a_file_name_holds_what_every_file_system_takes(title, name):
    assert file_name(title) == name


def test_keys_in_any_script_stay_when_another_changes():
    post = '---\ntitle: a\n分类: b\n"date": c\ntags:\n- x\n---\nx'
    assert rewrite(post, {"title": "n"}) == post.replace("title: a", "title: n")
    assert rewrite(post, {"分类": "n"}) == post.replace("分类: b", "分类: n")
    assert rewrite(post, {"date": "n"}).count("n\n") == 1


def test_halves_of_an_emoji_are_put_together_and_lone_ones_replaced():
    values, _rest, _mended = split('---\ntitle: "\\ud83d\\ude00 你好"\nx: "\\ud83d"\n---\n')
    assert values == {"title": "😀 你好", "x": "\ufffd"}
