"""Our safe HTML as Markdown that reads back to the same HTML, for editing what was imported.

What Markdown has no words for (tables, small print) stays HTML, which Markdown allows.
"""

import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

from yingzao.articles.models import Article
from yingzao.articles.readers.figures import mark_of, unescaped

_HAN = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
_SPACE = re.compile(r"\s+")
_SPECIAL = re.compile(r"([\\`*_\[\]<>~])")
_LINE_START = re.compile(r"^(?:(#{1,6}|[-+]|={2,}|-{2,})(?=\s|$)|(\d{1,9})([.)])(?=\s|$))", re.MULTILINE)
_PICTURE = re.compile(r"image:(\d+)")
_PLAIN = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~"}


def as_markdown(article: Article) -> str:
    """What an editor goes on writing in: the text as it was typed last, else made from the imported HTML."""
    return article.source or markdown_of(article.html)


def markdown_of(html: str) -> str:
    """Markdown of sanitised HTML; `image:n` becomes [图n+1]."""
    if not html.strip():
        return ""
    parser = lxml.html.HTMLParser(encoding="utf-8")
    root = lxml.html.fragment_fromstring(f"<div>{html}</div>".encode(), parser=parser)
    return "\n\n".join(_blocks(root)) + "\n"


def _blocks(parent: lxml.html.HtmlElement) -> Iterator[str]:
    if parent.text and parent.text.strip():
        yield _text(parent.text).strip()
    for child in parent:
        if block := _block(child).strip("\n"):
            yield block
        if child.tail and child.tail.strip():
            yield _text(child.tail).strip()


def _block(element: lxml.html.HtmlElement) -> str:
    tag = element.tag
    if tag == "p":
        return _line_starts(_inline(element).strip())
    if re.fullmatch("h[1-6]", tag):
        return f"{'#' * int(tag[1])} {_inline(element).replace(chr(10), ' ').strip()}"
    if tag in ("ul", "ol"):
        return _list(element)
    if tag == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(_children(element)).split("\n"))
    if tag == "figure" and len(element) == 1 and element[0].tag == "img":
        return _mark(element[0])
    if tag == "hr":
        return "---"
    if tag == "pre":
        words = element.text_content().strip("\n")
        fence = "`" * max(3, max((len(run) for run in re.findall("`+", words)), default=0) + 1)
        return f"{fence}\n{words}\n{fence}"
    return _as_html(element)


def _children(element: lxml.html.HtmlElement) -> list[str]:
    """Blocks of a quotation or a list's item, which may hold bare text instead."""
    if any(child.tag in ("p", "ul", "ol", "blockquote", "pre", "figure", "table", "hr") for child in element):
        return list(_blocks(element))
    return [_line_starts(_inline(element).strip())]


def _list(element: lxml.html.HtmlElement) -> str:
    items = []
    for number, item in enumerate((child for child in element if child.tag == "li"), 1):
        mark = f"{number}. " if element.tag == "ol" else "- "
        words = _item(item).split("\n")
        items.append(
            "\n".join([mark + words[0], *(" " * len(mark) + line if line else "" for line in words[1:])])
        )
    return ("\n\n" if any(_loose(item) for item in element) else "\n").join(items)


def _loose(item: lxml.html.HtmlElement) -> bool:
    return any(child.tag == "p" for child in item)


def _item(item: lxml.html.HtmlElement) -> str:
    if _loose(item):
        return "\n\n".join(_blocks(item))
    inner = [child for child in item if child.tag in ("ul", "ol")]
    for child in inner:
        item.remove(child)
    return "\n".join([_line_starts(_inline(item).strip()), *(_list(child) for child in inner)])


def _inline(element: lxml.html.HtmlElement) -> str:
    parts = [_text(element.text or "")]
    for child in element:
        parts += [_span(child), _text(child.tail or "")]
    return "".join(parts)


def _span(element: lxml.html.HtmlElement) -> str:
    tag = element.tag
    if tag == "br":
        return "\n"
    if tag == "img":
        return _mark(element)
    if tag == "data":
        return mark_of(element.get("value", ""))
    words = _inline(element)
    if tag in _PLAIN and words and words[0].isalnum() and words[-1].isalnum():
        return f"{_PLAIN[tag]}{words}{_PLAIN[tag]}"
    if tag == "a":
        href = element.get("href", "")
        return f"[{words}](<{href}>)" if href and not re.search(r"[<>\n]", href) else words
    if tag == "code" and not len(element) and "`" not in (element.text or ""):
        return f"`{element.text or ''}`"
    return f"<{tag}>{words}</{tag}>"


def _mark(image: lxml.html.HtmlElement) -> str:
    named = _PICTURE.fullmatch(image.get("src", ""))
    return f"[图{int(named[1]) + 1}]" if named else ""


def _text(words: str) -> str:
    """One line: a break between two Han characters was never a space."""
    joined = re.sub(rf"(?<={_HAN})\s*\n\s*(?={_HAN})", "", words)
    escaped = _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", joined))
    return unescaped(re.sub(r"&(?=#?\w+;)", "&amp;", escaped))


def _line_starts(words: str) -> str:
    return _LINE_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", words)


def _as_html(element: lxml.html.HtmlElement) -> str:
    """As it stands, without empty lines, which would end the HTML."""
    for image in element.iter("img"):
        if named := _PICTURE.fullmatch(image.get("src", "")):
            image.set("src", f"yz-picture-{int(named[1]) + 1}")
    element.tail = None
    whole = etree.tostring(element, encoding="unicode", method="html")
    return re.sub(r"\n\s*\n", "\n", whole)
