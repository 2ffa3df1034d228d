"""Reading articles: Hexo posts, Markdown, web pages and Word files into safe HTML. Needs no Django."""

from yingzao.articles.readers.feeds import read_feed
from yingzao.articles.readers.forms import is_feed
from yingzao.articles.readers.parsed import ImageRef, NotAnArticle, ParsedArticle, placeholder
from yingzao.articles.readers.reading import read
from yingzao.articles.readers.written import Written, read_written

__all__ = [
    "ImageRef",
    "NotAnArticle",
    "ParsedArticle",
    "Written",
    "is_feed",
    "placeholder",
    "read",
    "read_feed",
    "read_written",
]
