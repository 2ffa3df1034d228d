"""Stories on their way: which are due, who works on them, what was said and put right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from yingzao.people.enums import Right
from yingzao.people.models import Grant, Person
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme
from yingzao.stories.enums import StoryState
from yingzao.stories.models import Correction, Story, StoryComment


def stories_due(now: dt.datetime) -> QuerySet[Story]:
    """Scheduled ones whose moment has come."""
    return Story.objects.filter(state=StoryState.SCHEDULED, publish_at__lte=now)


def people_who_tell(programme: Programme) -> list[Person]:
    """Editors and organisers of the programme, by their role in it or their right in its organisation."""
    staff = Q(
        pk__in=programme.staff.filter(
            role__in=[Role.EDITOR, Role.ORGANISER], ended_at=None, person__isnull=False
        ).values("person")
    )
    granted = Q(
        pk__in=Grant.objects.filter(
            organisation=programme.organisation_id, right=Right.ORGANISE, scope_code="", ended_at=None
        ).values("person")
    )
    return list(Person.objects.filter(staff | granted, is_active=True).order_by("pk"))


def thread_of(comment: StoryComment) -> QuerySet[StoryComment]:
    """The first remark and every answer, by whomever."""
    first = comment.answers_id or comment.pk
    return StoryComment.objects.filter(Q(pk=first) | Q(answers=first)).select_related("by")


@dataclass(slots=True)
class Remark:
    """A comment with its answers; `stands` says whether the text still holds the passage."""

    comment: StoryComment
    stands: bool = True
    answers: list[StoryComment] = field(default_factory=list)


def remarks_of(story: Story) -> list[Remark]:
    """Open ones first, each with its answers in order. One query."""
    found: Sequence[StoryComment] = list(story.comments.select_related("by", "settled_by"))
    words = "".join(story.article.text.split())
    remarks = {
        one.pk: Remark(one, stands="".join(one.quote.split()) in words)
        for one in found
        if one.answers_id is None
    }
    for one in found:
        if one.answers_id in remarks:
            remarks[one.answers_id].answers.append(one)
    return sorted(remarks.values(), key=lambda remark: remark.comment.settled_at is not None)


def comments_told_by(stories: QuerySet[Story]) -> QuerySet[StoryComment]:
    return StoryComment.objects.filter(story__in=stories.values("pk")).select_related(
        "story__programme__organisation", "story__article", "answers"
    )


def corrections_of(story: Story) -> QuerySet[Correction]:
    return story.corrections.select_related("signed_by")
