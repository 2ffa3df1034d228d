"""Versions of stories, and what their writers have not saved."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from yingzao.articles import queries as articles
from yingzao.articles.exports import as_markdown
from yingzao.communities.models import Community
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.stories.models import Story, StoryVersion, UnsavedText
from yingzao.stories.queries.meaning import meaning_of, words_of_meaning
from yingzao.stories.settling import Piece, differences

PARTS = ("title", "byline", "summary", "source", "pictures", "meaning")


def versions_of(story: Story) -> QuerySet[StoryVersion]:
    """The newest first, without their texts."""
    return story.versions.select_related("by").defer("source", "pictures", "meaning")


def said_now(story: Story) -> dict[str, Any]:
    """What a version of the story would hold now."""
    return {
        "title": story.article.title,
        "byline": story.article.authors,
        "summary": story.summary,
        "source": as_markdown(story.article),
        "pictures": [
            [picture.position + 1, picture.alt, picture.caption, picture.credit, picture.is_head]
            for picture in articles.pictures_of(story.article)
        ],
        "meaning": meaning_of(story),
    }


def words_of(version: StoryVersion) -> str:
    """The whole version as one text to be compared."""
    lines = [version.title, version.byline, *words_of_meaning(version.meaning), version.summary]
    words = "\n".join(line for line in lines if line) + "\n\n" + version.source.strip() + "\n"
    for number, alt, caption, credit, is_head in version.pictures:
        told = " · ".join(part for part in (alt, caption, credit) if part)
        words += f"\n[图{number}]{'*' if is_head else ''} {told}".rstrip()
    return words


def between(earlier: StoryVersion, later: StoryVersion) -> list[Piece]:
    return differences(words_of(earlier), words_of(later))


def unsaved_text(programme: Programme, story: Story | None, person: Person) -> UnsavedText | None:
    return UnsavedText.objects.filter(programme=programme, story=story, person=person).first()


def text_of(version: StoryVersion, known: QuerySet[Community]) -> dict[str, Any]:
    """The fields of the form as this version said them; saving them makes a new version. `known` are the communities that
    whoever asks may see."""
    meaning = version.meaning
    told = known.filter(code__in=meaning.get("communities", ()))
    return {
        "categories": "、".join(meaning.get("categories", ())),
        "tags": "、".join(meaning.get("tags", ())),
        "place": meaning.get("place", ""),
        "activities": meaning.get("activities", []),
        "communities": "、".join(one.name for one in told),
        "title": version.title,
        "byline": version.byline,
        "summary": version.summary,
        "text": version.source,
    }


def version_numbered(story: Story, number: str | None) -> StoryVersion | None:
    """None where there is none, or what was asked is no number."""
    known = number is not None and number.isascii() and number.isdigit() and len(number) < 7
    return (
        story.versions.select_related("by").filter(number=int(number)).first() if known and number else None
    )
