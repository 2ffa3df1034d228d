"""Needs of communities: those that are followed up, when an answer is due, and how many raised them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, DateField, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least

from yingzao.communities.enums import ENDED, NeedSource, NeedState, Urgency
from yingzao.communities.models import Need, NeedPhoto, Voice
from yingzao.communities.queries.register import with_facet
from yingzao.core import clock
from yingzao.people.enums import Right
from yingzao.people.models import Grant, Organisation, Person

DUE, OVERDUE = "due", "overdue"  # what a list may be narrowed to


def needs_of(organisation: Organisation) -> QuerySet[Need]:
    """All, merged ones too."""
    rows = Need.objects.filter(organisation=organisation)
    return rows.select_related(
        "community", "organisation", "raised_by_leader", "merged_into", "answered_in", "theme"
    )


def heads_of(organisation: Organisation) -> QuerySet[Need]:
    """Those that are followed up: what is merged into another one is followed up there."""
    return needs_of(organisation).filter(merged_into=None)


def needs_of_head(head: Need) -> QuerySet[Need]:
    """The need and what is merged into it, the head first."""
    rows = Need.objects.filter(Q(pk=head.pk) | Q(merged_into=head.pk))
    return rows.order_by(F("merged_into").asc(nulls_first=True), "pk")


def with_due_day(needs: QuerySet[Need]) -> QuerySet[Any]:
    """`due_on`: the earliest day that was promised to anybody who raised it and has no answer."""
    merged = Need.objects.filter(merged_into=OuterRef("pk")).exclude(state__in=ENDED).order_by()
    earliest = Subquery(
        merged.values("merged_into").annotate(day=Min("answer_due_on")).values("day"),
        output_field=DateField(),
    )
    own = F("answer_due_on")
    # SQLite's least of a day and nothing is nothing; PostgreSQL's is the day
    return needs.annotate(due_on=Coalesce(Least(own, earliest), own, earliest))


def narrow_needs(
    needs: QuerySet[Any],
    *,
    words: str = "",
    community: str = "",
    facet: str = "",
    source: str = "",
    urgency: str = "",
    state: str = "",
    show: str = "",
    today: dt.date | None = None,
) -> QuerySet[Any]:
    """By title, pinyin, whose it is, community and text; a filter that does not exist narrows nothing.

    Words are looked for in what is merged into a need as well. `show` DUE or OVERDUE asks for `with_due_day`.
    """
    for word in words.split():
        needs = needs.filter(
            Q(title__icontains=word)
            | Q(pinyin__icontains=word)
            | Q(whose__icontains=word)
            | Q(community__name__icontains=word)
            | Q(text__icontains=word)
            | Q(evidence__icontains=word)
            | Q(pk__in=Voice.objects.filter(words__icontains=word).values("need"))
            | Q(pk__in=Voice.objects.filter(words__icontains=word).values("need__merged_into"))
        )
    if community:
        needs = needs.filter(community__code=community)
    if source in NeedSource.values:
        needs = needs.filter(source=source)
    if urgency in Urgency.values:
        needs = needs.filter(urgency=urgency)
    if state in NeedState.values:
        needs = needs.filter(state=state)
    if show == DUE:
        needs = needs.exclude(state__in=ENDED).exclude(due_on=None).order_by("due_on", "pk")
    if show == OVERDUE:
        today = today or clock.today()
        needs = needs.exclude(state__in=ENDED).filter(due_on__lt=today).order_by("due_on", "pk")
    return with_facet(needs, facet)


def with_photo_counts(needs: QuerySet[Need]) -> QuerySet[Need]:
    return needs.annotate(photo_count=Count("photos"))


def photos_of_head(head: Need) -> QuerySet[NeedPhoto]:
    """Those of the need and of what is merged into it. Each stays with its own need."""
    rows = NeedPhoto.objects.filter(Q(need=head) | Q(need__merged_into=head.pk))
    return rows.select_related("file", "need").order_by("need", "position", "pk")


def voice_counts(heads: Iterable[Need]) -> dict[int, int]:
    """How many raised each, by its primary key: its own voices and those of what is merged into it. One query."""
    keys = [need.pk for need in heads]
    rows = Voice.objects.filter(Q(need__in=keys, need__merged_into=None) | Q(need__merged_into__in=keys))
    counted = rows.order_by().annotate(head=Coalesce("need__merged_into", "need")).values("head")
    return dict.fromkeys(keys, 0) | dict(counted.annotate(many=Count("pk")).values_list("head", "many"))


# Who keeps them


def keepers_of(organisation: Organisation) -> list[tuple[Person, str]]:
    """Who keeps the register and has an account that is open, each with a programme from which the desk is reached."""
    grants = Grant.objects.filter(
        organisation=organisation, right=Right.KEEP_COMMUNITIES, ended_at=None, person__is_active=True
    ).exclude(scope_code="")
    found: dict[int, tuple[Person, str]] = {}
    for grant in grants.select_related("person").order_by("-pk"):
        found.setdefault(grant.person_id, (grant.person, grant.scope_code))
    return list(found.values())


def organisations_waiting(until: dt.date) -> QuerySet[Organisation]:
    """Those with a need whose answer is due by that day and has not been given."""
    open_ones = Need.objects.exclude(state__in=ENDED).filter(answer_due_on__lte=until)
    return Organisation.objects.filter(pk__in=open_ones.values("organisation"))
