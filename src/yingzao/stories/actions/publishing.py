"""Publishing stories, now or at a moment, and taking them back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.stories import queries
from yingzao.stories.actions import telling
from yingzao.stories.actions.figures import freeze_figures, thaw_figures
from yingzao.stories.actions.steps import date_to_carry, locked, require, require_ready, save
from yingzao.stories.enums import StoryAct, StoryState
from yingzao.stories.models import Story
from yingzao.stories.rules import host_for_tags, may_tell


@transaction.atomic
def publish_story(
    *,
    story: Story,
    by: Person,
    site: str = "",
    at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> Story:
    """Approve a story: show it to everyone, now or from the moment `at` on, under the date it names or that day's.

    `site` is the host name under which it is published first; it becomes part of the entry's name in feeds for good.
    Publishing what is published changes nothing. Tells the writer. Raises Refused: not_editor, four_eyes, not_in_review,
    no_alternative_text, past, figure_gone. The figures that the text binds stand from now on as they are counted now.
    """
    now = now or clock.now()
    story = locked(story, now)
    if story.state == StoryState.PUBLISHED and may_tell(by, story):
        return story
    require(StoryAct.APPROVE, by, story)
    require_ready(story)
    freeze_figures(story, now)
    if at is not None and at <= now:
        raise Refused(_("That moment is over. Choose a later one."), code="past", field="at")
    shown_at = at or now
    story.published_at = date_to_carry(story, shown_at, before=story.published_at)
    story.published_by = by
    story.publish_at = at
    story.feed_id = story.feed_id or f"tag:{host_for_tags(site)},{clock.local_date(now)}:stories/{story.code}"
    act = "stories.story.scheduled" if at else "stories.story.published"
    save(story, by, act, state=StoryState.SCHEDULED if at else StoryState.PUBLISHED, now=shown_at)
    telling.tell_writer(story, by, now)
    return story


def publish_due_stories(*, now: dt.datetime | None = None) -> int:
    """Write down of scheduled stories whose moment has come that they are published, and say how many."""
    now = now or clock.now()
    done = 0
    for story in queries.stories_due(now):
        with transaction.atomic():
            done += locked(story, now).state == StoryState.PUBLISHED
    return done


@transaction.atomic
def unschedule_story(*, story: Story, by: Person, now: dt.datetime | None = None) -> Story:
    """Take an approved story back before its moment: a draft again, or withdrawn when it was that."""
    now = now or clock.now()
    story = locked(story, now)
    require(StoryAct.UNSCHEDULE, by, story)
    story.publish_at = None
    if story.withdrawn_at is None:  # nobody has seen it yet
        story.published_at, story.feed_id = None, ""
    thaw_figures(story)
    before = StoryState.WITHDRAWN if story.withdrawn_at else StoryState.DRAFT
    save(story, by, "stories.story.unscheduled", state=before, now=now)
    return story


@transaction.atomic
def withdraw_story(*, story: Story, by: Person, reason: str, now: dt.datetime | None = None) -> Story:
    """Take a published story and its pictures from the public. Its address says that it was withdrawn; the reason stays
    on the desk. It can be published again."""
    now = now or clock.now()
    story = locked(story, now)
    require(StoryAct.WITHDRAW, by, story)
    if not reason.strip():
        raise Refused(_("Say why the story is withdrawn."), code="no_reason", field="reason")
    thaw_figures(story)
    story.withdrawn_at = now
    story.withdrawn_reason = " ".join(reason.split())[:200]
    save(story, by, "stories.story.withdrawn", state=StoryState.WITHDRAWN, now=now)
    return story
