"""Posts, pages, Word files and feeds as plain values, without a database: what `yingzao article` does. Nothing is fetched."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from yingzao.articles.exports.hexo import as_post, file_name, write_back
from yingzao.articles.phrases import REFUSALS, WARNINGS
from yingzao.articles.readers import (
    HEAD,
    ImageRef,
    NotAnArticle,
    ParsedArticle,
    article_of,
    may_be_feed,
    open_feed,
    read,
)
from yingzao.core.errors import Refused


def read_file(path: Path) -> tuple[str, Iterator[ParsedArticle]]:
    """The kind of the file, and its articles: one, or each entry of a feed. Raises Refused with one sentence."""
    try:
        if (entries := _entries(path)) is not None:
            return "feed", _refusing(entries)
        article = read(path.read_bytes(), path.name, may_be_empty=True)
    except NotAnArticle as failure:
        raise _refused(failure) from failure
    return article.kind, iter([article])


def _entries(path: Path) -> Iterator[ParsedArticle] | None:
    """Each entry of a feed, read as it is asked for; None for what is no feed."""
    with path.open("rb") as file:
        if not may_be_feed(file.read(HEAD)):
            return None
    file = path.open("rb")
    try:
        feed = open_feed(file)
    except NotAnArticle as failure:
        file.close()
        if failure.code == "unknown_form":  # JSON of another kind
            return None
        raise

    def entries() -> Iterator[ParsedArticle]:
        with file:
            yield from map(article_of, feed.entries)

    return entries()


def _refusing(entries: Iterator[ParsedArticle]) -> Iterator[ParsedArticle]:
    try:
        yield from entries
    except NotAnArticle as failure:
        raise _refused(failure) from failure


def _refused(failure: NotAnArticle) -> Refused:
    return Refused(str(REFUSALS[failure.code]), code=failure.code, field="file")


def told(path: Path) -> dict[str, Any]:
    """`{kind, entries}`, all at once."""
    kind, entries = told_in_turn(path)
    return {"kind": kind, "entries": list(entries)}


def told_in_turn(path: Path) -> tuple[str, Iterator[dict[str, Any]]]:
    """Kind and entries, each made as it is asked for. Raises Refused, while entries are read too."""
    kind, articles = read_file(path)
    return kind, (entry(article, path.parent) for article in articles)


def as_json(kind: str, entries: Iterator[Mapping[str, Any]], *, ascii_only: bool) -> Iterator[str]:
    """`{kind, entries}` in pieces, an entry a line."""
    yield f'{{"kind": {json.dumps(kind)},\n "entries": ['
    for number, one in enumerate(entries):
        yield (",\n  " if number else "\n  ") + json.dumps(one, ensure_ascii=ascii_only)
    yield "\n]}\n"


def entry(article: ParsedArticle, folder: Path) -> dict[str, Any]:
    """One article as plain values. In `html`, `image:n` stands where `images[n]` belongs; decoration stands nowhere."""
    return {
        "title": article.title,
        "categories": list(article.categories),
        "authors": list(article.writers),
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "date_raw": article.date_raw,
        "html": article.html,
        "text": article.text,
        "images": [_image(image, folder) for image in (*article.images, *article.decorations)],
        "front_matter": dict(article.front_matter),
        "warnings": [{"code": code, "text": str(WARNINGS[code])} for code in article.warnings],
    }


def _image(image: ImageRef, folder: Path) -> dict[str, Any]:
    """A picture that came along, in the file or beside it, is `stored`, and measured; the others are as the text says."""
    size: tuple[int | None, int | None] = (image.width, image.height)
    state = image.state
    if state in ("embedded", "local"):
        data = image.data if state == "embedded" else _beside(image.origin, folder)
        measured = _measured(data) if data else None
        state, size = ("stored", measured) if measured else ("missing", size)  # type: ignore[assignment]
    return {
        "src": image.src,
        "origin": image.origin,
        "alt": image.alt,
        "state": state,
        "width": size[0],
        "height": size[1],
    }


def _beside(name: str, folder: Path) -> bytes | None:
    """A file in the post's own folder or below it; nothing above is opened."""
    try:
        path = (folder / name.lstrip("/\\")).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file() and path.stat().st_size <= 60_000_000:
            return path.read_bytes()
    except (OSError, ValueError):
        return None
    return None


def _measured(data: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except Exception:  # Pillow's readers raise whatever they meet
        return None


def as_lines(entries: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """The answer for a person in pieces: one line an article, and below it what was noticed."""
    for one in entries:
        pictures = sum(image["state"] != "decoration" for image in one["images"])
        day = (one["published_at"] or one["date_raw"] or "—")[:10]
        yield f"{day}  {one['title']}  ({len(one['text'])} 字，{pictures} 图)\n"
        yield from (f"            {warning['text']}\n" for warning in one["warnings"])


def write_posts(
    path: Path, folder: Path, *, changes: Mapping[str, str | None] | None = None, body: str | None = None
) -> list[Path]:
    """Write a post back under its own name, another form or each entry of a feed as a new post. Raises Refused."""
    kind, articles = read_file(path)
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "post":
        target = folder / path.name
        try:
            target.write_bytes(write_back(path.read_bytes(), changes=changes, body=body))
        except ValueError as failure:
            raise Refused(str(REFUSALS["json_head"]), code="json_head") from failure
        return [target]
    written: dict[Path, None] = {}  # in order
    for article in articles:
        target = folder / file_name(article.title)
        number = 2
        while target in written:
            target = folder / file_name(f"{article.title[:70]} {number}")
            number += 1
        target.write_text(as_post(article), encoding="utf-8")
        written[target] = None
    return list(written)
