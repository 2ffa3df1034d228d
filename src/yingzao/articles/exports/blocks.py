"""Safe HTML as a list of blocks, for forms that are no HTML: Word and PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import lxml.html

_PICTURE = re.compile(r"image:(\d+)")
_SPACE = re.compile(r"[ \t\r\n]+")
BLOCKS = frozenset({
    "p", "div", "section", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "table", "figure",
    "figcaption", "hr", "dl", "dt", "dd",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one look; "\\n" is a line's end."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""
    underline: bool = False
    shift: str = ""  # super or sub


@dataclass(frozen=True, slots=True)
class Block:
    """`kind`: heading, paragraph, item, quote, code, table, picture or rule. `level` is that of a heading, or how deep an item is;
    `mark` what stands before an item; `picture` its number; `rows` the cells of a table."""

    kind: str
    runs: tuple[Run, ...] = ()
    level: int = 0
    mark: str = ""
    picture: int = -1
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def blocks_of(html: str) -> list[Block]:
    if not html.strip():
        return []
    root = lxml.html.fragment_fromstring(
        f"<div>{html}</div>".encode(), parser=lxml.html.HTMLParser(encoding="utf-8")
    )
    return list(_blocks(root, "paragraph", 0))


def _blocks(parent: lxml.html.HtmlElement, kind: str, level: int) -> Iterator[Block]:
    """What stands between two blocks is a paragraph of its own; a picture in it becomes a block behind it."""
    loose: list[Run] = []
    loose += _words(parent.text or "", Run(""))
    for child in parent:
        if child.tag in BLOCKS:
            yield from _line(loose, kind, level)
            loose = []
            yield from _block(child, kind, level)
        else:
            loose += _runs(child, Run(""))
        loose += _words(child.tail or "", Run(""))
    yield from _line(loose, kind, level)


def _block(element: lxml.html.HtmlElement, kind: str, level: int) -> Iterator[Block]:
    tag = element.tag
    if re.fullmatch("h[1-6]", tag):
        yield Block("heading", _tidy(_inner(element)), level=int(tag[1]))
    elif tag in ("ul", "ol"):
        for number, item in enumerate((child for child in element if child.tag == "li"), 1):
            mark = f"{number}." if tag == "ol" else "•"
            for at, block in enumerate(_blocks(item, "item", level + 1)):
                yield replace(block, mark=mark) if at == 0 and block.kind == "item" else block
    elif tag == "blockquote":
        yield from _blocks(element, "quote", level)
    elif tag == "pre":
        yield Block("code", (Run(element.text_content().strip("\n")),))
    elif tag == "table":
        yield Block("table", rows=_rows(element))
    elif tag == "hr":
        yield Block("rule")
    elif tag == "figcaption":
        return
    else:
        yield from _blocks(element, kind, level)


def _rows(table: lxml.html.HtmlElement) -> tuple[tuple[str, ...], ...]:
    """As a grid: what a cell covers beside and below it is empty."""
    rows: list[tuple[str, ...]] = []
    below: dict[int, int] = {}  # column → rows that a cell above still covers
    for row in table.iter("tr"):
        cells: list[str] = []
        for cell in (one for one in row if one.tag in ("td", "th")):
            while below.get(len(cells)):
                below[len(cells)] -= 1
                cells.append("")
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for at in range(wide):
                if high > 1:
                    below[len(cells)] = high - 1
                cells.append(_cell(cell) if at == 0 else "")
        while below.get(len(cells)):
            below[len(cells)] -= 1
            cells.append("")
        if cells:
            rows.append(tuple(cells))
    return tuple(rows)


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    said = cell.get(name, "")
    return min(int(said), 50) if said.isascii() and said.isdigit() and int(said) else 1


def _cell(cell: lxml.html.HtmlElement) -> str:
    """Its words, each block on a line of its own."""
    lines = ("".join(run.text for run in block.runs) for block in _blocks(cell, "paragraph", 0))
    return "\n".join(line for line in lines if line)


def _line(runs: list[Run], kind: str, level: int) -> Iterator[Block]:
    words = [run for run in runs if not _PICTURE.fullmatch(run.link) or run.text]
    if tidy := _tidy(words):
        yield Block(kind, tidy, level=level)
    for run in runs:
        if not run.text and (named := _PICTURE.fullmatch(run.link)):
            yield Block("picture", picture=int(named[1]))


def _tidy(runs: list[Run]) -> tuple[Run, ...]:
    if not "".join(run.text for run in runs).strip():
        return ()
    kept = [run for run in runs if run.text]
    for at in range(1, len(kept)):
        if kept[at - 1].text.endswith("\n"):  # what the source begins its next line with
            kept[at] = replace(kept[at], text=kept[at].text.lstrip(" "))
    kept[0] = replace(kept[0], text=kept[0].text.lstrip())
    kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(run for run in kept if run.text)


def _inner(element: lxml.html.HtmlElement, look: Run | None = None) -> list[Run]:
    look = look or Run("")
    found = _words(element.text or "", look)
    for child in element:
        found += _runs(child, look)
        found += _words(child.tail or "", look)
    return found


def _runs(element: lxml.html.HtmlElement, look: Run) -> list[Run]:
    tag = element.tag
    if not isinstance(tag, str):
        return []
    if tag == "br":
        return [replace(look, text="\n")]
    if tag == "img":
        return [Run("", link=element.get("src", ""))]
    if tag in ("strong", "b"):
        look = replace(look, bold=True)
    elif tag in ("em", "i"):
        look = replace(look, italic=True)
    elif tag == "u":
        look = replace(look, underline=True)
    elif tag in ("sup", "sub"):
        look = replace(look, shift=f"{tag}er" if tag == "sup" else tag)
    elif tag == "a" and element.get("href", "").startswith(("http:", "https:", "mailto:")):
        look = replace(look, link=element.get("href", ""))
    return _inner(element, look)


def _words(text: str, look: Run) -> list[Run]:
    return [replace(look, text=_SPACE.sub(" ", text))] if text else []
