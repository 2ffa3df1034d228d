"""Any HTML into the little that an article may hold.

Order matters: what is no HTML element is escaped first so that it survives as text; then everything unknown is taken
out; then pictures are numbered and the blocks are tidied; the sanitiser comes last, so that nothing after it can undo it.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urljoin

import lxml.html
import nh3
from lxml import etree

from yingzao.articles.readers.elements import (
    BLOCKS,
    DROPPED_WHOLE,
    INLINE,
    KEPT,
    KNOWN,
    MAY_STAY_OPEN,
    WRAPPERS,
)
from yingzao.articles.readers.parsed import ImageRef, NotAnArticle

MAX_EMBEDDED = 10_000_000
MAX_IMAGES = 200
MAX_REFERENCES = 100_000  # of characters; each costs the sanitiser time in proportion to those before it
MAX_TAGS = 100_000
MAX_DEPTH = 200  # the tree builder loses what lies deeper than 256

# Possessive, so that a megabyte of "<aaaa…" costs one look and not millions.
_TAG = re.compile(r"<(/?)([^\s<>/!?]++)([^<>]*+)>")
_NAMESPACED = re.compile(r"(?:o|w|v|st1|m|wp|a|pic|x):\w+|[a-z]+-[a-z-]+", re.IGNORECASE)

_GONE = "gone"  # an element that is taken out and leaves what stands in it
_FRAME = re.compile(r"<(iframe|object|applet|video|audio|select|form|aside|nav)\b[^<>]*+>", re.IGNORECASE)
_FRAME_END = re.compile(r"</(iframe|object|applet|video|audio|select|form|aside|nav)\b", re.IGNORECASE)
_CELL = {"colspan", "rowspan"}
# Pages that load their pictures late keep the address in one of these; what stands in src is a blank.
_IMAGE_ATTRIBUTES = (
    "data-original-src", "data-original", "data-src", "data-actualsrc", "data-lazy-src", "data-lazyload", "data-lazy",
    "data-echo", "data-url", "zoomfile", "file", "src", "srcset", "data-srcset",
)  # fmt: skip
_ROUGH = {
    "*": set(),  # else titles and languages would stay everywhere
    "a": {"href"},
    "img": {
        *_IMAGE_ATTRIBUTES,
        "alt",
        "title",
        "width",
        "height",
        "data-size",
        "data-width",
        "data-height",
        "data-w",
    },
    "td": _CELL,
    "th": _CELL,
}
_FINE = {"*": set(), "a": {"href", "title"}, "img": {"src"}, "td": _CELL, "th": _CELL}
_LINKS = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_PROXIES = re.compile(
    r"^https?://(?:cors\.zfour\.workers\.dev/\?|images\.weserv\.nl/\?url=|[\w.-]+\.workers\.dev/\?(?=https?:))",
    re.IGNORECASE,
)
_DECORATION = re.compile(
    r"^(?:https?:)?//(?:picsum\.photos|source\.unsplash\.com|placehold\.co|via\.placeholder\.com)/"
)
_NO_PICTURE = re.compile(r"^(?:|about:.*|undefined|https?://www\.jianshu\.com/p/undefined)$")
_JUNK = {"展开阅读全文", "阅读全文", "展开全文", "点击查看更多"}
_BLANK = " \t\r\n\u3000\xa0\u200b\ufeff"


@dataclass
class Body:
    """The article's body after tidying."""

    html: str
    text: str
    images: list[ImageRef] = field(default_factory=list)
    decorations: list[ImageRef] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    heading: str = ""  # text of a first-level heading that stood at the top


def clean(markup: str, *, title: str = "", base: str = "") -> Body:
    """Safe HTML with numbered pictures. A first heading that only repeats `title` is left out.

    `base` is the address that relative ones go out from; without one, relative links go and relative pictures are files
    beside the article.
    """
    body = Body("", "")
    escaped = escape_unknown(markup)
    if escaped != markup:
        body.warnings.append("tag_shown_as_text")
    if escaped.count("&") > MAX_REFERENCES or escaped.count("<") > MAX_TAGS:
        raise NotAnArticle("too_large")
    if _depth(escaped) > MAX_DEPTH:
        raise NotAnArticle("damaged")
    body.warnings += _what_goes(escaped)
    rough = nh3.clean(
        _without_open_frames(escaped),
        tags=set(KEPT | WRAPPERS),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes={name: set(kept) for name, kept in _ROUGH.items()},
        url_schemes={"http", "https", "mailto", "tel", "data"},
        link_rel=None,
    )
    root = _tree(rough)
    if re.match(r"https?://", base, re.IGNORECASE):
        _go_out_from(root, base)
    _number_images(root, body)
    _tidy(root, body, title)
    body.html = nh3.clean(
        "".join(_parts(root)),
        tags=set(KEPT),
        attributes={name: set(kept) for name, kept in _FINE.items()},
        url_schemes={"http", "https", "mailto", "tel", "image"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    ).strip()
    body.text = plain_text(root)
    return body


def escape_unknown(markup: str) -> str:
    """`<化妆品监督管理条例>` and `<version>` become text; HTML's own elements stay for the sanitiser."""

    def judge(match: re.Match[str]) -> str:
        name = match[2]
        if name.lower() in KNOWN or _NAMESPACED.fullmatch(name):
            return match[0]
        return f"&lt;{match[1]}{name}{match[3]}&gt;"

    return _TAG.sub(judge, markup)


def strip_proxy(address: str) -> str:
    """The address behind a picture proxy; `//host/x` becomes https."""
    address = address.strip()
    while match := _PROXIES.match(address):
        address = address[match.end() :]
        if re.match(r"https?%3a", address, re.IGNORECASE):
            address = unquote(address)
    return f"https:{address}" if address.startswith("//") else address


def image_ref(address: str, alt: str = "") -> ImageRef | None:
    """What a picture's address stands for, or None where it names no picture at all."""
    if _NO_PICTURE.match(address.strip()):
        return None
    if address.startswith("data:"):
        data = _embedded(address)
        return ImageRef("", "", alt, "embedded", data=data) if data else None
    origin = strip_proxy(address)
    if _DECORATION.match(origin):
        return ImageRef(address[:500], origin[:500], alt, "decoration")
    if re.match(r"https?://", origin, re.IGNORECASE):
        return ImageRef(address[:500], origin[:500], alt, "remote")
    if re.match(r"[a-z][a-z0-9+.-]*:", origin, re.IGNORECASE):
        return None
    return ImageRef(address[:500], unquote(origin)[:500], alt, "local")


def plain_text(root: lxml.html.HtmlElement) -> str:
    """The words without markup, one block a line."""
    words: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in BLOCKS or element.tag == "br":
            words.append("\n")
        words.append(
            (element.text if event == "start" else element.tail if element is not root else "") or ""
        )
    lines = (line.strip(_BLANK) for line in "".join(words).splitlines())
    return "\n".join(line for line in lines if line)


def _without_open_frames(markup: str) -> str:
    """A frame or player that nobody closed would take the rest of the text with it: of these the tag alone goes."""
    closed = {end[1].lower(): end.start() for end in _FRAME_END.finditer(markup)}  # the last one of each

    def judge(match: re.Match[str]) -> str:
        return match[0] if match.start() < closed.get(match[1].lower(), -1) else ""

    return _FRAME.sub(judge, markup)


def _depth(markup: str) -> int:
    """How deep elements are nested, about; those whose end may be left out do not count."""
    deepest = now = 0
    for tag in _TAG.finditer(markup):
        if tag[2].lower() in MAY_STAY_OPEN:
            continue
        now = max(0, now - 1) if tag[1] else now + 1
        deepest = max(deepest, now)
    return deepest


def _tree(markup: str) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(huge_tree=False, encoding="utf-8")
    return lxml.html.fragment_fromstring(f"<div>{markup}</div>".encode(), parser=parser)


def _parts(root: lxml.html.HtmlElement) -> Iterator[str]:
    for child in root:
        child.tail = None
        yield etree.tostring(child, encoding="unicode", method="html") + "\n"


def _what_goes(markup: str) -> list[str]:
    kinds = {
        "script_dropped": r"<script\b|<[^<>]*\son[a-z]+\s*=|javascript:",
        "frame_dropped": r"<(?:iframe|frame|object|embed|video|audio|mpvoice|mpvideo|qqmusic)\b",
    }
    return [code for code, pattern in kinds.items() if re.search(pattern, markup, re.IGNORECASE)]


def _embedded(address: str) -> bytes | None:
    head, _, packed = address.partition(",")
    if not re.fullmatch(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64", head.strip(), re.IGNORECASE):
        return None
    if len(packed) > MAX_EMBEDDED * 4 // 3:
        return None
    try:
        return base64.b64decode(packed, validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _address(image: lxml.html.HtmlElement) -> str:
    """Where the picture is: of several sizes (`a.jpg 1x, b.jpg 2x`) the first."""
    name = next((name for name in _IMAGE_ATTRIBUTES if (image.get(name) or "").strip()), "src")
    address = (image.get(name) or "").strip()
    return re.split(r",?\s", address, maxsplit=1)[0] if name.endswith("srcset") else address


def _size(image: lxml.html.HtmlElement) -> tuple[int | None, int | None]:
    """Width and height in pixels as the text says them: `data-size="700,525"`, data-width, width."""
    both = re.fullmatch(r"\s*(\d{1,5})\s*[,x×]\s*(\d{1,5})\s*", image.get("data-size", ""))
    if both:
        return int(both[1]), int(both[2])
    width, height = (
        next((int(said[1]) for name in (f"data-{side}", f"data-{side[0]}", side)
              if (said := re.fullmatch(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*", image.get(name, "")))), None)
        for side in ("width", "height")
    )  # fmt: skip
    return width, height


def _is_tracker(image: lxml.html.HtmlElement) -> bool:
    sizes = [image.get(side, "").strip().removesuffix("px") for side in ("width", "height")]
    return any(size in ("0", "1") for size in sizes)


def _go_out_from(root: lxml.html.HtmlElement, base: str) -> None:
    for element in root.iter("a", "img"):
        for name in ("href", *_IMAGE_ATTRIBUTES):
            address = element.get(name, "").strip()
            if (
                address
                and not address.startswith("#")
                and not re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE)
            ):
                with suppress(ValueError):
                    element.set(name, urljoin(base, address))


def _number_images(root: lxml.html.HtmlElement, body: Body) -> None:
    """Each real picture becomes `<img src="image:n">`; the rest go. What the text said about it goes to the list."""
    for image in list(root.iter("img")):
        address = _address(image)
        found = image_ref(address, " ".join((image.get("alt") or image.get("title") or "").split())[:300])
        width, height = _size(image)
        found = found and replace(found, width=width, height=height, caption=_title_of(image))
        if found is None or _is_tracker(image) or len(body.images) == MAX_IMAGES:
            body.warnings.append("tracker_dropped" if _is_tracker(image) else "image_dropped")
            image.tag = _GONE
            continue
        if found.state == "decoration":
            body.warnings.append("decoration_dropped")
            body.decorations.append(found)
            image.tag = _GONE
            continue
        image.attrib.clear()
        image.set("src", f"image:{len(body.images)}")
        body.images.append(found)
    etree.strip_elements(root, _GONE, with_tail=False)


def _title_of(image: lxml.html.HtmlElement) -> str:
    """A title that says more than the alternative text and is no name of a file, as `![alt](a.jpg "title")` has it."""
    title = " ".join((image.get("title") or "").split())[:300]
    return (
        title
        if image.get("alt") and title != image.get("alt") and re.search(r"[\u4e00-\u9fff]", title)
        else ""
    )


def _tidy(root: lxml.html.HtmlElement, body: Body, title: str) -> None:
    for link in list(root.iter("a")):
        if not _LINKS.match(link.get("href", "").strip()):
            link.tag = _GONE
    for element in list(root.iterdescendants()):
        if element.tag in WRAPPERS:
            is_outer = any(inner.tag in BLOCKS for inner in element.iterdescendants())
            element.tag = _GONE if is_outer else "p"
    etree.strip_tags(root, _GONE)
    for code in root.xpath(".//pre/code[preceding-sibling::code]"):  # WeChat puts each line into its own
        code.text = f"\n{code.text or ''}"
    _wrap_loose(root)
    _first_heading(root, body, title)
    for heading in list(root.iter("h1")):
        heading.tag = "h2"
    for block in list(root.iter("p", "h2", "h3", "h4", "h5", "h6", "figure")):
        words = (block.text_content() or "").strip(_BLANK)
        pictures = list(block.iter("img"))
        if words in _JUNK or (not words and not pictures):
            if words:
                body.warnings.append("junk_dropped")
            block.drop_tree()
        elif pictures and not words and block.tag == "p" and block.getparent() is root:
            _as_figures(block, pictures)


def _wrap_loose(root: lxml.html.HtmlElement) -> None:
    """Text and inline elements that stand between blocks get a paragraph of their own."""
    loose: lxml.html.HtmlElement | None = None

    def paragraph(position: int) -> lxml.html.HtmlElement:
        new = lxml.html.HtmlElement()
        new.tag = "p"
        root.insert(position, new)
        return new

    if root.text and root.text.strip(_BLANK):
        loose = paragraph(0)
        loose.text, root.text = root.text, None
    for child in list(root):
        if child is loose:
            continue
        tail, child.tail = child.tail, None
        if child.tag in INLINE:
            if loose is None:
                loose = paragraph(root.index(child))
            loose.append(child)
            child.tail = tail
            continue
        loose = None
        if tail and tail.strip(_BLANK):
            loose = paragraph(root.index(child) + 1)
            loose.text = tail


def _first_heading(root: lxml.html.HtmlElement, body: Body, title: str) -> None:
    """A heading at the top that is the title goes; without a title it lends one, as does a first line all in bold."""
    first = next(iter(root), None)
    if first is None:
        return
    words = " ".join(first.text_content().split())
    if first.tag == "h1" or (not title and len(words) <= 60 and _all_bold(first, words)):
        body.heading = words
        if not title or words == title:
            _as_figures(first, list(first.iter("img")))


def _all_bold(block: lxml.html.HtmlElement, words: str) -> bool:
    return (
        bool(words)
        and " ".join("".join(bold.text_content() for bold in block.iter("strong", "b")).split()) == words
    )


def _as_figures(block: lxml.html.HtmlElement, pictures: list[lxml.html.HtmlElement]) -> None:
    """The block goes; its pictures stay in its place."""
    parent = block.getparent()
    for image in pictures:
        figure = lxml.html.HtmlElement()
        figure.tag = "figure"
        image.tail = None
        block.addprevious(figure)
        figure.append(image)
    parent.remove(block)
