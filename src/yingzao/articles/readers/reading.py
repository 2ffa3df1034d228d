"""One door for every form of article."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from lxml import etree
from markdown_it import MarkdownIt

from yingzao.articles.readers import front_matter, markup, tags, word
from yingzao.articles.readers.dates import read_date
from yingzao.articles.readers.elements import MAY_STAY_OPEN
from yingzao.articles.readers.forms import CONTROL, decode, is_feed
from yingzao.articles.readers.pages import read_page
from yingzao.articles.readers.parsed import ImageRef, Kind, NotAnArticle, ParsedArticle

MAX_BYTES = 20_000_000

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_RAW_HTML = re.compile(
    r"\s*<(?:div|p|section|article|table|figure|h[1-6]|ul|ol|blockquote)\b[^>]*>", re.IGNORECASE
)
# Whose insides tell nothing of how the text is written
_LITERAL = re.compile(
    r"<!--(?:(?!<!--).)*?-->|<(pre|script|style|textarea)\b(?:(?!<\1\b).)*?</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
# Behind an empty line, where no writer of HTML begins a line so
_MARKDOWN = re.compile(
    r"\n[ \t]*\n {0,3}(?:#{1,6}[ \t]+\S|`{3}|~{3}|!\[[^\]\n]*\]\(|\[[^\]\n]+\]\(https?:|\{%)"
)
_PART = re.compile(r"<(/?)([a-z][a-z0-9]*+)\b[^<>]*+>|(?<!\s)(\s++)(?=[^\s<])", re.IGNORECASE)
_BYLINE = re.compile(r"^(?:【)?(?:文|撰文|作者|采写)\s*[/／:：]\s*(.{1,80}?)(?:】)?$")
_CREDIT = re.compile(
    r"^(?:(?:图片|照片|图)(?:均)?由\s*(.{1,40}?)\s*提供|(?:图|摄影|供图)\s*[/／:：]\s*(.{1,40}))[。.]?$"
)

_markdown = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])


def read(data: bytes, name: str, *, may_be_empty: bool = False) -> ParsedArticle:
    """Read a Hexo post, Markdown, HTML page, plain text or .docx. The bytes decide; `name` breaks ties and lends a title.

    Nothing is fetched. Raises NotAnArticle for what is not text, too large or damaged, and where nothing stands below the
    head unless it `may_be_empty`: then the article says so (`no_text`).
    """
    if not data.strip():
        raise NotAnArticle("empty")
    if len(data) > MAX_BYTES:
        raise NotAnArticle("too_large")
    if is_feed(data):
        raise NotAnArticle("feed")
    try:
        kind, matter, body, warnings = _opened(data, name)
        return assemble(matter, body, warnings, name, kind, may_be_empty=may_be_empty)
    except NotAnArticle:
        raise
    except (etree.LxmlError, RecursionError, ValueError) as failure:
        raise NotAnArticle("damaged") from failure


def _opened(data: bytes, name: str) -> tuple[Kind, Mapping[str, front_matter.Value], str, list[str]]:
    """The form, what the file says of itself, its body as HTML of any kind, and warnings."""
    if word.is_word(data):
        return "document", {}, *word.to_html(data)
    text, encoding = decode(data)
    warnings = ["encoding_guessed"] if encoding == "gb18030" else []
    text = CONTROL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return *_open(text, name, warnings), warnings


def _open(text: str, name: str, warnings: list[str]) -> tuple[Kind, Mapping[str, front_matter.Value], str]:
    """The form, front matter and the body as HTML."""
    matter, rest, mended = front_matter.split(text)
    if mended:
        warnings.append("front_matter_mended")
    if _PAGE.match(rest):
        described, rest = read_page(rest)
        return "page", {**described, **matter}, rest
    if PurePosixPath(name.lower()).suffix in (".html", ".htm"):
        return "post" if matter else "page", matter, rest
    if _is_html(rest):
        return "post", matter, tags.without_raw(rest)
    if tags.is_too_much(rest):
        raise NotAnArticle("too_large")
    rest, framed = tags.as_markdown(rest)
    if framed:
        warnings.append("frame_dropped")
    return "post", matter, _markdown.render(rest)


def _is_html(text: str) -> bool:
    """Whether all of a post is HTML, and not Markdown that begins with some.

    It is Markdown where one of its marks begins a line behind an empty one, or words do that stand in no element.
    """
    if not _RAW_HTML.match(text):
        return False
    plain = _LITERAL.sub("", text)
    if _MARKDOWN.search(plain):
        return False
    depth = 0
    for part in _PART.finditer(plain):
        if part[3]:
            if depth == 0 and part[3].count("\n") > 1:
                return False
        elif part[2].lower() not in MAY_STAY_OPEN or part[2].lower() == "p":
            depth = max(0, depth - 1) if part[1] else depth + 1
    return True


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
    if not body.text and not body.images and not body.heading:
        if not may_be_empty:
            raise NotAnArticle("empty")
        if kind != "feed":
            warnings.append("no_text")
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
