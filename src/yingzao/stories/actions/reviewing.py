"""Sending a story to review and back, and what is said about it beside it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.stories.actions import telling
from yingzao.stories.actions.steps import locked, require, require_editor, save
from yingzao.stories.enums import StoryAct, StoryState
from yingzao.stories.models import Story, StoryComment


@transaction.atomic
def send_to_review(*, story: Story, by: Person, now: dt.datetime | None = None) -> Story:
    """Say that a draft is ready to be read by another. Tells those who may approve it."""
    now = now or clock.now()
    story = locked(story, now)
    require(StoryAct.SEND, by, story)
    save(story, by, "stories.story.sent_to_review", state=StoryState.IN_REVIEW, now=now)
    telling.tell_approvers(story, by, now)
    return story


@transaction.atomic
def send_back(*, story: Story, by: Person, why: str, now: dt.datetime | None = None) -> Story:
    """Make it a draft again and say what is to be done; the words stand as a comment. A writer takes it back without words."""
    now = now or clock.now()
    story = locked(story, now)
    require(StoryAct.SEND_BACK, by, story)
    wrote = by.pk in (story.written_by_id, story.edited_by_id)
    if not why.strip() and not wrote:
        raise Refused(_("Say what is to be done before it can be public."), code="no_reason", field="why")
    save(story, by, "stories.story.sent_back", state=StoryState.DRAFT, now=now)
    if why.strip():
        add_comment(story=story, by=by, text=why, now=now)
    return story


@transaction.atomic
def add_comment(
    *,
    story: Story,
    by: Person,
    text: str,
    quote: str = "",
    answers: StoryComment | None = None,
    now: dt.datetime | None = None,
) -> StoryComment:
    """A remark, or an answer to one, which opens it again. Tells the writer and whoever spoke before in the same thread."""
    require_editor(by, story.programme)
    if not (text := text.strip()):
        raise Refused(_("Write something first."), code="empty", field="text")
    if answers is not None:
        if answers.story_id != story.pk:
            raise Refused(_("That comment belongs to another story."), code="other_story")
        answers = answers.answers or answers
        quote = ""
        answers.settled_at, answers.settled_by = None, None
        answers.save(update_fields=["settled_at", "settled_by"])
    comment = StoryComment.objects.create(
        organisation_id=story.organisation_id,
        story=story,
        by=by,
        text=text[:1000],
        quote=" ".join(quote.split())[:300],
        answers=answers,
        created_at=now or clock.now(),
    )
    _record(comment, by, "stories.comment.added")
    telling.tell_of_comment(comment, by)
    return comment


@transaction.atomic
def settle_comment(*, comment: StoryComment, by: Person, now: dt.datetime | None = None) -> StoryComment:
    """Say that a remark is dealt with. Doing it twice changes nothing."""
    require_editor(by, comment.story.programme)
    comment = StoryComment.objects.select_for_update(of=("self",)).select_related("story").get(pk=comment.pk)
    if comment.answers_id is not None:
        raise Refused(_("Settle the first comment of the thread."), code="an_answer")
    if comment.settled_at is None:
        comment.settled_at, comment.settled_by = now or clock.now(), by
        comment.save(update_fields=["settled_at", "settled_by"])
        _record(comment, by, "stories.comment.settled")
    return comment


def _record(comment: StoryComment, by: Person, act: str) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=comment.code,
        organisation_id=comment.organisation_id,
        after={"story": comment.story.code},
    )
