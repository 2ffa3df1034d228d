"""What comes out of reading an article."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# local: a path beside the article · remote: an address · embedded: its bytes came along · decoration: no real picture
ImageKind = Literal["local", "remote", "embedded", "decoration"]

Kind = Literal["post", "page", "document", "feed"]


class NotAnArticle(ValueError):
    """The bytes cannot be read as an article. `code`: empty, too_large, not_text, damaged, feed (several
    articles), unknown_form (no feed)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ImageRef:
    """A picture that the article names. `src` as it stood; `origin` the same without proxies, "" for embedded ones.

    `alt` is the text that stood with it, `caption` that below it, where it says otherwise. `data` holds the bytes of an embedded one. A picture that is not `in_body`
    stands in the front matter only.
    """

    src: str
    origin: str
    alt: str
    state: ImageKind
    is_head: bool = False
    in_body: bool = True
    data: bytes | None = None
    width: int | None = None  # pixels, as the text says
    height: int | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article in our form. `html` is safe; where picture n of `images` belongs, it holds `placeholder(n)`.

    `kind` is the form it came in: post (Markdown or HTML with or without a head, plain text), page, document (.docx) or
    feed (one entry of it). `decorations` are pictures that stood for none and are not in `images`. `writers` are the authors as the file says, `authors` the same in one line; `byline` and `credit` are read from the end of the text (文/… and
    图片由…提供), "" where there is none. `published_at` is aware; a time without a zone is taken as Asia/Shanghai.
    `warnings` are codes: decoration_dropped, script_dropped, frame_dropped, tracker_dropped, junk_dropped,
    image_dropped, invalid_date, front_matter_mended, no_title, tag_shown_as_text, encoding_guessed.
    """

    title: str
    categories: tuple[str, ...]
    authors: str
    byline: str
    credit: str
    published_at: dt.datetime | None
    date_raw: str
    html: str
    text: str
    images: tuple[ImageRef, ...]
    front_matter: Mapping[str, str | list[str]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    kind: Kind = "post"
    writers: tuple[str, ...] = ()
    decorations: tuple[ImageRef, ...] = ()


def placeholder(number: int) -> str:
    """The mark in `html` where picture `number` (from 0) belongs."""
    return f'<img src="image:{number}">'
