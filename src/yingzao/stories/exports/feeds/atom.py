"""Atom (RFC 4287), in pages (RFC 5005 §3), with what was withdrawn (RFC 6721)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from yingzao.stories.exports.feeds.frame import Frame, address_of, body_of, moment, xml
from yingzao.stories.queries import Entry

_TYPE = "application/atom+xml"


def atom(frame: Frame, entries: Sequence[Entry]) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"'
        f' xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="{frame.language}">',
        f"<id>{xml(frame.name)}</id>",
        f"<title>{xml(frame.title)}</title>",
        f"<updated>{moment(frame.updated)}</updated>",
        _link("alternate", frame.page, "text/html"),
        _link("self", frame.address, _TYPE),
    ]
    if frame.following or frame.before:
        lines.append(_link("first", frame.start, _TYPE))
    lines += [
        _link(rel, address, _TYPE)
        for rel, address in (("previous", frame.before), ("next", frame.following))
        if address
    ]
    if frame.hub:
        lines.append(f'<link rel="hub" href="{xml(frame.hub)}"/>')
    lines += [f'<at:deleted-entry ref="{xml(one.feed_id)}" when="{moment(one.at)}"/>' for one in frame.gone]
    lines += [_entry(entry, frame.site) for entry in entries]
    lines.append("</feed>\n")
    return "\n".join(lines).encode()


def _entry(entry: Entry, site: str) -> str:
    categories = "".join(f'<category term="{xml(str(name))}"/>' for name in entry.categories)
    return (
        f"<entry><id>{xml(entry.feed_id)}</id><title>{xml(entry.title)}</title>"
        f'<link rel="alternate" type="text/html" href="{xml(address_of(entry, site))}"/>'
        f"<published>{moment(entry.published_at)}</published><updated>{moment(entry.changed_at)}</updated>"
        f"<author><name>{xml(entry.authors or entry.organisation)}</name></author>{categories}"
        f'<summary>{xml(entry.summary)}</summary><content type="html">{escape(body_of(entry, site))}</content></entry>'
    )


def _link(rel: str, href: str, media_type: str) -> str:
    return f'<link rel="{rel}" type="{media_type}" href="{xml(href)}"/>'
