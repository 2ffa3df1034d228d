"""Hexo posts: written back with as little changed as was asked for, or made from what came in another form."""

import codecs
import re
from collections.abc import Mapping

from yingzao.articles.readers import ParsedArticle
from yingzao.articles.readers.forms import decode
from yingzao.articles.readers.front_matter import Value, find_block, rewrite

_UNFIT = re.compile(r"[:/\\?*“”\"<>|\[\]]")
_PICTURE = re.compile(r'<img src="image:(\d+)">')


def write_back(
    data: bytes, *, changes: Mapping[str, Value | None] | None = None, body: str | None = None
) -> bytes:
    """The post with these keys of its head set (None takes one out) and, where given, another body.

    Nothing asked for: the bytes as received. A key changes its own lines only, a body leaves the head as it is; encoding,
    byte order mark and line ends stay. Raises NotAnArticle for what is not text, ValueError for a head in JSON.
    """
    if not changes and body is None:
        return data
    text, encoding = decode(data)
    if body is not None:
        block = find_block(text)
        text = text[: block.body if block else 0] + body
    if changes:
        text = rewrite(text, changes)
    return _encoded(text, encoding, data)


def _encoded(text: str, encoding: str, data: bytes) -> bytes:
    if encoding == "utf-16":
        mark = data[:2]
        return mark + text.encode("utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be")
    if encoding == "utf-8-sig":
        return (codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b"") + text.encode()
    return text.encode(encoding)


def file_name(title: str) -> str:
    """The name of a post's file: what no file system takes is `_`, line ends, # and dots go."""
    name = re.sub(r"[\n\r#.]", "", _UNFIT.sub("_", title)).strip()[:80]
    return f"{name or '_'}.md"


def as_post(article: ParsedArticle) -> str:
    """An article of any form as a Hexo post: its head, and its safe HTML with the pictures' own addresses."""
    head: dict[str, Value | None] = {"title": article.title}
    if article.categories:
        head["categories"] = list(article.categories)
    cover = next((image.origin for image in article.images if image.is_head), "")
    if cover:
        head["headimg"] = cover
    if article.authors:
        head["author"] = article.authors
    if article.published_at is not None:
        head["date"] = article.published_at.isoformat(sep=" ")
    html = _PICTURE.sub(lambda mark: _picture(article, int(mark[1])), article.html)
    return rewrite("", head) + f"<div>\n{html}\n</div>\n"


def _picture(article: ParsedArticle, number: int) -> str:
    image = article.images[number]
    return f'<img src="{image.origin}" alt="{image.alt}">'.replace("&", "&amp;") if image.origin else ""
