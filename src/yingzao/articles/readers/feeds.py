"""Feeds: RSS, RDF, Atom and JSON Feed, entry by entry. Nothing is fetched."""

import calendar
import datetime as dt
import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

import feedparser

from yingzao.articles.readers import front_matter, markup
from yingzao.articles.readers.forms import (
    HEAD,
    MAX_TEXT,
    begins_as_json,
    characters,
    is_feed,
    is_json_feed,
    json_feed,
)
from yingzao.articles.readers.parsed import NotAnArticle, ParsedArticle
from yingzao.articles.readers.parts import Malformed, take_apart, take_json_apart
from yingzao.articles.readers.reading import assemble

MAX_FEED = 60_000_000
MAX_UNDIVIDED = 10_000_000
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
Matter = Mapping[str, front_matter.Value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the feed has it: what it says of itself, its body as HTML of any kind, the address that relative ones go
    out from, and a moment that is known where the written date cannot be read."""

    matter: Matter
    body: str
    base: str = ""
    published_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """`title`, `home` (the address of the site) and `address` (its own, where it says so) are "" where nothing stands.
    `entries` can be gone through once, and raises NotAnArticle (`damaged`)."""

    title: str
    home: str
    address: str
    entries: Iterator[Entry]


def read_feed(source: bytes | IO[bytes]) -> Iterator[ParsedArticle]:
    """Each entry as an article, in the feed's order; one that cannot be read is empty and says so (`unreadable_entry`).

    Raises NotAnArticle for what is no feed, or too large.
    """
    for entry in open_feed(source).entries:
        yield article_of(entry)


def open_feed(source: bytes | IO[bytes]) -> Feed:
    """The feed and its entries as they stand, one after another. A file is seekable and stays open until they are read.

    It takes the memory of one entry at a time; but what is not larger than MAX_UNDIVIDED and is JSON, or not well-formed, is
    held whole. What is larger and not well-formed is refused.
    Raises NotAnArticle (`too_large`, `unknown_form`, `damaged`).
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    size = file.seek(0, io.SEEK_END)
    if size > MAX_FEED:
        raise NotAnArticle("too_large")
    file.seek(0)
    head = file.read(HEAD)
    if begins_as_json(head):
        if size <= MAX_UNDIVIDED:
            told = json_feed(_undivided(file, size))
            items = iter(told["items"] if told else ())
        else:
            told, items = take_json_apart(file)
        if told is None or not is_json_feed(told):
            raise NotAnArticle("unknown_form")
        title, home, address = (_text(told.get(key)) for key in ("title", "home_page_url", "feed_url"))
        return Feed(title, home, address, _of_json(told, items))
    if not is_feed(head):
        raise NotAnArticle("unknown_form")
    try:
        parts = take_apart(file)
    except Malformed:
        if size > MAX_UNDIVIDED:
            raise NotAnArticle("damaged") from None
        parsed = _parsed(_undivided(file, size))
        return _told(parsed.get("feed", {}), _of_xml(parsed, parsed.get("feed", {})))
    feed = _parsed(parts.head).get("feed", {})
    return _told(feed, _one_by_one(parts.documents, feed))


def _undivided(file: IO[bytes], size: int) -> bytes:
    file.seek(0)
    return file.read(size)


def without_control(entry: Entry) -> Entry:
    """The same entry without characters that no database keeps."""
    matter = {
        key: characters(value) if isinstance(value, str) else [characters(one) for one in value]
        for key, value in entry.matter.items()
    }
    return replace(entry, matter=matter, body=characters(entry.body), base=characters(entry.base))


def article_of(entry: Entry) -> ParsedArticle:
    """The entry in our form. Reading the same entry again gives the same article."""
    try:
        if len(entry.body) > MAX_TEXT:
            raise NotAnArticle("too_large")
        article = assemble(entry.matter, entry.body, [], "", "feed", base=entry.base, may_be_empty=True)
    except (NotAnArticle, ValueError, RecursionError):
        article = assemble(entry.matter, "", ["unreadable_entry"], "", "feed", may_be_empty=True)
    if article.published_at is None and entry.published_at is not None:
        warnings = tuple(code for code in article.warnings if code != "invalid_date")
        return replace(article, published_at=entry.published_at, warnings=warnings)
    return article


# RSS, RDF, Atom


def _parsed(document: bytes) -> Any:
    try:
        # As a stream, since text that looks like an address would be fetched.
        return feedparser.parse(io.BytesIO(document), sanitize_html=False, resolve_relative_uris=False)
    except Exception as failure:  # its parsers raise whatever they meet
        raise NotAnArticle("damaged") from failure


def _told(feed: Any, entries: Iterator[Entry]) -> Feed:
    links = [link for link in feed.get("links") or () if link.get("rel") == "self"]
    own = _text(links[0].get("href")) if links else ""
    return Feed(
        _title(feed.get("title_detail") or {}, feed.get("title", "")), _text(feed.get("link")), own, entries
    )


def _one_by_one(documents: Iterator[bytes], feed: Any) -> Iterator[Entry]:
    for document in documents:
        yield from _of_xml(_parsed(document), feed)


def _of_xml(parsed: Any, feed: Any) -> Iterator[Entry]:
    for entry in parsed.get("entries", ()):
        link = _text(entry.get("link"))
        said: dict[str, front_matter.Value] = {
            "title": _title(entry.get("title_detail") or {}, entry.get("title", "")),
            "author": _authors(entry) or _authors(feed),
            "categories": [_text(t.get("label") or t.get("term")) for t in entry.get("tags") or ()],
            "date": _text(_first(entry, "published", "updated", "created")),
            "headimg": _picture(entry),
            "link": link,
            "id": _text(entry.get("id")),
        }
        yield Entry(
            {key: value for key, value in said.items() if value},
            _body(entry),
            _base(entry, link),
            _moment(entry),
        )


def _first(entry: Any, *keys: str) -> Any:
    return next((dict.get(entry, key) for key in keys if dict.get(entry, key)), None)


def _text(value: object) -> str:
    return " ".join(characters(str(value or "")[:8000]).split())[:2000]


def _title(detail: Mapping[str, Any], title: object) -> str:
    if detail.get("type") == "text/plain":
        return _text(title)
    return _text(words_of(str(title or "")[:8000]))


def words_of(fragment: str) -> str:
    """The words of a bit of HTML, or of text that only looks like it."""
    if not re.search(r"[<&]", fragment):
        return fragment
    escaped = re.sub(r"<(?![a-zA-Z/!])", "&lt;", markup.escape_unknown(_UNSEEN.sub("", fragment)))
    return html.unescape(re.sub(r"<[^<>]*>", "", escaped))


def _authors(entry: Any) -> list[str]:
    named = [_text(a.get("name") or a.get("email")) for a in entry.get("authors") or () if a]
    return list(dict.fromkeys(filter(None, named or [_text(entry.get("author"))])))


def _body(entry: Any) -> str:
    """The longest content, else the summary."""
    contents = [c for c in entry.get("content") or () if c.get("value")]
    if not contents and entry.get("summary"):
        contents = [entry.get("summary_detail") or {"value": entry["summary"]}]
    if not contents:
        return ""
    longest = max(contents, key=lambda c: len(c["value"]))
    value = str(longest["value"])
    return _paragraphs(value) if longest.get("type") == "text/plain" else value


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip())


def _picture(entry: Any) -> str:
    media: Sequence[Any] = [*(entry.get("media_content") or ()), *(entry.get("media_thumbnail") or ())]
    enclosed = [
        e.get("href") for e in entry.get("enclosures") or () if str(e.get("type", "")).startswith("image/")
    ]
    shown = [
        m.get("url")
        for m in media
        if m.get("medium", "image") == "image" and str(m.get("type", "image/")).startswith("image/")
    ]
    return str(next(filter(None, [*enclosed, *shown]), ""))


def _base(entry: Any, link: str) -> str:
    detail = (entry.get("content") or [entry.get("summary_detail") or {}])[0]
    return str(detail.get("base") or "") or link


def _moment(entry: Any) -> dt.datetime | None:
    """What feedparser makes of a date in one of its many spellings, in UTC."""
    parsed = _first(entry, "published_parsed", "updated_parsed", "created_parsed")
    try:
        moment = dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment and 1990 <= moment.year <= 2100 else None


# JSON Feed (jsonfeed.org)


def _of_json(told: Mapping[str, Any], items: Iterator[Any]) -> Iterator[Entry]:
    for item in items:
        if not isinstance(item, dict):
            continue
        link = _text(item.get("url") or item.get("external_url"))
        said: dict[str, front_matter.Value] = {
            "title": _text(item.get("title")),
            "author": _named(item) or _named(told),
            "categories": [_text(tag) for tag in _listed(item.get("tags"))],
            "date": _text(item.get("date_published") or item.get("date_modified")),
            "headimg": _text(item.get("image") or item.get("banner_image")),
            "link": link,
            "id": _text(item.get("id")),
        }
        body = item.get("content_html")
        if not isinstance(body, str) or not body:
            body = _paragraphs(str(item.get("content_text") or item.get("summary") or ""))
        yield Entry({key: value for key, value in said.items() if value}, body, link)


def _named(item: Mapping[str, Any]) -> list[str]:
    writers = [*_listed(item.get("authors")), item.get("author")]
    named = [_text(w.get("name")) for w in writers if isinstance(w, dict)]
    return list(dict.fromkeys(filter(None, named)))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
