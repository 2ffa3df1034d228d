"""What a story tells of: categories, tags, place, activities, communities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, QuerySet

from yingzao.activities import queries as activities
from yingzao.activities.models import Activity
from yingzao.communities.models import Community
from yingzao.communities.queries import communities_of, organisations_read_by
from yingzao.people.models import Organisation, Visitor
from yingzao.programmes.models import Programme
from yingzao.stories.models import Story


def activities_to_tell_of(programme: Programme) -> QuerySet[Activity]:
    """Those that learners were told of, in the plan's order."""
    return activities.activities_of(programme)


def activities_with_stories(programme: Programme) -> QuerySet[Activity]:
    """The same, the latest first, each with `told`: how many stories tell of it. One query."""
    found = activities_to_tell_of(programme).annotate(told=Count("stories", distinct=True))
    return found.order_by(F("starts_at").desc(nulls_last=True), "position", "pk")


def communities_to_tell_of(person: Visitor, organisation: Organisation) -> QuerySet[Community]:
    """Public ones of the register; all of it for whoever reads the register."""
    found = communities_of(organisation).order_by("pinyin", "pk")
    if organisations_read_by(person).filter(pk=organisation.pk).exists():
        return found
    return found.filter(is_public=True)


def communities_named_in(story: Story, known: QuerySet[Community]) -> list[Community]:
    """Those of `known` that title or text name and that the story does not tell of yet: a proposal."""
    words = f"{story.article.title}\n{story.article.text}"
    told = set(story.communities.values_list("pk", flat=True))
    return [one for one in known if one.pk not in told and one.name in words]


def public_communities_of(story: Story) -> list[Community]:
    return list(story.communities.filter(is_public=True).order_by("pinyin", "pk"))


@dataclass(frozen=True, slots=True)
class ShownMeaning:
    """What everyone may read of it. Activities stand here where the programme shows its plan to everyone."""

    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    place: str = ""
    activities: list[Activity] = field(default_factory=list)
    communities: list[Community] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.categories or self.tags or self.place or self.activities or self.communities)

    @property
    def keywords(self) -> list[str]:
        return list(dict.fromkeys((*self.categories, *self.tags, *(one.name for one in self.communities))))


def shown_meaning(story: Story) -> ShownMeaning:
    """Two queries."""
    told = story.activities.all() if story.programme.is_public else Activity.objects.none()
    return ShownMeaning(
        categories=names(story.article.categories),
        tags=names(story.tags),
        place=story.place,
        activities=[one for one in told.order_by("position", "pk") if one.is_published],
        communities=public_communities_of(story),
    )


def names(values: list[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in values))


def meaning_of(story: Story) -> dict[str, Any]:
    """As a version keeps it: activities and communities by their codes, whose names may change."""
    return {
        "categories": list(names(story.article.categories)),
        "tags": list(names(story.tags)),
        "place": story.place,
        "activities": list(story.activities.order_by("position", "pk").values_list("code", flat=True)),
        "communities": list(story.communities.order_by("pinyin", "pk").values_list("code", flat=True)),
    }


def words_of_meaning(meaning: dict[str, Any]) -> list[str]:
    """A line each, for a comparison. A community that is not public is not named: everyone who works on stories reads this."""
    titles = dict(
        Activity.objects.filter(code__in=meaning.get("activities", ())).values_list("code", "title")
    )
    public = Community.objects.filter(code__in=meaning.get("communities", ()), is_public=True)
    known = dict(public.values_list("code", "name"))
    lists = [
        meaning.get("categories", ()),
        [f"#{tag}" for tag in meaning.get("tags", ())],
        [place] if (place := meaning.get("place", "")) else [],
        [titles[code] for code in meaning.get("activities", ()) if code in titles],
        [known.get(code, "…") for code in meaning.get("communities", ())],
    ]
    return ["、".join(one) for one in lists if one]


def categories_used(programme: Programme) -> list[str]:
    """Those of the organisation's stories, the most used first: what an editor would write again."""
    counts: dict[str, int] = {}
    rows = Story.objects.filter(organisation=programme.organisation_id).exclude(article__categories=[])
    for values in rows.values_list("article__categories", flat=True):
        for name in names(values):
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: (-counts[name], name))[:12]
