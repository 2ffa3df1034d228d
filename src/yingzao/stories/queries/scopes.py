"""What a feed tells of: all stories, or those of a programme, a category or a community; and its entries, read at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.db.models import Count, Max, Q
from django.db.models.functions import Left

from yingzao.articles.enums import ImageState
from yingzao.articles.models import ArticleImage
from yingzao.communities.models import Community
from yingzao.core import clock
from yingzao.core.clock import SHANGHAI
from yingzao.programmes.models import Programme
from yingzao.stories.enums import StoryState
from yingzao.stories.models import Story
from yingzao.stories.queries.told import in_public, shortened

BEGINNING = dt.datetime(2021, 1, 1, tzinfo=SHANGHAI)  # of a feed without entries
KEPT = dt.timedelta(days=730)  # how long a feed says that a story was withdrawn
MOST_GONE = 1000
BEGINS = 400  # characters of a text that a summary may be made from


@dataclass(frozen=True, slots=True)
class Scope:
    """`about` is its part of the feed's name (RFC 4151), `name` what its title says of it, empty for all stories."""

    about: str
    where: Q
    name: str = ""
    since: dt.datetime = BEGINNING


def all_stories() -> Scope:
    return Scope("stories", Q())


def of_programme(programme: Programme) -> Scope:
    return Scope(
        f"programmes/{programme.code}/stories",
        Q(programme=programme),
        programme.full_name,
        programme.created_at,
    )


def of_category(name: str) -> Scope | None:
    """None where no public story stands under it."""
    found = [pk for pk, names in _categories() if name in names]
    return Scope(f"categories/{quote(name, safe='')}/stories", Q(pk__in=found), name) if found else None


def of_tag(name: str) -> Scope | None:
    """None where no public story bears it."""
    rows = Story.objects.filter(in_public()).exclude(tags=[]).order_by().values_list("pk", "tags")
    found = [pk for pk, names in rows if name in names]
    return Scope(f"tags/{quote(name, safe='')}/stories", Q(pk__in=found), f"#{name}") if found else None


def of_community(community: Community) -> Scope:
    """Stories of its own organisation that tell of it."""
    return Scope(
        f"communities/{community.code}/stories",
        Q(communities=community, organisation=community.organisation_id),
        community.name,
        community.created_at,
    )


def categories_in_public() -> list[tuple[str, int]]:
    """Each with how many public stories stand under it, the most first."""
    counts: dict[str, int] = {}
    for _pk, names in _categories(Q()):
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _categories(withdrawn: Q | None = None) -> list[tuple[int, tuple[str, ...]]]:
    """Of a withdrawn story too, unless told otherwise: its feed has to say that it is gone."""
    asked = in_public() | (Q(state=StoryState.WITHDRAWN) if withdrawn is None else withdrawn)
    rows = Story.objects.filter(asked).exclude(article__categories=[]).order_by()
    return [
        (pk, tuple(dict.fromkeys(str(name) for name in names)))
        for pk, names in rows.values_list("pk", "article__categories")
    ]


def last_of(scope: Scope) -> tuple[dt.datetime | None, int]:
    """When what everyone may read of it changed last, a withdrawal among it; and how many stories that are."""
    told = Story.objects.filter(scope.where, in_public() | Q(state=StoryState.WITHDRAWN))
    found = told.aggregate(last=Max("changed_at"), rows=Count("pk"))
    return found["last"], found["rows"]


@dataclass(frozen=True, slots=True)
class EntryPicture:
    code: str
    width: int
    height: int
    alt: str
    caption: str
    credit: str
    is_head: bool
    media_type: str
    size: int


@dataclass(slots=True)
class Entry:
    """A public story as feeds tell it."""

    feed_id: str
    slug: str
    title: str
    authors: str
    organisation: str
    categories: list[str]  # and its tags
    summary: str
    html: str
    published_at: dt.datetime
    changed_at: dt.datetime
    pictures: dict[int, EntryPicture] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gone:
    """A story that was withdrawn."""

    feed_id: str
    at: dt.datetime


def entries_of(scope: Scope, *, first: int = 0, count: int = 50) -> list[Entry]:
    """The newest first, of which `first` are passed over. Two queries, and no rows made into models."""
    rows = (
        Story.objects.filter(scope.where, in_public())
        .order_by("-published_at", "-pk")
        .values_list(
            "article_id",
            "feed_id",
            "slug",
            "article__title",
            "article__authors",
            "programme__organisation__name",
            "article__categories",
            "tags",
            "summary",
            Left("article__text", BEGINS),
            "article__html",
            "published_at",
            "changed_at",
        )[first : first + count]
    )
    found: dict[int, Entry] = {}
    for row in rows:
        told: tuple[Any, ...] = row
        (
            article,
            feed_id,
            slug,
            title,
            authors,
            organisation,
            categories,
            tags,
            summary,
            begins,
            html,
            *dates,
        ) = told
        found[article] = Entry(
            feed_id,
            slug,
            title,
            authors,
            organisation,
            list(dict.fromkeys((*categories, *tags))),
            summary or shortened(begins),
            html,
            *dates,
        )
    _add_pictures(found)
    return list(found.values())


def _add_pictures(found: dict[int, Entry]) -> None:
    rows = ArticleImage.objects.filter(
        article__in=list(found), state=ImageState.STORED, file__isnull=False
    ).values_list(
        "article_id",
        "position",
        "file__code",
        "file__width",
        "file__height",
        "alt",
        "caption",
        "credit",
        "is_head",
        "file__media_type",
        "file__size",
    )
    for row in rows.order_by("article_id", "position"):
        told: tuple[Any, ...] = row
        article, position, code, width, height, *words = told
        found[article].pictures[position] = EntryPicture(code, width or 1, height or 1, *words)


def gone_from(scope: Scope, now: dt.datetime | None = None) -> Sequence[Gone]:
    """What was public and is withdrawn, for two years."""
    since = (now or clock.now()) - KEPT
    rows = Story.objects.filter(scope.where, state=StoryState.WITHDRAWN, withdrawn_at__gte=since).exclude(
        feed_id=""
    )
    found = rows.order_by("-withdrawn_at", "-pk").values_list("feed_id", "withdrawn_at")[:MOST_GONE]
    return [Gone(feed_id, at) for feed_id, at in found if at is not None]
