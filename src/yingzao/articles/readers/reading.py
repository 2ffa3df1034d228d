"""One door for every form of article."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

import lxml.html
from lxml import etree
from markdown_it import MarkdownIt

from yingzao.articles.readers import front_matter, markup, word
from yingzao.articles.readers.dates import read_date
from yingzao.articles.readers.forms import CONTROL, decode, is_feed
from yingzao.articles.readers.parsed import ImageRef, Kind, NotAnArticle, ParsedArticle

MAX_BYTES = 20_000_000
MAX_MARKDOWN = 200_000  # some brackets and stars cost time in proportion to the square

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_RAW_HTML = re.compile(
    r"\s*<(?:div|p|section|article|table|figure|h[1-6]|ul|ol|blockquote)\b[^>]*>", re.IGNORECASE
)
_BYLINE = re.compile(r"^(?:【)?(?:文|撰文|作者|采写)\s*[/／:：]\s*(.{1,80}?)(?:】)?$")
_CREDIT = re.compile(
    r"^(?:(?:图片|照片|图)(?:均)?由\s*(.{1,40}?)\s*提供|(?:图|摄影|供图)\s*[/／:：]\s*(.{1,40}))[。.]?$"
)

_markdown = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])


def read(data: bytes, name: str) -> ParsedArticle:
    """Read a Hexo post, Markdown, HTML page, plain text or .docx. The bytes decide; `name` breaks ties and lends a title.

    Nothing is fetched. Raises NotAnArticle for what is not text, too large or damaged.
    """
    if not data.strip():
        raise NotAnArticle("empty")
    if len(data) > MAX_BYTES:
        raise NotAnArticle("too_large")
    if is_feed(data):
        raise NotAnArticle("feed")
    try:
        kind, matter, body, warnings = _opened(data, name)
        return assemble(matter, body, warnings, name, kind)
    except NotAnArticle:
        raise
    except (etree.LxmlError, RecursionError, ValueError) as failure:
        raise NotAnArticle("damaged") from failure


def _opened(data: bytes, name: str) -> tuple[Kind, Mapping[str, front_matter.Value], str, list[str]]:
    """The form, what the file says of itself, its body as HTML of any kind, and warnings."""
    if word.is_word(data):
        return "document", {}, word.to_html(data), []
    text, encoding = decode(data)
    warnings = ["encoding_guessed"] if encoding == "gb18030" else []
    text = CONTROL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return *_open(text, name, warnings), warnings


def _open(text: str, name: str, warnings: list[str]) -> tuple[Kind, Mapping[str, front_matter.Value], str]:
    """The form, front matter and the body as HTML."""
    matter, rest, mended = front_matter.split(text)
    if mended:
        warnings.append("front_matter_mended")
    suffix = PurePosixPath(name.lower()).suffix
    if _PAGE.match(rest):
        described, rest = _page(rest)
        return "page", {**described, **matter}, rest
    if suffix in (".html", ".htm") or _RAW_HTML.match(rest):
        return "post" if matter or suffix not in (".html", ".htm") else "page", matter, rest
    if len(rest) > MAX_MARKDOWN:
        raise NotAnArticle("too_large")
    return "post", matter, _markdown.render(rest)


def _page(text: str) -> tuple[dict[str, front_matter.Value], str]:
    """What a web page says of itself, and the part of it that is the article."""
    root = lxml.html.document_fromstring(
        markup.escape_unknown(text).encode(), parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)
    )
    said: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = (meta.get("property") or meta.get("name") or "").lower()
        said.setdefault(key, (meta.get("content") or "").strip())
    title = said.get("og:title") or " ".join((root.findtext(".//title") or "").split())
    described: dict[str, front_matter.Value] = {
        "title": title,
        "author": said.get("author") or said.get("article:author", ""),
        "date": said.get("date") or said.get("article:published_time") or said.get("publishdate", ""),
        "headimg": said.get("og:image", ""),
    }
    words = [word.strip() for word in re.split(r"[,，;；]", said.get("keywords", "")) if word.strip()]
    if words:
        described["categories"] = words
    found = next(iter(root.iter("article")), None)
    if found is None:
        found = next(iter(root.iter("main")), None)
    if found is None:
        found = root.find("body")
    part = (
        etree.tostring(found, encoding="unicode", method="html", with_tail=False)
        if found is not None
        else text
    )
    return {key: value for key, value in described.items() if value}, part


def assemble(
    matter: Mapping[str, front_matter.Value],
    source: str,
    warnings: list[str],
    name: str,
    kind: Kind,
    *,
    base: str = "",
    may_be_empty: bool = False,
) -> ParsedArticle:
    """An article of what a file says of itself and its body as HTML of any kind. Raises NotAnArticle.

    `base` is the address that relative ones in the body go out from.
    """
    title = _one(matter.get("title", ""))
    body = markup.clean(source, title=title, base=base)
    if not body.text and not body.images and not body.heading and not may_be_empty:
        raise NotAnArticle("empty")
    date_raw = _one(matter.get("date", ""))
    published_at = read_date(date_raw) if date_raw else None
    if date_raw and published_at is None:
        warnings.append("invalid_date")
    if not title and not (title := body.heading):
        title = PurePosixPath(name.replace("\\", "/")).stem
        warnings.append("no_title")
    images, adorned = _with_head(body.images, matter)
    byline, credit = _signature(body.text)
    writers = tuple(_many(matter.get("author", matter.get("authors", ""))))
    return ParsedArticle(
        title=title[:200],
        categories=tuple(_many(matter.get("categories", matter.get("category", [])))),
        authors="、".join(writers),
        byline=byline,
        credit=credit,
        published_at=published_at,
        date_raw=date_raw[:80],
        html=body.html,
        text=body.text,
        images=tuple(images),
        front_matter=dict(matter),
        warnings=tuple(
            dict.fromkeys([*warnings, *body.warnings, *(["decoration_dropped"] if adorned else [])])
        ),
        kind=kind,
        writers=writers,
        decorations=(*adorned, *body.decorations),
    )


def _one(value: front_matter.Value) -> str:
    return " ".join((value if isinstance(value, str) else "、".join(value)).split())


def _many(value: front_matter.Value) -> list[str]:
    return [item for item in ([value] if isinstance(value, str) else value) if item]


def _with_head(
    images: list[ImageRef], matter: Mapping[str, front_matter.Value]
) -> tuple[list[ImageRef], list[ImageRef]]:
    """The pictures with the head picture marked, one that the body does not show added at the end; and a head picture
    that is none."""
    named = (_one(matter.get(key, "")) for key in ("headimg", "cover", "thumbnail", "image"))
    head = next((found for address in named if (found := markup.image_ref(address))), None)
    if head is None:
        return images, []
    if head.state == "decoration":
        return images, [replace(head, is_head=True, in_body=False)]
    for number, image in enumerate(images):
        if image.origin == head.origin:
            return [*images[:number], replace(image, is_head=True), *images[number + 1 :]], []
    return [*images, replace(head, is_head=True, in_body=False)], []


def _signature(text: str) -> tuple[str, str]:
    """Byline and picture credit from the last lines, as newspapers write them."""
    byline = credit = ""
    for line in text.splitlines()[-6:]:
        if match := _BYLINE.match(line):
            byline = " ".join(match[1].split())
        elif match := _CREDIT.match(line):
            credit = (match[1] or match[2] or "").strip()
    return byline, credit
