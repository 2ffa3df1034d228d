"""Every rule that the W3C feed validator enforces on what a hostile story makes of our feeds: Atom, RSS 2.0, JSON Feed."""

import html
import json
import re
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest

from tests.factories.stories import PUBLISHED_AT, StoryFactory, add_picture
from yingzao.articles.readers import read

pytestmark = pytest.mark.django_db
FORMS = ("atom", "rss", "json")
A = "{http://www.w3.org/2005/Atom}"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
RFC822 = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d [+-]\d{4}"
)
TITLE = "A&B <b>粗</b> \"双\" '单' 😀👨‍👩‍👧 ]]> &amp; &#x41; \x0b\x08尾"
POST = """---
title: 外来的一篇
---
<p onclick="x()" style="position:fixed" class="a" data-x="1">一段 <a href="../2020/旧文.html">旧文</a>、<a href="#注">注</a>、
<a href="page.html">页</a>、<a href="/stories/">单</a>、<a href="//example.org/x">协议</a>、<a href="?a=1">问</a>、
<a href="mailto:a@example.org">信</a>、<a href="javascript:alert(1)">坏</a>、<a href="https://example.org/?a=1&b=2">外</a></p>
<script>alert(1)</script><style>p{}</style><iframe src="https://example.org"></iframe><object data="x"></object>
<form action="/x"><input name="a"></form><p id="注">注 <img src="no.png"> <img src="https://example.org/b.png" srcset="c.png 2x"></p>
<blockquote cite="../x"><p>引 <del cite="y.html" datetime="2020">删</del> <q cite="z">话</q></p></blockquote>
<video src="a.mp4" poster="p.png"></video><table background="bg.png"><tr><td background="b.png">格</td></tr></table>
<p>控制\u200b符\ufeff \u2028 完</p>
"""


class Inside(HTMLParser):
    """Elements and attributes of an entry's body."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(body)

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in {
                "href",
                "src",
                "cite",
                "srcset",
                "poster",
                "background",
                "data",
                "action",
                "longdesc",
            }:
                self.addresses.append(value or "")


def _hostile(programme, **more):
    parsed = read(POST.encode(), "post.md")
    story = StoryFactory(
        programme=programme,
        published=True,
        article__title=TITLE,
        article__authors="记者 <甲> & 乙",
        article__categories=["A&B", '<"c">', "社区/营造"],
        article__html=parsed.html,
        article__text=parsed.text,
        **more,
    )
    add_picture(story, alt='大树 "百年" <老> &', placed=True)
    return story


@pytest.fixture
def feeds(client, programme):
    """Each form's bytes and answer, of a hostile story, a plain one and one that was taken back."""
    story = _hostile(programme)
    StoryFactory(programme=programme, published=True)
    return story, {form: client.get(f"/feeds/stories.{form}") for form in FORMS}


def _bodies(answers) -> list[str]:
    atom = ElementTree.fromstring(answers["atom"].content)
    rss = ElementTree.fromstring(answers["rss"].content)
    encoded = "{http://purl.org/rss/1.0/modules/content/}encoded"
    return [
        *(one.text or "" for one in atom.iter(f"{A}content")),
        *(one.text or "" for one in rss.iter(encoded)),
        *(one["content_html"] for one in json.loads(answers["json"].content)["items"]),
    ]


def _is_whole(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"http", "https", "mailto"} and bool(parts.netloc or parts.scheme == "mailto")


def test_bodies_hold_whole_addresses_alone(feeds):
    _story, answers = feeds
    addresses = [address for body in _bodies(answers) for address in Inside(body).addresses]
    assert addresses
    assert [one for one in addresses if not _is_whole(one)] == []


def test_bodies_hold_nothing_that_runs_or_dresses(feeds):
    _story, answers = feeds
    for body in _bodies(answers):
        inside = Inside(body)
        barred = {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "link",
            "meta",
            "base",
            "video",
        }
        assert inside.elements & barred == set()
        assert {
            name for name in inside.attributes if name.startswith("on") or name in {"style", "srcdoc"}
        } == set()


def test_atom_has_what_rfc_4287_requires(feeds):
    story, answers = feeds
    feed = ElementTree.fromstring(answers["atom"].content)
    assert answers["atom"]["Content-Type"] == "application/atom+xml; charset=utf-8"
    for holder in [feed, *feed.findall(f"{A}entry")]:
        assert [len(holder.findall(f"{A}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert urlsplit(holder.findtext(f"{A}id")).scheme in {"tag", "urn", "http", "https"}
    assert [link.get("href") for link in feed.findall(f"{A}link") if link.get("rel") == "self"] == [
        "http://testserver/feeds/stories.atom"
    ]
    alternates = [
        (link.get("type"), link.get("hreflang"))
        for link in feed.findall(f"{A}link")
        if link.get("rel") == "alternate"
    ]
    assert len(alternates) == len(set(alternates)) == 1
    for entry in feed.findall(f"{A}entry"):
        assert entry.find(f"{A}author").findtext(f"{A}name").strip()
        assert len([link for link in entry.findall(f"{A}link") if link.get("rel") == "alternate"]) == 1
        assert len(entry.findall(f"{A}summary")) <= 1
        assert len(entry.findall(f"{A}content")) == 1
    for name in ("updated", "published"):
        assert all(RFC3339.fullmatch(one.text) for one in feed.iter(f"{A}{name}"))
    ids = [entry.findtext(f"{A}id") for entry in feed.findall(f"{A}entry")]
    assert len(ids) == len(set(ids)) == 2
    assert story.feed_id in ids


def test_rss_has_what_its_specification_requires(feeds):
    _story, answers = feeds
    channel = ElementTree.fromstring(answers["rss"].content).find("channel")
    assert answers["rss"]["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert [len(channel.findall(name)) for name in ("title", "link", "description")] == [1, 1, 1]
    assert all((channel.findtext(name) or "").strip() for name in ("title", "link", "description"))
    assert RFC822.fullmatch(channel.findtext("lastBuildDate"))
    items = channel.findall("item")
    for item in items:
        for name in ("title", "link", "description", "guid", "pubDate"):
            assert len(item.findall(name)) == 1, name
        assert RFC822.fullmatch(item.findtext("pubDate"))
        assert parsedate_to_datetime(item.findtext("pubDate")) == PUBLISHED_AT
        assert item.find("guid").get("isPermaLink") == "false"
        assert _is_whole(item.findtext("link"))
        assert item.find("author") is None  # an e-mail address there, which nobody gave
    assert len({item.findtext("guid") for item in items}) == len(items) == 2
    (own,) = [link for link in channel.findall(f"{A}link") if link.get("rel") == "self"]
    assert own.get("href") == "http://testserver/feeds/stories.rss"


def test_json_feed_has_what_1_1_requires(feeds):
    _story, answers = feeds
    told = json.loads(answers["json"].content)
    assert answers["json"]["Content-Type"] == "application/feed+json; charset=utf-8"
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["title"]
    assert all(_is_whole(told[name]) for name in ("home_page_url", "feed_url"))
    for item in told["items"]:
        assert isinstance(item["id"], str)
        assert item["id"]
        assert item["content_html"] or item["content_text"]
        assert _is_whole(item["url"])
        assert all(RFC3339.fullmatch(item[name]) for name in ("date_published", "date_modified"))
        assert all(author["name"] for author in item["authors"])
    assert "\x0b" not in answers["json"].content.decode()


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_hostile_title_is_read_as_it_was_written(feeds, form):
    _story, answers = feeds
    read_back = feedparser.parse(answers[form].content)
    assert not read_back.bozo, read_back.get("bozo_exception")
    hostile = next(entry for entry in read_back.entries if "😀" in entry.title)
    assert (
        "😀👨‍👩‍👧" in hostile.title
    )  # a title of RSS may be HTML, so readers clean it; that of Atom is words
    assert html.unescape(hostile.title).startswith("A&B <b>粗</b>")
    assert [tag.term for tag in hostile.tags] == ["A&B", '<"c">', "社区/营造"]
    assert "记者 <甲> & 乙" in hostile.author


def test_ids_stay_when_the_site_moves_and_the_story_changes(client, programme, feeds):
    _story, answers = feeds
    before = {one["id"] for one in json.loads(answers["json"].content)["items"]}
    there = client.get("/feeds/stories.json", SERVER_NAME="localhost")
    after = {one["id"] for one in json.loads(there.content)["items"]}
    assert before == after
