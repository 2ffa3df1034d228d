"""Stories as feeds: one frame, written as Atom, RSS or JSON Feed. Whole stories, so that a reader needs no second visit."""

from yingzao.stories.exports.feeds.atom import atom
from yingzao.stories.exports.feeds.frame import Frame
from yingzao.stories.exports.feeds.json_feed import json_feed
from yingzao.stories.exports.feeds.rss import rss

WRITERS = {"atom": atom, "rss": rss, "json": json_feed}
CONTENT_TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
NAMES = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}

__all__ = ["CONTENT_TYPES", "NAMES", "WRITERS", "Frame"]
