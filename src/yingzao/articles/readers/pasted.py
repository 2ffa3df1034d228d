"""HTML of a writing surface, and of what people paste into it from Word and WeChat, as our safe HTML.

Pictures of the article carry their number (`data-number`); every other one becomes a line that names it and asks for it,
because what another site or a folder on somebody's computer holds is not ours to show.
"""

import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

from yingzao.articles.readers import markup, tags
from yingzao.articles.readers.figures import is_key, mark_of
from yingzao.articles.readers.parsed import NotAnArticle, placeholder

WANTED = "待上传图片"  # stays in the text, whatever the language of the page
NAMELESS = "无名"
_OURS = re.compile(r"yz-picture-(\d{1,3})")
_NUMBERED = re.compile(r"^[(（]?[\da-zA-Z一二三四五六七八九十]{1,4}[.)、．）]")
_CONDITIONAL = re.compile(r"<!(?:--)?\[(?:if|endif)[^\]]*\](?:--)?>|<!\[endif\]-->", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_BIG = 1  # px: smaller pictures only count readers


def safe_html(surface: str) -> str:
    """Our HTML, in which `image:n` stands for the article's picture n+1. Raises NotAnArticle (too_large, damaged)."""
    if tags.is_too_much(surface):
        raise NotAnArticle("too_large")
    fragment = re.search(r"<!--StartFragment-->(.*?)<!--EndFragment-->", surface, re.DOTALL)
    told = _CONDITIONAL.sub("", fragment[1] if fragment else surface)
    if not told.strip():
        return ""
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)
        root = lxml.html.fragment_fromstring(f"<div>{told}</div>".encode(), parser=parser)
        _lists(root)
        _bold(root)
        _pictures(root)
        _figures(root)
        body = markup.clean(_inner(root), title=" ")  # else a first line in bold would be taken for the title
    except (etree.LxmlError, RecursionError, ValueError) as failure:
        raise failure if isinstance(failure, NotAnArticle) else NotAnArticle("damaged") from failure
    numbers = {
        str(index): int(ours[1]) - 1
        for index, image in enumerate(body.images)
        if (ours := _OURS.fullmatch(image.origin)) and int(ours[1])
    }
    return re.sub(
        r'<img src="image:(\d+)">',
        lambda mark: placeholder(numbers[mark[1]]) if mark[1] in numbers else "",
        body.html,
    )


def _inner(root: lxml.html.HtmlElement) -> str:
    return (root.text or "") + "".join(
        etree.tostring(child, encoding="unicode", method="html") for child in root
    )


def _lists(root: lxml.html.HtmlElement) -> None:
    """Word writes the lines of a list as paragraphs, each with its mark in a span that is to be ignored."""
    for first in list(_list_lines(root)):
        if first.getparent() is None or first.getparent().tag in ("ul", "ol"):
            continue
        lines, kind = [first], _kind_of(first)
        while (after := lines[-1].getnext()) is not None and _is_list_line(after) and _kind_of(after) == kind:
            lines.append(after)
        made = lxml.html.Element(kind)
        first.addprevious(made)
        made.tail = None
        for line in lines:
            for span in line.xpath(".//*[contains(@style, 'mso-list') and contains(@style, 'gnore')]"):
                span.drop_tree()
            line.tag = "li"
            line.tail = None
            made.append(line)


def _list_lines(root: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    return (line for line in root.iter("p") if _is_list_line(line))


def _is_list_line(line: lxml.html.HtmlElement) -> bool:
    return (
        line.tag == "p"
        and "mso-list" in line.get("style", "")
        and "mso-list:none" not in line.get("style", "")
    )


def _kind_of(line: lxml.html.HtmlElement) -> str:
    return "ol" if _NUMBERED.match(_mark_of(line)) else "ul"


def _mark_of(line: lxml.html.HtmlElement) -> str:
    spans = line.xpath(".//*[contains(@style, 'mso-list') and contains(@style, 'gnore')]")
    return spans[0].text_content().strip() if spans else ""


def _bold(root: lxml.html.HtmlElement) -> None:
    """WeChat's editors write bold as a style; what has no words in it is left alone."""
    for span in root.xpath(".//span[@style]"):
        if (
            _BOLD.search(span.get("style", ""))
            and span.text_content().strip()
            and not span.xpath("ancestor::strong")
        ):
            span.tag = "strong"


def _pictures(root: lxml.html.HtmlElement) -> None:
    for image in list(root.iter("img")):
        number = image.get("data-number", "")
        if re.fullmatch(r"[1-9]\d{0,2}", number):
            for name in list(image.attrib):
                del image.attrib[name]
            image.set("src", f"yz-picture-{number}")
        elif _is_seen(image):
            line = lxml.html.Element("p")
            line.text = f"【{WANTED}：{_name_of(image)}】"
            line.tail, image.tail = image.tail, None
            image.getparent().replace(image, line)
        else:
            image.drop_tree()


def _figures(root: lxml.html.HtmlElement) -> None:
    """Bound figures of the surface as the marks that they are in the text."""
    for figure in list(root.iter("data")):
        if is_key(key := figure.get("value", "")):
            for child in list(figure):
                child.drop_tree()
            figure.text = mark_of(key)
        figure.drop_tag()


def _is_seen(image: lxml.html.HtmlElement) -> bool:
    sizes = [image.get(side, "") for side in ("width", "height")]
    return not any(size.isascii() and size.isdigit() and int(size) <= _BIG for size in sizes)


def _name_of(image: lxml.html.HtmlElement) -> str:
    alt = " ".join(image.get("alt", "").split())
    address = image.get("data-src") or image.get("src") or ""
    if alt and alt not in ("图片", "image", "img"):
        return alt[:40].replace("】", "")
    if address.startswith("data:") or not address:
        return NAMELESS
    name = re.split(r"[?#]", address)[0].rstrip("/").rsplit("/", 1)[-1][:40].replace("】", "")
    return NAMELESS if name.isdigit() or not name else name  # WeChat calls every picture 640
