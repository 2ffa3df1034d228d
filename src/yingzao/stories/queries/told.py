"""Which stories there are, for whom, and what is shown with them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, Max, Q, QuerySet, When

from yingzao.articles import queries as articles
from yingzao.articles.models import ArticleImage
from yingzao.core import clock
from yingzao.people.models import Organisation, Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes import queries as programmes
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme
from yingzao.stories.enums import StoryState
from yingzao.stories.models import Story

SUMMARY_LENGTH = 90


def every_story() -> QuerySet[Story]:
    return Story.objects.select_related("article", "programme__organisation")


def in_public(now: dt.datetime | None = None) -> Q:
    """What everyone may read; a scheduled story from its moment on."""
    due = Q(state=StoryState.SCHEDULED, publish_at__lte=now or clock.now())
    return Q(state=StoryState.PUBLISHED) | due


def published_stories(programme: Programme | None = None) -> QuerySet[Story]:
    """What everyone may read, the newest first."""
    found = every_story().filter(in_public())
    if programme is not None:
        found = found.filter(programme=programme)
    return found.order_by("-published_at", "-pk")


def programmes_told_by(person: Visitor) -> QuerySet[Programme]:
    """Programmes whose stories the person may write: editors and organisers."""
    if not is_signed_in(person):
        return Programme.objects.none()
    return Programme.objects.filter(
        Q(pk__in=programmes.programmes_with_role(person, Role.EDITOR).values("pk"))
        | Q(pk__in=programmes.programmes_organised_by(person).values("pk"))
    ).select_related("organisation")


def programmes_read_by(person: Visitor) -> QuerySet[Programme]:
    """Programmes whose drafts the person may read: who writes them, and supervisors."""
    return Programme.objects.filter(
        Q(pk__in=programmes_told_by(person).values("pk"))
        | Q(pk__in=programmes.desk_programmes(person).values("pk"))
    ).select_related("organisation")


def stories_of(programme: Programme) -> QuerySet[Story]:
    """In the order of their way, then by date."""
    order = Case(*(When(state=state, then=n) for n, state in enumerate(StoryState.values)), default=9)
    stories = every_story().filter(programme=programme).annotate(step=order)
    return stories.order_by("step", "-published_at", "-created_at")


def stories_told_by(person: Visitor) -> QuerySet[Story]:
    return every_story().filter(programme__in=programmes_told_by(person).values("pk"))


def stories_read_by(person: Visitor) -> QuerySet[Story]:
    return every_story().filter(programme__in=programmes_read_by(person).values("pk"))


def search(stories: QuerySet[Story], text: str) -> QuerySet[Story]:
    for word in text.split():
        stories = stories.filter(
            Q(article__title__icontains=word)
            | Q(article__authors__icontains=word)
            | Q(article__text__icontains=word)
        )
    return stories


def story_moved_from(slug: str) -> Story | None:
    """The story that stood at an address and stands elsewhere now."""
    return every_story().filter(former_addresses__slug=slug).first()


def counts_of(programme: Programme) -> dict[str, int]:
    """State → how many; `all` among them."""
    found = dict(programme.stories.order_by().values_list("state").annotate(Count("pk")))
    return {"all": sum(found.values()), **{state: found.get(state, 0) for state in StoryState.values}}


def last_change(programme: Programme | None = None) -> dt.datetime | None:
    """When what everyone may read changed last; a withdrawal is a change."""
    told = Story.objects.filter(in_public() | Q(state=StoryState.WITHDRAWN))
    if programme is not None:
        told = told.filter(programme=programme)
    return told.aggregate(last=Max("changed_at"))["last"]


@dataclass(frozen=True, slots=True)
class ShownStory:
    """A story with the picture that stands for it, which may be none."""

    story: Story
    picture: ArticleImage | None
    summary: str


def with_pictures(stories: Iterable[Story]) -> list[ShownStory]:
    """One query more, however many stories."""
    found: Sequence[Story] = list(stories)
    heads = articles.head_pictures([story.article for story in found]) if found else {}
    return [ShownStory(story, heads.get(story.article_id), summary_of(story)) for story in found]


def summary_of(story: Story) -> str:
    """The editor's summary, else how the text begins."""
    return story.summary or shortened(story.article.text)


def shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SUMMARY_LENGTH else f"{words[:SUMMARY_LENGTH].rstrip('，、；：,;: ')}…"


ADDRESS = re.compile(r"/stories/([-\w]+)")
MARKS = ' 《》“”"「」'


def story_named(organisation: Organisation, words: str) -> Story | None:
    """The published story of an organisation that words name by its address or its whole title; None for all else."""
    if not words:
        return None
    stories = published_stories().filter(programme__organisation=organisation)
    if address := ADDRESS.search(words):
        slug = address.group(1)
        return stories.filter(Q(slug=slug) | Q(former_addresses__slug=slug)).first()
    title = words.strip(MARKS)
    return stories.filter(article__title=title).first() if title else None
