"""RSS 2.0 (rssboard.org/rss-specification) with the modules that its readers know: whole text, byline, edits, the feed's own address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.utils import format_datetime

from yingzao.core.clock import SHANGHAI
from yingzao.stories.exports.feeds.frame import Frame, address_of, body_of, moment, xml
from yingzao.stories.queries import Entry

_TYPE = "application/rss+xml"


def rss(frame: Frame, entries: Sequence[Entry]) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">',
        "<channel>",
        f"<title>{xml(frame.title)}</title>",
        f"<link>{xml(frame.page)}</link>",
        f"<description>{xml(frame.title)}</description>",
        "<language>zh-cn</language>",
        f"<lastBuildDate>{_day(frame.updated)}</lastBuildDate>",
        f'<atom:link rel="self" type="{_TYPE}" href="{xml(frame.address)}"/>',
    ]
    if frame.following:
        lines.append(f'<atom:link rel="next" type="{_TYPE}" href="{xml(frame.following)}"/>')
    if frame.hub:
        lines.append(f'<atom:link rel="hub" href="{xml(frame.hub)}"/>')
    lines += [_item(entry, frame.site) for entry in entries]
    lines.append("</channel>\n</rss>\n")
    return "\n".join(lines).encode()


def _item(entry: Entry, site: str) -> str:
    categories = "".join(f"<category>{xml(str(name))}</category>" for name in entry.categories)
    return (
        f"<item><title>{xml(entry.title)}</title><link>{xml(address_of(entry, site))}</link>"
        f'<guid isPermaLink="false">{xml(entry.feed_id)}</guid><pubDate>{_day(entry.published_at)}</pubDate>'
        f"<atom:updated>{moment(entry.changed_at)}</atom:updated>"
        f"<dc:creator>{xml(entry.authors or entry.organisation)}</dc:creator>{categories}"
        f"<description>{xml(entry.summary)}</description>"
        f"<content:encoded>{xml(body_of(entry, site))}</content:encoded></item>"
    )


def _day(at: dt.datetime) -> str:
    return format_datetime(at.astimezone(SHANGHAI))
