"""Feeds entry by entry: words, dates, pictures, and nothing that runs."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.articles.readers import NotAnArticle, is_feed, read, read_feed

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>社区报</title><link>https://news.example/</link>
<item><title>违反&lt;化妆品监督管理条例&gt;的&amp;情况</title><link>https://news.example/2021/1.html</link>
<dc:creator>记者甲</dc:creator><category>新媒体</category><category>社区</category>
<pubDate>Mon, 15 Nov 2021 13:49:30 GMT</pubDate>
<description>短</description>
<content:encoded><![CDATA[<p>第一段，违反<化妆品监督管理条例>。</p><script>alert(1)</script><p onclick="x()"><a href="../a.html">这里</a>
<a href="javascript:x()">那里</a></p><p><img src="/img/a.jpg" width="700" height="525"></p>
<p><img src="https://picsum.photos/400/300?random=1"></p>
<pre><dependency>
  <version>1</version>
</dependency></pre>]]></content:encoded></item>
<item><title>只有题目</title><pubDate>昨天</pubDate></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>报</title><author><name>编辑部</name></author>
<entry><title type="html">一&lt;b&gt;二&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;</title><id>urn:1</id><link href="https://a.example/1"/>
<updated>2021-11-15T18:00:00+08:00</updated><category term="x" label="案例"/>
<content type="text">第一行\n第二行 &lt;b&gt;</content></entry></feed>"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "报",
    "authors": [{"name": "编辑部"}],
    "items": [
        {
            "id": "1",
            "url": "https://a.example/1",
            "title": "一",
            "content_html": "<p>正文</p><iframe src='https://x.example'></iframe>",
            "image": "https://a.example/1.jpg",
            "date_published": "2021-11-15T18:00:00+08:00",
            "tags": ["案例", "协商"],
            "authors": [{"name": "甲"}, {"name": "乙"}],
        },
        {"id": "2", "content_text": "第一行\n<第二行>"},
        "不是一条",
    ],
}


def entries(text: str | bytes):
    return list(read_feed(text.encode() if isinstance(text, str) else text))


def test_rss_entries():
    first, second = entries(RSS)
    assert first.title == "违反<化妆品监督管理条例>的&情况"
    assert (first.categories, first.writers, first.kind) == (("新媒体", "社区"), ("记者甲",), "feed")
    assert first.published_at == dt.datetime(2021, 11, 15, 13, 49, 30, tzinfo=dt.UTC)
    assert first.html.splitlines() == [
        "<p>第一段，违反&lt;化妆品监督管理条例&gt;。</p>",
        '<p><a href="https://news.example/a.html" rel="noopener noreferrer nofollow">这里</a>',
        "那里</p>",
        '<figure><img src="image:0"></figure>',
        "<pre>&lt;dependency&gt;",
        "  &lt;version&gt;1&lt;/version&gt;",
        "&lt;/dependency&gt;</pre>",
    ]
    [picture] = first.images
    assert (picture.origin, picture.state, picture.width, picture.height) == (
        "https://news.example/img/a.jpg", "remote", 700, 525,
    )  # fmt: skip
    assert [p.origin for p in first.decorations] == ["https://picsum.photos/400/300?random=1"]
    assert (second.title, second.html, second.published_at, second.date_raw) == ("只有题目", "", None, "昨天")
    assert "invalid_date" in second.warnings


def test_atom_entries():
    [entry] = entries(ATOM)
    assert (entry.title, entry.writers, entry.categories) == ("一二", ("编辑部",), ("案例",))
    assert entry.html.splitlines() == ["<p>第一行</p>", "<p>第二行 &lt;b&gt;</p>"]
    assert entry.published_at.isoformat() == "2021-11-15T18:00:00+08:00"
    assert entry.front_matter["id"] == "urn:1"


def test_json_entries():
    first, second = entries(json.dumps(JSON))
    assert (first.title, first.writers, first.categories) == ("一", ("甲", "乙"), ("案例", "协商"))
    assert first.html == "<p>正文</p>"
    assert [(p.origin, p.is_head, p.in_body) for p in first.images] == [
        ("https://a.example/1.jpg", True, False)
    ]
    assert (second.title, second.writers, second.text) == ("", ("编辑部",), "第一行\n<第二行>")


@pytest.mark.parametrize("data", [RSS.encode("utf-16"), RSS.encode(), b"\xef\xbb\xbf" + RSS.encode()])
def test_a_feed_is_told_from_its_bytes(data):
    assert is_feed(data)
    with pytest.raises(NotAnArticle):
        read(data, "feed.xml")


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b'{"items": 3}', b"[1]", b"---\ntitle: a\n---\n<rss version='2.0'>", b"<p>How <rss> works</p>", b"<html><body>&lt;rss&gt;<rss>",
     b"{" * 100_000],
)  # fmt: skip
def test_what_is_no_feed_is_refused(data):
    assert not is_feed(data)
    with pytest.raises(NotAnArticle):
        entries(data)


@pytest.mark.parametrize(
    "attack",
    [
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
        '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;">]><rss><channel><item><title>&e;</title>'
        "</item></channel></rss>",
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
        "<rss><channel><item><description>" + "<b>" * 20_000 + "</description></item></channel></rss>",
        "<rss><channel>" + "<item>" * 3000,
        "<rss>" + "<a " * 30_000,
    ],
)
def test_attacks_are_answered_quickly_and_open_no_file(attack):
    found = entries(attack)
    assert "root:" not in str(found)
    assert all(len(entry.title) <= 200 for entry in found)


@given(st.text(alphabet=st.sampled_from("<>/rsfeditml=\"'&;: \n一"), max_size=200))
def test_no_bytes_crash_the_reader(text):
    for data in (
        f"<rss><channel><item><description>{text}</description></item></channel></rss>",
        f"<feed>{text}",
    ):
        for entry in entries(data):
            assert "<script" not in entry.html
