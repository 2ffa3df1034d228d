"""An article with the bytes of its pictures, as every file that leaves the house is made from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from yingzao.articles import queries
from yingzao.articles.enums import ImageState
from yingzao.articles.models import Article, ArticleImage
from yingzao.articles.readers import in_words, shown_in, without_figures
from yingzao.core import media

ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class ToldPicture:
    """`number` is the place that the text names, from 0; `name` is that of its file."""

    number: int
    name: str
    src: str  # as the imported text named it
    data: bytes
    alt: str
    caption: str
    is_head: bool
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Told:
    """`html` is safe, with places for pictures; what has no picture kept here is left out of every file."""

    title: str
    authors: str
    html: str
    text: str
    source: str
    categories: tuple[str, ...] = ()
    published_at: dt.datetime | None = None
    pictures: dict[int, ToldPicture] = field(default_factory=dict)
    more: Mapping[str, str | Sequence[str]] = field(
        default_factory=dict
    )  # what a post's head says behind the rest

    @property
    def head(self) -> ToldPicture | None:
        """The picture that stands for it: the one it names itself, else its first."""
        named = next((one for one in self.pictures.values() if one.is_head), None)
        return named or next(iter(self.pictures.values()), None)


def told(
    article: Article,
    *,
    published_at: dt.datetime | None = None,
    more: Mapping[str, str | Sequence[str]] | None = None,
) -> Told:
    """One query, and the pictures from where they are kept. `published_at` is the date it carries where it is shown."""
    found = {}
    for picture in queries.pictures_of(article):
        if picture.state == ImageState.STORED and picture.file is not None:
            try:
                found[picture.position] = _picture(picture, media.read_bytes(picture.file))
            except FileNotFoundError:  # the bytes are gone: the text stands without them
                continue
    return Told(
        title=article.title,
        authors=article.authors,
        html=without_figures(article.html),
        text=article.text,
        source=in_words(article.source, shown_in(article.html)),
        categories=tuple(str(category) for category in article.categories),
        published_at=published_at or article.published_at,
        pictures=found,
        more=more or {},
    )


def _picture(picture: ArticleImage, data: bytes) -> ToldPicture:
    assert picture.file is not None
    caption = " ".join(words for words in (picture.caption, picture.credit) if words)
    return ToldPicture(
        number=picture.position,
        name=f"{picture.position + 1:02}.{ENDINGS.get(picture.file.media_type, 'jpg')}",
        src=picture.src,
        data=data,
        alt=picture.alt,
        caption=caption,
        is_head=picture.is_head,
        width=picture.file.width or 1,
        height=picture.file.height or 1,
    )
