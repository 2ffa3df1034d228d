"""XML that strangers wrote: parsed without entities, without the network, within limits; and its HTML as Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

from yingzao.core import ports

LARGEST = 20 * 1024 * 1024  # bytes of one XML file
_MARKS = re.compile(r"([\\`*_\[\]<])")
_BEGINNINGS = re.compile(r"(?m)^(\s*)(#{1,6}(?=\s)|>|[-+](?=\s)|\d{1,9}[.)](?=\s))")
_BLOCKS = {
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "table",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "prompt",
}
_DROPPED = {"script", "style", "head", "template"}


def parse(data: bytes) -> etree._Element:
    """The root of an XML file. Raises `DamagedQuestions`, `UnsafeQuestions`, `TooLarge`."""
    if len(data) > LARGEST:
        raise ports.TooLarge
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    if b"<!ENTITY" in data[:100_000] or "<!ENTITY".encode("utf-16-le") in data[:200_000]:
        raise ports.UnsafeQuestions
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as failure:
        raise ports.DamagedQuestions from failure
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _entity in dtd.iterentities()):
        raise ports.UnsafeQuestions
    return root


def looks_like(data: bytes, *names: str) -> bool:
    """Whether one of these elements is the first one of the file."""
    head = data[:20_000].decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    head = re.sub(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>]*>", "", head, flags=re.S)
    found = re.search(r"<\s*(?:[\w.-]+:)?([\w.-]+)", head)
    return bool(found) and found[1] in names  # type: ignore[index]


def name_of(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def inside(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Every element of these names below it, in order."""
    return (one for one in element.iter() if one is not element and name_of(one) in names)


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    if element is None:
        return None
    return next((one for one in element if name_of(one) == name), None)


def words(element: etree._Element | None) -> str:
    """All text of an element on one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def markdown_of(source: str) -> tuple[str, list[str]]:
    """(Markdown, addresses of pictures) of a piece of HTML. Bold, italics, lists and links stay; the rest is its words."""
    if not source.strip():
        return "", []
    try:
        root = lxml.html.fragment_fromstring(source, create_parent="div")
    except (etree.LxmlError, ValueError):
        return escaped(html.unescape(re.sub(r"<[^>]*>", " ", source))).strip(), []
    pictures: list[str] = []
    text = "".join(_pieces(root, pictures))
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), pictures


def plain_of(source: str) -> tuple[str, list[str]]:
    """(words on one line, addresses of pictures) of a piece of HTML."""
    if not source.strip():
        return "", []
    try:
        root = lxml.html.fragment_fromstring(source, create_parent="div")
    except (etree.LxmlError, ValueError):
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", source)).split()), []
    pictures = [str(one.get("src", "")) for one in root.iter("img")]
    for one in root.iter("br", "p", "div", "li"):
        one.tail = " " + (one.tail or "")
    return " ".join(root.text_content().split()), pictures


def escaped(text: str) -> str:
    """Words as Markdown that shows just them."""
    return _BEGINNINGS.sub(
        lambda m: f"{m[1]}\\{m[2]}" if not m[2][0].isdigit() else f"{m[1]}{m[2][:-1]}\\{m[2][-1]}",
        _MARKS.sub(r"\\\1", text),
    )


def _pieces(element: etree._Element, pictures: list[str]) -> Iterator[str]:
    name = name_of(element)
    if name in _DROPPED or not name:
        return
    if name == "img":
        pictures.append(str(element.get("src", "")))
    before, after = _around(element, name)
    yield before
    yield escaped(re.sub(r"\s+", " ", element.text or ""))
    for one in element:
        yield from _pieces(one, pictures)
        yield escaped(re.sub(r"\s+", " ", one.tail or ""))
    yield after


def _around(element: etree._Element, name: str) -> tuple[str, str]:
    if name == "br":
        return "\n", ""
    if name == "li":
        return "\n- ", ""
    if name in _BLOCKS:
        return "\n\n", "\n\n"
    if name in ("b", "strong"):
        return "**", "**"
    if name in ("i", "em"):
        return "*", "*"
    if name == "a" and str(element.get("href", "")).startswith(("http://", "https://")):
        return "[", f"]({element.get('href')})"
    if name in ("td", "th"):
        return "", " "
    return "", ""
