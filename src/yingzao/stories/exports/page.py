"""A story as pages, feeds and search engines take it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from yingzao.articles import queries as articles
from yingzao.articles.enums import ImageState
from yingzao.articles.exports import body_html
from yingzao.articles.models import Article, ArticleImage
from yingzao.core.clock import SHANGHAI
from yingzao.stories import queries
from yingzao.stories.models import Story
from yingzao.stories.rules import people_of

SCHEMA = "https://schema.org"
CUTS = ("square-640.jpg", "wide-1600.jpg", "whole-1600.jpg")  # what search engines ask for


@dataclass(frozen=True, slots=True)
class Parts:
    """What the page of one story shows."""

    head: (
        ArticleImage | None
    )  # the head picture, above the title; where the text shows it alone it is left out there
    picture: ArticleImage | None  # what stands for the story where it is shared
    body: SafeString
    summary: str
    meaning: queries.ShownMeaning = field(default_factory=queries.ShownMeaning)


def parts_of(story: Story, figure: Callable[[str, str], str] | None = None) -> Parts:
    """Three queries, and for a draft those of the figures that it binds. `figure` draws one (key, words)."""
    pictures = list(articles.pictures_of(story.article))
    stored = [p for p in pictures if p.state == ImageState.STORED and p.file]
    head = next((p for p in stored if p.is_head), None)
    return Parts(
        head=head,
        picture=head or next(iter(stored), None),
        body=body_html(story.article, pictures, without=head, figure=figure or _present(story)),
        summary=queries.summary_of(story),
        meaning=queries.shown_meaning(story),
    )


def _present(story: Story) -> Callable[[str, str], str] | None:
    """Of a draft, what the figures' queries say now; what is public says what it said."""
    if story.is_published or "<data " not in story.article.html:
        return None
    values = queries.values_shown(story)
    return lambda key, words: values.get(key, words)


def picture_address(picture: ArticleImage, width: int = 1280) -> str:
    assert picture.file is not None, "only stored pictures have an address"
    return reverse("media:file-at", args=[picture.file.code, width])


def cut_address(picture: ArticleImage, name: str) -> str:
    """Of a picture in one of its sizes, `square-640.jpg`."""
    assert picture.file is not None, "only stored pictures have an address"
    return reverse("media:rendition", args=[picture.file.code, name])


def picture_addresses(article: Article, site: str) -> dict[int, str]:
    """Whole addresses of the pictures kept here, by their number. One query."""
    found = articles.pictures_of(article).filter(state=ImageState.STORED, file__isnull=False)
    return {picture.position: f"{site}{picture_address(picture)}" for picture in found}


def structured(story: Story, parts: Parts, *, address: str, site: str) -> list[dict[str, Any]]:
    """What the page tells search engines (schema.org): the news, and where it stands. `site` is scheme and host without a slash
    at its end."""
    programme = story.programme
    publisher: dict[str, Any] = {"@type": "Organization", "name": programme.organisation.name}
    told: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "NewsArticle",
        "headline": story.title,
        "description": parts.summary,
        "inLanguage": "zh-Hans",
        "url": address,
        "mainEntityOfPage": address,
        "author": _authors(story) or publisher,
        "publisher": publisher,
        "dateModified": _moment(story.changed_at),
    }
    if story.published_at:
        told["datePublished"] = _moment(story.published_at)
    if keywords := parts.meaning.keywords:
        told["keywords"] = keywords
    if parts.meaning.categories:
        told["articleSection"] = list(parts.meaning.categories)
    if parts.meaning.place:
        told["contentLocation"] = {"@type": "Place", "name": parts.meaning.place}
    if parts.meaning.communities:
        told["about"] = [{"@type": "Place", "name": one.name} for one in parts.meaning.communities]
    if parts.picture:
        told["image"] = [f"{site}{cut_address(parts.picture, name)}" for name in CUTS]
    way = [(gettext("Stories"), f"{site}{reverse('stories:public-list')}"), (story.title, address)]
    return [told, trail(way)]


def _authors(story: Story) -> list[dict[str, str]]:
    """Each of the byline for themselves, with what they are where it is printed."""
    return [
        {"@type": "Person", "name": name, **({"jobTitle": role} if role else {})}
        for role, name in people_of(story.article.authors)
    ]


def trail(way: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """schema.org/BreadcrumbList of names and whole addresses, from the top down."""
    steps = [
        {"@type": "ListItem", "position": n, "name": name, "item": address}
        for n, (name, address) in enumerate(way, 1)
    ]
    return {"@context": SCHEMA, "@type": "BreadcrumbList", "itemListElement": steps}


def _moment(at: dt.datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
