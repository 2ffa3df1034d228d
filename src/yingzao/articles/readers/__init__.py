"""Reading articles: Hexo posts, Markdown, web pages and Word files into safe HTML. Needs no Django."""

from yingzao.articles.readers.feeds import (
    MAX_FEED,
    Entry,
    Feed,
    article_of,
    open_feed,
    read_feed,
    without_control,
)
from yingzao.articles.readers.figures import (
    figures_named,
    in_words,
    is_key,
    mark_of,
    shown_in,
    without_figures,
)
from yingzao.articles.readers.folders import Packed, is_folder, posts_in
from yingzao.articles.readers.forms import HEAD, decode, is_feed, may_be_feed
from yingzao.articles.readers.parsed import ImageRef, NotAnArticle, ParsedArticle, placeholder
from yingzao.articles.readers.pasted import WANTED, safe_html
from yingzao.articles.readers.reading import read
from yingzao.articles.readers.written import Written, read_written

__all__ = [
    "HEAD",
    "MAX_FEED",
    "WANTED",
    "Entry",
    "Feed",
    "ImageRef",
    "NotAnArticle",
    "Packed",
    "ParsedArticle",
    "Written",
    "article_of",
    "decode",
    "figures_named",
    "in_words",
    "is_feed",
    "is_folder",
    "is_key",
    "mark_of",
    "may_be_feed",
    "open_feed",
    "placeholder",
    "posts_in",
    "read",
    "read_feed",
    "read_written",
    "safe_html",
    "shown_in",
    "without_control",
    "without_figures",
]
