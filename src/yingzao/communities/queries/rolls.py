"""Lists of communities. Each counts for itself: what stands on two of them is one community, and no sum is made."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from yingzao.communities.models import Community, Roll, RollEntry
from yingzao.people.models import Organisation


def rolls_of(organisation: Organisation) -> QuerySet[Roll]:
    """With `known`, how many of their communities are known by name."""
    return Roll.objects.filter(organisation=organisation).annotate(known=Count("entries"))


def entries_of(roll: Roll) -> QuerySet[RollEntry]:
    return roll.entries.select_related("community").order_by("community__pinyin", "pk")


def rolls_with(community: Community) -> QuerySet[RollEntry]:
    """The lists that a community stands on."""
    return community.roll_entries.select_related("roll").order_by("roll__created_at", "pk")


def communities_not_on(roll: Roll) -> QuerySet[Community]:
    return Community.objects.filter(organisation_id=roll.organisation_id).exclude(
        pk__in=roll.entries.values("community")
    )
