"""Atom (RFC 4287): whole stories, so that a reader needs no second visit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from xml.etree import ElementTree

from django.db.models import prefetch_related_objects

from yingzao.articles.enums import ImageState
from yingzao.articles.exports import body_html
from yingzao.articles.models import Article, ArticleImage
from yingzao.core.clock import SHANGHAI
from yingzao.programmes.models import Programme
from yingzao.stories.models import Story
from yingzao.stories.queries import summary_of

ATOM = "http://www.w3.org/2005/Atom"
BEGINNING = dt.datetime(2021, 1, 1, tzinfo=SHANGHAI)  # of a feed without entries
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
# What XML 1.0 cannot carry, not even escaped.
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ElementTree.register_namespace("", ATOM)


def atom(
    stories: Iterable[Story],
    *,
    site: str,
    host: str,
    address: str,
    page: str,
    title: str,
    updated: dt.datetime,
    programme: Programme | None = None,
) -> bytes:
    """The feed as UTF-8 bytes. Two queries for the pictures of all stories.

    `site` is scheme and host without a slash at its end, `host` its name alone; `address` the feed's own path, `page` the
    path of the page it follows. Entries keep the name they got at their first publication, wherever they are served.
    """
    entries = list(stories)
    prefetch_related_objects([story.article for story in entries], "images__file")
    feed = ElementTree.Element(_name("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": "zh-Hans"})
    about = f"programmes/{programme.code}/stories" if programme else "stories"
    since = programme.created_at.astimezone(SHANGHAI).date() if programme else BEGINNING.date()
    _add(feed, "id", f"tag:{host},{since}:{about}")
    _add(feed, "title", title)
    _add(feed, "updated", _time(updated))
    _link(feed, "self", f"{site}{address}", "application/atom+xml")
    _link(feed, "alternate", f"{site}{page}", "text/html")
    for story in entries:
        feed.append(_entry(story, site))
    return ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)


def _entry(story: Story, site: str) -> ElementTree.Element:
    entry = ElementTree.Element(_name("entry"))
    article = story.article
    _add(entry, "id", story.feed_id)
    _add(entry, "title", story.title)
    _link(entry, "alternate", f"{site}{story.address}", "text/html")
    _add(entry, "published", _time(story.published_at))
    _add(entry, "updated", _time(story.changed_at))
    author = ElementTree.SubElement(entry, _name("author"))
    _add(author, "name", article.authors or story.programme.organisation.name)
    for category in article.categories:
        ElementTree.SubElement(entry, _name("category"), {"term": _clean(str(category))})
    _add(entry, "summary", summary_of(story))
    pictures = list(article.images.all())
    head = next((p for p in pictures if p.is_head and p.state == ImageState.STORED and p.file), None)
    body = body_html(article, pictures, base=site)
    if head and f'<img src="image:{head.position}">' not in article.html:  # else the text shows it already
        body = body_html(_alone(head), [head], base=site) + body
    _add(entry, "content", body).set("type", "html")
    return entry


def _alone(head: ArticleImage) -> Article:
    return Article(html=f'<figure><img src="image:{head.position}"></figure>')


def _name(tag: str) -> str:
    return f"{{{ATOM}}}{tag}"


def _add(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, _name(tag))
    child.text = _clean(text)
    return child


def _link(parent: ElementTree.Element, rel: str, href: str, media_type: str) -> None:
    ElementTree.SubElement(parent, _name("link"), {"rel": rel, "type": media_type, "href": href})


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)


def _time(moment: dt.datetime | None) -> str:
    assert moment is not None, "what is told has its date"
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
