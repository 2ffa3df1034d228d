"""Needs of communities."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from yingzao.communities.enums import NeedSource, NeedState, Urgency
from yingzao.communities.models import Need
from yingzao.communities.queries.register import with_facet
from yingzao.people.models import Organisation


def needs_of(organisation: Organisation) -> QuerySet[Need]:
    rows = Need.objects.filter(organisation=organisation)
    return rows.select_related("community", "organisation", "raised_by_leader")


def narrow_needs(
    needs: QuerySet[Need],
    *,
    words: str = "",
    community: str = "",
    facet: str = "",
    source: str = "",
    urgency: str = "",
    state: str = "",
) -> QuerySet[Need]:
    """By title, pinyin, whose it is, community and text; a filter that does not exist narrows nothing."""
    for word in words.split():
        needs = needs.filter(
            Q(title__icontains=word)
            | Q(pinyin__icontains=word)
            | Q(whose__icontains=word)
            | Q(community__name__icontains=word)
            | Q(text__icontains=word)
            | Q(evidence__icontains=word)
        )
    if community:
        needs = needs.filter(community__code=community)
    if source in NeedSource.values:
        needs = needs.filter(source=source)
    if urgency in Urgency.values:
        needs = needs.filter(urgency=urgency)
    if state in NeedState.values:
        needs = needs.filter(state=state)
    return with_facet(needs, facet)


def with_photo_counts(needs: QuerySet[Need]) -> QuerySet[Need]:
    return needs.annotate(photo_count=Count("photos"))
