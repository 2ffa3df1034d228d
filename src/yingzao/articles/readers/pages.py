"""Saved web pages: what a page says of itself, and the part of it that is the article.

Beside what pages in general say (Open Graph, JSON-LD, `time`), the forms of the sites that reports of this field come from:

- WeChat's articles: #activity-name, #js_content (invisible until a script has run), `var ct` in seconds since 1970.
- Government sites: meta ArticleTitle, PubDate, ContentSource; the text in #UCAP-CONTENT, #zoom or .TRS_Editor.
- Newspapers made with Founder's e-paper: #ozoom or <founder-content>, and a comment <!--enpproperty …--> with title, date, author.
"""

import html
import re
from collections.abc import Mapping
from itertools import chain

import lxml.html
from lxml import etree

from yingzao.articles.readers import front_matter, markup

# Where the article is, the surest first
_IDS = ("js_content", "UCAP-CONTENT", "ozoom", "zoom", "zoomcon", "artibody", "article_content")
_CLASSES = (
    "rich_media_content", "TRS_Editor", "TRS_UEDITOR", "trs_editor_view", "pages_content", "article-content",
    "article_content", "entry-content", "post-content",
)  # fmt: skip
_FOUNDER = re.compile(r"<!--\s*enpproperty((?:(?!<!--).)*?)-->", re.DOTALL | re.IGNORECASE)
_FOUNDER_VALUE = re.compile(r"<(?:founder-)?(title|date|author|keyword)>([^<]*)</", re.IGNORECASE)
_FOUNDER_TEXT = re.compile(
    r"<!--\s*enpcontent\s*-->((?:(?!<!--\s*enpcontent).)*?)<!--\s*/enpcontent\s*-->", re.DOTALL
)
_SCRIPT_DATES = (
    re.compile(r"\bvar\s+ct\s*=\s*[\"'](\d{10})[\"']"),
    re.compile(r"\bcreateTime\s*=\s*[\"'](\d{4}-\d\d-\d\d \d\d:\d\d)[\"']"),
    re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"'),
)
_SCRIPT_TITLE = re.compile(r"\bvar\s+msg_title\s*=\s*(?:'([^'\n]*)'|\"([^\"\n]*)\")")
_PRINTED_DATE = re.compile(
    r"(?:发布时间|发布日期|发表时间|时间|日期)\s*[:：]\s*"
    r"(\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}(?:\s*日)?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?)"
)
_FROM = re.compile(r"^\s*(?:来源|信息来源|文章来源|稿源|作者|编辑)\s*[:：]\s*")


def read_page(text: str) -> tuple[dict[str, front_matter.Value], str]:
    """What the page says of itself (title, author, date, headimg, categories), and the HTML of its article."""
    root = lxml.html.document_fromstring(
        markup.escape_unknown(text).encode(), parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)
    )
    said = _metas(root)
    founder = _founder(text)
    scripts = "\n".join(script.text or "" for script in root.iter("script"))
    found: dict[str, front_matter.Value] = {
        "title": _first(
            said.get("og:title"), said.get("articletitle"), founder.get("title"), _words(root, "activity-name"),
            _script_title(scripts), " ".join((root.findtext(".//title") or "").split()),
        ),
        "author": _FROM.sub("", _first(
            said.get("author"), said.get("article:author"), said.get("og:article:author"), founder.get("author"),
            said.get("contentsource"), _words(root, "js_name"),
        )),
        "date": _first(
            said.get("date"), said.get("article:published_time"), said.get("publishdate"), said.get("pubdate"),
            founder.get("date"), *(match[1] for form in _SCRIPT_DATES if (match := form.search(scripts))),
            _words(root, "publish_time"), *(time.get("datetime") for time in root.iter("time")),
            _printed_date(root),
        ),
        "headimg": said.get("og:image", ""),
    }  # fmt: skip
    keywords = said.get("keywords") or founder.get("keyword", "")
    if words := [word.strip() for word in re.split(r"[,，;；]", keywords) if word.strip()]:
        found["categories"] = words
    return {key: value for key, value in found.items() if value}, _article(root, text)


def _first(*values: str | None) -> str:
    return next((value.strip() for value in values if value and value.strip()), "")


def _metas(root: lxml.html.HtmlElement) -> dict[str, str]:
    said: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = (meta.get("property") or meta.get("name") or "").lower()
        if value := (meta.get("content") or "").strip():
            said.setdefault(key, value)
    return said


def _founder(text: str) -> Mapping[str, str]:
    match = _FOUNDER.search(text)
    pairs = _FOUNDER_VALUE.findall(match[1]) if match else ()
    return {name.lower(): " ".join(html.unescape(value).split()) for name, value in pairs if value.strip()}


def _words(root: lxml.html.HtmlElement, name: str) -> str:
    found = next(iter(root.xpath("//*[@id=$name]", name=name)), None)
    return " ".join(found.text_content().split())[:300] if found is not None else ""


def _script_title(scripts: str) -> str:
    match = _SCRIPT_TITLE.search(scripts)
    return " ".join(html.unescape(match[1] or match[2] or "").split()) if match else ""


def _printed_date(root: lxml.html.HtmlElement) -> str:
    """As readers see it above the text (发布时间：2021-11-15)."""
    body = root.find("body")
    seen = "" if body is None else body.text_content()[:20_000]
    match = _PRINTED_DATE.search(seen)
    return match[1] if match else ""


def _article(root: lxml.html.HtmlElement, text: str) -> str:
    by_id = (root.xpath("//*[@id=$name]", name=name) for name in _IDS)
    by_class = (
        root.xpath("//*[contains(concat(' ', normalize-space(@class), ' '), $name)]", name=f" {name} ")
        for name in _CLASSES
    )
    named = chain(by_id, (root.iter("founder-content"), root.iter("article")), by_class)
    for found in chain.from_iterable(named):
        if found.text_content().strip() or next(found.iter("img"), None) is not None:
            return _html(found)
    if match := _FOUNDER_TEXT.search(text):
        return match[1]
    part = next(chain(root.iter("main"), root.iter("body")), None)
    for form in list(root.iter("form")):  # some servers put one around the whole page
        if len(form.text_content()) * 2 > len(root.text_content()):
            form.drop_tag()
            break
    return text if part is None else _html(part)


def _html(element: lxml.html.HtmlElement) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
