"""Zips of posts with their pictures: a post and its folder as Hexo keeps them, or the sources of a whole site."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from yingzao.articles.readers.parsed import NotAnArticle
from yingzao.articles.readers.word import is_word

MAX_FILES = 2_000
MAX_UNPACKED = 120_000_000  # bytes
MAX_POSTS = 50
POSTS = (".md", ".markdown", ".html", ".htm")
PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".heif", ".bmp", ".tif", ".tiff")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """A post of a zip, and the pictures beside it, by each name under which it may know them."""

    name: str
    data: bytes
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def is_folder(data: bytes) -> bool:
    """Whether it is a zip that is no Word file."""
    return data.startswith(b"PK\x03\x04") and not is_word(data)


def posts_in(data: bytes) -> list[Packed]:
    """The posts of a zip in the order of their names; of a whole site those under `_posts` and `_drafts`.

    Raises NotAnArticle (`damaged`, `too_large`, `no_post`, `too_many_posts`).
    """
    try:
        files = _unpacked(data)
    except NotAnArticle:
        raise
    except (
        Exception
    ) as failure:  # zipfile raises whatever its readers raise, RuntimeError for a password among them
        raise NotAnArticle("damaged") from failure
    posts = sorted(name for name in files if name.lower().endswith(POSTS))
    of_site = [name for name in posts if {"_posts", "_drafts"} & set(name.split("/")[:-1])]
    posts = of_site or posts
    if not posts:
        raise NotAnArticle("no_post")
    if len(posts) > MAX_POSTS:
        raise NotAnArticle("too_many_posts")
    pictures = {name: body for name, body in files.items() if name.lower().endswith(PICTURES)}
    return [Packed(posixpath.basename(name), files[name], _beside(name, pictures)) for name in posts]


def _unpacked(data: bytes) -> dict[str, bytes]:
    """Name → bytes of the posts and pictures; what a file says of its size is not believed."""
    files: dict[str, bytes] = {}
    left = MAX_UNPACKED
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_FILES:
            raise NotAnArticle("too_large")
        for part in parts:
            name = _name(part)
            hidden = any(step.startswith((".", "__MACOSX")) for step in name.split("/"))
            if part.is_dir() or hidden or not name.lower().endswith(POSTS + PICTURES):
                continue
            body = bytearray()
            with archive.open(part) as opened:
                while piece := opened.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise NotAnArticle("too_large")
                    body += piece
            files[name] = bytes(body)
    return files


def _name(part: zipfile.ZipInfo) -> str:
    """Windows writes the names of its own code page and does not say so."""
    name = part.filename
    if not part.flag_bits & 0x800:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/")


def _beside(post: str, pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """By the path from the post's folder, from the post's own folder of pictures, and from the root of the site."""
    here = posixpath.dirname(post)
    own = posixpath.splitext(post)[0]
    before, is_site, _behind = f"/{here}/".partition("/source/")
    root = f"{before}/source".strip("/") if is_site else ""
    known: dict[str, bytes] = {}
    for folder in (root, here, own):  # the nearest counts
        for name, body in pictures.items():
            if not folder or name.startswith(f"{folder}/"):
                known[name[len(folder) + 1 :] if folder else name] = body
    return known
