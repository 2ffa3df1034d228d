"""HTML for a 公众号: each element carries its own style, for the editor there drops classes, style sheets and scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

import lxml.html
from lxml import etree

from yingzao.articles.exports.told import Told, ToldPicture

TEXT = "font-size:16px;line-height:1.75;color:#2b2622;letter-spacing:0;"
STYLES = {
    "p": f"margin:0 0 16px;{TEXT}text-align:justify;",
    "h1": "margin:28px 0 12px;font-size:20px;line-height:1.5;font-weight:bold;color:#0f5f59;",
    "h2": "margin:28px 0 12px;font-size:18px;line-height:1.5;font-weight:bold;color:#0f5f59;",
    "h3": "margin:24px 0 12px;font-size:17px;line-height:1.5;font-weight:bold;color:#2b2622;",
    "blockquote": "margin:0 0 16px;padding:2px 0 2px 14px;border-left:3px solid #0f5f59;color:#5b534c;",
    "ul": f"margin:0 0 16px;padding-left:24px;{TEXT}",
    "ol": f"margin:0 0 16px;padding-left:24px;{TEXT}",
    "figure": "margin:0 0 16px;text-align:center;",
    "img": "display:block;max-width:100%;height:auto;margin:0 auto;",
    "figcaption": "margin-top:6px;font-size:13px;line-height:1.6;color:#6b635c;text-align:center;",
    "table": f"border-collapse:collapse;width:100%;margin:0 0 16px;{TEXT}",
    "td": "border:1px solid #d8d0c8;padding:6px 8px;",
    "th": "border:1px solid #d8d0c8;padding:6px 8px;font-weight:bold;",
    "pre": "margin:0 0 16px;padding:12px;background:#f5f1ec;font-size:13px;white-space:pre-wrap;",
    "hr": "border:0;border-top:1px solid #d8d0c8;margin:24px 0;",
    "strong": "font-weight:bold;",
    "a": "color:#0f5f59;text-decoration:underline;",
}
_PLACE = re.compile(r'<img src="image:(\d+)">')


def as_wechat(told: Told, address_of: Callable[[ToldPicture], str]) -> str:
    """A fragment. `address_of` gives what stands in `src`: a file beside it, or an address of ours."""

    def place(mark: re.Match[str]) -> str:
        picture = told.pictures.get(int(mark[1]))
        return _image(picture, address_of(picture)) if picture else ""

    head = told.head
    first = ""
    if head and head.is_head and f'<img src="image:{head.number}">' not in told.html:
        first = f"<figure>{_image(head, address_of(head))}</figure>"
    line = f'<p data-line="1">{escape(told.authors)}</p>' if told.authors else ""
    root = lxml.html.fragment_fromstring(
        f"<section>{line}{first}{_PLACE.sub(place, told.html)}</section>".encode(),
        parser=lxml.html.HTMLParser(encoding="utf-8"),
    )
    for element in list(root.iter(etree.Element)):
        _dress(element)
    return etree.tostring(root, encoding="unicode", method="html")


def page(told: Told, fragment: str) -> str:
    return (
        f'<!doctype html>\n<html lang="zh-Hans">\n<head><meta charset="utf-8"><title>{escape(told.title)}</title></head>\n'
        f'<body style="max-width:677px;margin:24px auto;padding:0 16px;">\n{fragment}\n</body>\n</html>\n'
    )


def _image(picture: ToldPicture, address: str) -> str:
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    return f'<img src="{escape(address)}" alt="{escape(picture.alt)}">{caption}'


def _dress(element: lxml.html.HtmlElement) -> None:
    kept = {name: value for name, value in element.attrib.items() if name in _KEPT.get(element.tag, ())}
    is_line = "data-line" in element.attrib
    element.attrib.clear()
    element.attrib.update(kept)
    if is_line:
        element.set("style", STYLES["figcaption"] + "margin-bottom:16px;text-align:left;")
    elif style := STYLES.get(element.tag):
        element.set("style", style)


_KEPT = {"img": ("src", "alt"), "a": ("href",), "td": ("colspan", "rowspan"), "th": ("colspan", "rowspan")}
