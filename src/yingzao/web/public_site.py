"""What everybody may read of organisations and programmes, and the list of it for search engines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.urls import reverse

from yingzao.communities.models import Community
from yingzao.core import clock
from yingzao.honours.models import PublicNotice
from yingzao.honours.queries.rows import posted_notices
from yingzao.people.models import Organisation
from yingzao.programmes.models import Programme
from yingzao.programmes.queries import public_programmes
from yingzao.stories import exports
from yingzao.stories import queries as stories
from yingzao.stories.models import Story

MOST_COMMUNITIES = 60
NEWEST = 6
STORIES_A_SITEMAP = 5_000  # sitemaps.org lets one hold ten times as many


def public_organisations() -> QuerySet[Organisation]:
    """Those of which anything is public: a programme, or a story."""
    programmes = public_programmes().filter(organisation=OuterRef("pk"))
    told = Story.objects.filter(stories.in_public(), organisation=OuterRef("pk"))
    found = Organisation.objects.filter(Exists(programmes) | Exists(told))
    return found.select_related("logo").order_by("name", "pk")


def programmes_of(organisation: Organisation) -> QuerySet[Programme]:
    return public_programmes().filter(organisation=organisation)


def stories_of(organisation: Organisation) -> QuerySet[Story]:
    return stories.published_stories().filter(organisation=organisation)


def public_notices(**narrowed: Any) -> QuerySet[PublicNotice]:
    """Posted lists of public programmes, the newest first."""
    found = posted_notices().filter(programme__is_public=True, **narrowed)
    return found.order_by("-posted_on", "-pk")


def communities_told_of(programme: Programme) -> list[Community]:
    """Public communities of its organisation that its public stories tell of. One query."""
    telling = stories.published_stories(programme).order_by().filter(communities=OuterRef("pk"))
    found = Community.objects.filter(organisation=programme.organisation_id, is_public=True)
    return list(found.filter(Exists(telling)).order_by("name", "pk")[:MOST_COMMUNITIES])


# For search engines


def about_organisation(organisation: Organisation, site: str) -> dict[str, Any]:
    """schema.org/Organization. `site` is scheme and host without a slash at its end."""
    told: dict[str, Any] = {
        "@context": exports.SCHEMA,
        "@type": "Organization",
        "name": organisation.name,
        "url": f"{site}{reverse('web:organisation', args=[organisation.code])}",
    }
    if organisation.introduction:
        told["description"] = organisation.introduction
    if organisation.logo:
        told["logo"] = f"{site}{reverse('media:file-at', args=[organisation.logo.code, 640])}"
    return told


def about_programme(programme: Programme, site: str) -> dict[str, Any]:
    """schema.org/EducationalOccupationalProgram."""
    told = {
        "@context": exports.SCHEMA,
        "@type": "EducationalOccupationalProgram",
        "name": programme.full_name,
        "url": f"{site}{reverse('web:public-programme', args=[programme.slug])}",
        "startDate": programme.starts_on.isoformat(),
        "endDate": programme.ends_on.isoformat(),
        "provider": about_organisation(programme.organisation, site) | {"@context": exports.SCHEMA},
    }
    if programme.summary:
        told["description"] = programme.summary
    return told


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the sitemap: its path, and when it changed last where that is known."""

    path: str
    changed_at: dt.datetime | dt.date | None = None


def story_sitemaps() -> list[dt.datetime]:
    """One for each STORIES_A_SITEMAP public stories, with its last change."""
    rows = Story.objects.filter(stories.in_public()).order_by("published_at", "pk")
    changes = list(rows.values_list("changed_at", flat=True))
    return [
        max(changes[first : first + STORIES_A_SITEMAP]) for first in range(0, len(changes), STORIES_A_SITEMAP)
    ]


def story_pages(number: int) -> list[Listed]:
    """The pages of one sitemap of stories, counted from 1, the oldest first so that full ones change least."""
    rows = Story.objects.filter(stories.in_public()).order_by("published_at", "pk")
    first = (number - 1) * STORIES_A_SITEMAP
    found = rows.values_list("slug", "changed_at")[first : first + STORIES_A_SITEMAP]
    return [Listed(reverse("stories:public-story", args=[slug]), changed) for slug, changed in found]


def other_pages() -> Iterator[Listed]:
    """Everything else that everybody may read and find again."""
    newest = stories.last_change()
    yield Listed(reverse("web:home"), newest)
    yield Listed(reverse("web:public-programmes"))
    yield Listed(reverse("stories:public-list"), newest)
    yield Listed(reverse("honours:public-notices"))
    yield Listed(reverse("people:privacy"))
    for organisation in public_organisations():
        yield Listed(reverse("web:organisation", args=[organisation.code]))
    told = Story.objects.filter(stories.in_public()).order_by().values("programme")
    changed = dict(told.annotate(last=Max("changed_at")).values_list("programme", "last"))
    for programme in public_programmes():
        yield Listed(reverse("web:public-programme", args=[programme.slug]), changed.get(programme.pk))
    for notice in public_notices():
        yield Listed(reverse("honours:public-notice", args=[notice.code]), notice.posted_on)


def last_story_change() -> dt.datetime:
    return stories.last_change() or clock.now()
