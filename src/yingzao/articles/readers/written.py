"""Text that was typed here: Markdown in which `[图2]` stands for the article's second picture and `[数:key]` for a figure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree
from markdown_it import MarkdownIt

from yingzao.articles.readers import markup, tags
from yingzao.articles.readers.figures import figures_named, in_html, in_words
from yingzao.articles.readers.parsed import NotAnArticle, placeholder

# Square or 【】 brackets, in either width; a link that happens to be called 图1 stays a link.
_MARK = re.compile(r"(?:[\[［]\s*图\s*(\d{1,3})\s*[\]］]|【\s*图\s*(\d{1,3})\s*】)(?!\()")
_OURS = re.compile(r"yz-picture-(\d{1,3})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A line ends where its writer ended it: people who write in chat apps do not know that two spaces are asked for.
_markdown = MarkdownIt("commonmark", {"html": True, "linkify": False, "breaks": True}).enable(
    ["table", "strikethrough"]
)


@dataclass(frozen=True, slots=True)
class Written:
    """Typed text in our form. `placed` are the positions (from 0) of the pictures that the text names, in its order;
    `foreign` addresses of pictures that are not ours; `figures` the keys that it names."""

    html: str
    text: str
    placed: tuple[int, ...]
    foreign: tuple[str, ...]
    figures: tuple[str, ...] = ()


def read_written(source: str, *, title: str, figures: Mapping[str, str] | None = None) -> Written:
    """Markdown to safe HTML with the article's own picture numbers in it, and `figures` (key → words). Raises NotAnArticle (empty, too_large, damaged)."""
    if tags.is_too_much(source):
        raise NotAnArticle("too_large")
    text = _CONTROL.sub("", source).replace("\r\n", "\n").replace("\r", "\n")
    named = _MARK.sub(lambda mark: f"![](yz-picture-{int(mark[1] or mark[2])})", text)
    try:
        body = markup.clean(_markdown.render(named), title=title)
    except (etree.LxmlError, RecursionError, ValueError) as failure:
        raise failure if isinstance(failure, NotAnArticle) else NotAnArticle("damaged") from failure
    if not body.text and not body.images:
        raise NotAnArticle("empty")
    numbers: dict[str, int] = {}
    foreign: list[str] = []
    for index, image in enumerate(body.images):
        if (ours := _OURS.fullmatch(image.origin)) and int(ours[1]):
            numbers[str(index)] = int(ours[1]) - 1
        else:
            foreign.append(image.origin or "data:")
    html = re.sub(
        r'<img src="image:(\d+)">',
        lambda mark: placeholder(numbers[mark[1]]) if mark[1] in numbers else "",
        body.html,
    )
    known = figures or {}
    return Written(
        in_html(html, known),
        in_words(body.text, known),
        tuple(dict.fromkeys(numbers.values())),
        tuple(foreign),
        figures_named(body.text),
    )
