"""JSON Feed 1.1 (jsonfeed.org/version/1.1). What was withdrawn stands in an extension, as the format has no word for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from yingzao.stories.exports.feeds.frame import Frame, address_of, body_of, clean, head_of, moment, picture_at
from yingzao.stories.queries import Entry


def json_feed(frame: Frame, entries: Sequence[Entry]) -> bytes:
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(frame.title),
        "home_page_url": frame.page,
        "feed_url": frame.address,
        "language": frame.language,
    }
    if frame.following:
        told["next_url"] = frame.following
    if frame.hub:
        told["hubs"] = [{"type": "WebSub", "url": frame.hub}]
    if frame.gone:
        told["_withdrawn"] = {
            "about": "Entries that were taken back: id, and when",
            "entries": [{"id": one.feed_id, "at": moment(one.at)} for one in frame.gone],
        }
    told["items"] = [_item(entry, frame.site) for entry in entries]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _item(entry: Entry, site: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.feed_id,
        "url": address_of(entry, site),
        "title": clean(entry.title),
        "content_html": body_of(entry, site),
        "summary": clean(entry.summary),
        "date_published": moment(entry.published_at),
        "date_modified": moment(entry.changed_at),
        "authors": [{"name": clean(entry.authors or entry.organisation)}],
    }
    if entry.categories:
        item["tags"] = [clean(str(name)) for name in entry.categories]
    if head := head_of(entry):
        item["image"] = picture_at(head, site)
    return item
