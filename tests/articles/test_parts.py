"""A feed taken apart reads as it reads whole, and takes the memory of one entry."""

import io
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.articles.test_feeds import ATOM, JSON, RSS
from yingzao.articles.readers import NotAnArticle, feeds, open_feed
from yingzao.articles.readers.parts import Malformed, take_apart, take_json_apart

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://a.example/"><title>报</title><link>https://a.example/</link><items><rdf:Seq><rdf:li resource="x"/></rdf:Seq></items></channel>
<item rdf:about="https://a.example/1"><title>一</title><dc:date>2021-11-15</dc:date></item>
<item rdf:about="https://a.example/2"/><rss1:item xmlns:rss1="http://purl.org/rss/1.0/"><rss1:title>三</rss1:title></rss1:item ></rdf:RDF>"""
BASES = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/x/" xml:lang="zh">
<title>报</title><link rel="self" href="feed.atom"/><link href="https://a.example/"/>
<entry xml:base="y/"><title>一</title><id>1</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>正文 <a href="z">这里</a></p>
<ul><li>条</li></ul></div></content></entry>
<!-- <entry><title>无</title></entry> -->
<entry><title>二 &lt;entry&gt;</title><source><title>源</title></source><content type="html"><![CDATA[<entry><p>项</p></entry>]]></content></entry>
<entry/><author><name>后来的编辑部</name></author></feed>"""
ENTITIES = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY community "社区"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>&community;报</title><item><title>&community;一</title></item><item><title>二</title></item>
<managingEditor>a@example.org (甲)</managingEditor></channel></rss>"""
NESTED = """<rss><channel><item><title>外</title><item><title>内</title></item></item><item><title>后</title></item></channel></rss>"""
DECLARED = RSS.replace('encoding="UTF-8"', 'encoding="gb2312"')


def whole(data: bytes) -> list[feeds.Entry]:
    """As feedparser reads it at once."""
    parsed = feeds._parsed(data)
    return list(feeds._of_xml(parsed, parsed.get("feed", {})))


def apart(data: bytes) -> list[feeds.Entry]:
    parts = take_apart(io.BytesIO(data))
    return list(feeds._one_by_one(parts.documents, feeds._parsed(parts.head).get("feed", {})))


@pytest.mark.parametrize(
    "data",
    [
        *(text.encode() for text in (RSS, ATOM, RDF, BASES, ENTITIES, NESTED)),
        RSS.encode("utf-16"), b"\xef\xbb\xbf" + RSS.encode(), DECLARED.encode("gb18030"), DECLARED.encode(),
        RSS.replace('encoding="UTF-8"', 'encoding="utf-16"').encode("utf-16-be"),
        RSS.replace('encoding="UTF-8"', 'encoding="rot13"').encode(),
        ATOM.replace("<entry>", "<ENTRY>").replace("</entry>", "</ENTRY>").encode(),
    ],
)  # fmt: skip
def test_a_feed_taken_apart_reads_as_it_reads_whole(data):
    entries = apart(data)
    assert entries == whole(data)
    assert entries


WORDS = st.text(alphabet=st.sampled_from("社区协商 ab&<>\"'\n\t]"), max_size=20)
ELEMENTS = (
    "title",
    "link",
    "description",
    "content:encoded",
    "dc:creator",
    "author",
    "guid",
    "category",
    "pubDate",
)
# Content of the channel itself is left out: feedparser lets it change how the next entry's description is taken.
AROUND = ("title", "link", "dc:creator", "author", "category", "pubDate", "docs")


@st.composite
def rss(draw) -> bytes:
    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "")

    def element(names: tuple[str, ...]) -> str:
        name = draw(st.sampled_from(names))
        text = draw(WORDS)
        inner = f"<![CDATA[{text.replace(']]>', '')}]]>" if draw(st.booleans()) else escaped(text)
        return f"<{name}>{inner}</{name}>"

    items = [f"<item>{''.join(element(ELEMENTS) for _ in range(draw(st.integers(0, 5))))}</item>" for _ in range(draw(st.integers(0, 4)))]  # fmt: skip
    around = [element(AROUND) for _ in range(draw(st.integers(0, 3)))]
    inside = "".join(draw(st.permutations([*items, *around])))
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{inside}</channel></rss>'
    ).encode()


@given(rss())
@settings(max_examples=200)
def test_any_feed_taken_apart_reads_as_it_reads_whole(data):
    assert apart(data) == whole(data)


@pytest.mark.parametrize(
    "data",
    [b"<rss><channel><item><title>a&nbsp;b</title></item></channel></rss>", b"<rss><channel><item>", b"<rss><x:item/></rss>",
     b"<a>" * 60 + b"<item/>" + b"</a>" * 60, b"<rss/><rss/>", b"", b"<!-- "],
)  # fmt: skip
def test_what_is_not_well_formed_is_not_taken_apart(data):
    with pytest.raises(Malformed):
        take_apart(io.BytesIO(data))


def test_what_is_not_well_formed_is_read_whole_while_it_is_small(monkeypatch):
    data = b"<rss><channel><title>t</title><item><title>a&nbsp;b</title></item></channel></rss>"
    assert [entry.matter["title"] for entry in open_feed(data).entries] == ["a b"]
    monkeypatch.setattr(feeds, "MAX_UNDIVIDED", 10)
    with pytest.raises(NotAnArticle, match="damaged"):
        open_feed(data)


def test_a_feed_says_what_it_is():
    feed = open_feed(BASES.encode())
    assert (feed.title, feed.home, feed.address) == (
        "报",
        "https://a.example/",
        "https://a.example/x/feed.atom",
    )
    assert feeds._authors(feeds._parsed(take_apart(io.BytesIO(BASES.encode())).head).get("feed", {})) == [
        "后来的编辑部"
    ]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json_taken_apart_reads_as_it_reads_whole(monkeypatch, mark):
    data = mark + json.dumps(JSON).encode()
    at_once = list(open_feed(data).entries)
    monkeypatch.setattr(feeds, "MAX_UNDIVIDED", 10)
    feed = open_feed(io.BytesIO(data))
    assert (feed.title, list(feed.entries)) == ("报", at_once)


@pytest.mark.parametrize(
    "data", [b'{"title": "a", "items": 3}', b"[1]", b'{"items": []}', b"{" * 100, b'{"title": "a"']
)
def test_json_that_is_no_feed_is_refused_however_it_is_read(monkeypatch, data):
    monkeypatch.setattr(feeds, "MAX_UNDIVIDED", 10)
    with pytest.raises(NotAnArticle, match="unknown_form"):
        open_feed(data + b" " * 20)


def test_json_items_beside_a_longer_name_are_told_apart():
    head, items = take_json_apart(io.BytesIO(b'{"title": "a", "itemsCount": [1], "items": [{"id": 1}]}'))
    assert (head, list(items)) == ({"title": "a", "itemsCount": [1], "items": []}, [{"id": 1}])


def test_one_entry_is_in_memory_at_a_time():
    entry = f"<item><title>题</title><description>{'社区' * 2000}</description></item>".encode()
    file = io.BytesIO(b"<rss><channel><title>t</title>" + entry * 100 + b"</channel></rss>")
    tracemalloc.start()
    try:
        held = [tracemalloc.get_traced_memory()[0] for _ in open_feed(file).entries]
    finally:
        tracemalloc.stop()
    assert len(held) == 100
    assert max(held) - min(held) < 10 * len(entry)
    assert max(held) < 30 * len(entry)
