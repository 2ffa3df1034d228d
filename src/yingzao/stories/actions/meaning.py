"""Saying what a story tells of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yingzao.activities.models import Activity
from yingzao.articles.exports import as_markdown
from yingzao.articles.models import Article
from yingzao.communities.models import Community
from yingzao.communities.queries import CommunityIndex
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.stories import queries
from yingzao.stories.models import Story

LONGEST = 40  # characters of a category or tag
MOST = 20


@dataclass(frozen=True)
class Meaning:
    """Categories and tags in their order; activities of its programme; communities that whoever says so may see."""

    categories: Sequence[str] = ()
    tags: Sequence[str] = ()
    place: str = ""
    activities: Sequence[Activity] = ()
    communities: Sequence[Community] = ()


def tell_meaning(story: Story, meaning: Meaning, by: Person, *, as_it_came: bool = False) -> None:
    """Within the act that changes the story, before it is saved. Activities of other programmes and communities that the
    person may not see are passed over; those that stand there and the person may not see stay. `as_it_came`: its file says so."""
    before = queries.meaning_of(story)
    story.article.categories = tidy(meaning.categories)
    story.article.save(update_fields=["categories"])
    story.tags = tidy(meaning.tags)
    story.place = " ".join(meaning.place.split())[:120]
    story.activities.set(
        [one for one in meaning.activities if one.programme_id == story.programme_id], clear=False
    )
    seen = set(queries.communities_to_tell_of(by, story.programme.organisation).values_list("pk", flat=True))
    kept = [pk for pk in story.communities.values_list("pk", flat=True) if pk not in seen]
    story.communities.set([*kept, *(one.pk for one in meaning.communities if one.pk in seen)])
    if not as_it_came and queries.meaning_of(story) != before:
        note_changed(story.article)


def note_changed(article: Article) -> None:
    """What its file says of an imported story no longer holds: it goes out written anew from now on."""
    if article.original_id is not None and not article.source:
        article.source = as_markdown(article)
        article.save(update_fields=["source"])


def meaning_of_head(
    head: Mapping[str, Any], categories: Sequence[Any], programme: Programme, by: Person
) -> Meaning:
    """What the head of an imported post says of it: `tags`, `place`, `activities` by their whole titles, `communities` by
    their names. What is not found is left out; the post keeps it."""
    planned = {one.title: one for one in queries.activities_to_tell_of(programme)}
    known = CommunityIndex(queries.communities_to_tell_of(by, programme.organisation))
    places = _listed(head.get("place", head.get("location", "")))
    return Meaning(
        categories=[str(name) for name in categories],
        tags=_listed(head.get("tags", head.get("tag", ()))),
        place="、".join(places),
        activities=[planned[title] for title in _listed(head.get("activities", ())) if title in planned],
        communities=[
            found for name in _listed(head.get("communities", ())) if (found := known.find(name)) is not None
        ],
    )


def _listed(value: Any) -> list[str]:
    return [str(one) for one in ([value] if isinstance(value, str) else value) if str(one).strip()]


def tidy(values: Sequence[str]) -> list[str]:
    """Each once, in one line, in their order."""
    lines = (" ".join(str(value).split())[:LONGEST] for value in values)
    return list(dict.fromkeys(line for line in lines if line))[:MOST]
