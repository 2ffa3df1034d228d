"""Folders with their pictures, as one zip: the same article gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from email.utils import format_datetime
from html import escape

from yingzao.articles.exports.hexo import file_name
from yingzao.articles.exports.markdown import markdown_of
from yingzao.articles.exports.told import Told, ToldPicture
from yingzao.articles.exports.wechat import as_wechat, page

_PLACE = re.compile(r'<img src="image:(\d+)">')
_ALONE = re.compile(r'<figure><img src="image:(\d+)"></figure>')
_MARK = re.compile(r"\[图(\d+)\]")
_PLAIN = re.compile(
    r"[\u4e00-\u9fffA-Za-z](?:[\u4e00-\u9fff\w ·、，。（）《》“”-]*[\u4e00-\u9fff\w）》”。])?"
)
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def hexo_post(told: Told) -> str:
    """A post: its head in the order title, categories, headimg, author, comments, date, thumbnail, where there is something to say, and behind it what else is told of it;
    its body as HTML. Pictures are named as Hexo's asset folder of the post has them."""
    head = [f"title: {_quoted(told.title)}"]
    if told.categories:
        head += ["categories:", *(f" - {_scalar(category)}" for category in told.categories)]
    picture = told.head
    if picture:
        head.append(f"headimg: {_quoted(picture.name)}")
    if told.authors:
        head.append(f"author: {_scalar(told.authors)}")
    head.append("comments: false")
    if told.published_at:
        head.append(f"date: {format_datetime(told.published_at.astimezone(dt.UTC), usegmt=True)}")
    if picture:
        head.append(f"thumbnail: {_quoted(picture.name)}")
    for key, value in told.more.items():
        if isinstance(value, str):
            head += [f"{key}: {_scalar(value)}"] if value else []
        elif value:
            head += [f"{key}:", *(f" - {_scalar(one)}" for one in value)]
    body = _ALONE.sub(lambda mark: _figure(told.pictures.get(int(mark[1]))), told.html)
    body = _PLACE.sub(lambda mark: _image(told.pictures.get(int(mark[1]))), body)
    # An empty line would end the HTML, and braces are Hexo's own.
    body = re.sub(r"\n[ \t]*(?=\n)", "\n&#10;", body) if "<pre" in body else re.sub(r"\n\s*\n", "\n", body)
    body = body.replace("{", "&#123;").replace("}", "&#125;")
    return "---\n" + "\n".join(head) + f"\n---\n\n<div>\n{body}\n</div>\n"


def hexo_zip(told: Told, original: tuple[str, bytes] | None = None) -> bytes:
    """The post, and its folder of pictures beside it. `original` is the post as it was brought, with its name: it goes back as it
    came, its pictures under the names by which it knows them."""
    if original is None:
        stem = file_name(told.title).removesuffix(".md")
        files = {f"{stem}.md": hexo_post(told).encode()}
        return packed(files | {f"{stem}/{one.name}": one.data for one in told.pictures.values()})
    name, data = original
    stem = posixpath.splitext(name)[0]
    files = {name: data}
    for one in told.pictures.values():
        files.setdefault(_beside(one.src) or f"{stem}/{one.name}", one.data)
    return packed(files)


def markdown_zip(told: Told) -> bytes:
    stem = file_name(told.title).removesuffix(".md")
    files = {f"{stem}.md": as_text(told, folder=stem).encode()}
    return packed(files | {f"{stem}/{one.name}": one.data for one in told.pictures.values()})


def as_text(told: Told, *, folder: str) -> str:
    """Markdown with the title, the byline and the pictures' files."""
    from_folder = folder.replace(" ", "%20").replace("(", "%28").replace(")", "%29")

    def place(mark: re.Match[str]) -> str:
        picture = told.pictures.get(int(mark[1]) - 1)
        if picture is None:
            return ""
        alt = re.sub(r"([\[\]\\])", r"\\\1", picture.alt)
        title = re.sub(r'(["\\])', r"\\\1", picture.caption)
        return f"![{alt}]({from_folder}/{picture.name}" + (f' "{title}")' if title else ")")

    words = _MARK.sub(place, told.source or markdown_of(told.html))
    for one in told.pictures.values():  # in tables, which stay HTML
        words = words.replace(f"yz-picture-{one.number + 1}", f"{from_folder}/{one.name}")
    line = " · ".join(part for part in (told.authors, _day(told.published_at)) if part)
    return f"# {told.title}\n\n" + (f"{line}\n\n" if line else "") + words.strip() + "\n"


def wechat_zip(told: Told) -> bytes:
    stem = file_name(told.title).removesuffix(".md")
    fragment = as_wechat(told, lambda picture: f"{stem}/{picture.name}")
    files = {f"{stem}.html": page(told, fragment).encode()}
    return packed(files | {f"{stem}/{one.name}": one.data for one in told.pictures.values()})


def packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _image(picture: ToldPicture | None) -> str:
    return f'<img src="{picture.name}" alt="{escape(picture.alt)}">' if picture else ""


def _figure(picture: ToldPicture | None) -> str:
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture and picture.caption else ""
    return f"<figure>{_image(picture)}{caption}</figure>" if picture else ""


def _beside(src: str) -> str:
    """Where a picture that the post names by a path lies beside it; "" for addresses and for what leads out of the folder."""
    path = posixpath.normpath(src.replace("\\", "/"))
    if re.match(r"[a-z][a-z0-9+.-]*:|//", src, re.IGNORECASE) or path.startswith(("/", "..")) or path == ".":
        return ""
    return path


def _quoted(text: str) -> str:
    return "'" + _one_line(text).replace("'", "''") + "'"


def _scalar(text: str) -> str:
    line = _one_line(text)
    return line if _PLAIN.fullmatch(line) and line.lower() not in _WORDS_OF_YAML else _quoted(line)


def _one_line(text: str) -> str:
    """Hexo renders the head through its own braces, too."""
    return " ".join(text.split()).replace("{", "&#123;").replace("}", "&#125;")


def _day(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""
