"""Publishing stories and taking them back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.stories.actions.steps import (
    date_to_carry,
    locked,
    require_alternative_texts,
    require_editor,
    save,
)
from yingzao.stories.enums import StoryState
from yingzao.stories.models import Story
from yingzao.stories.rules import host_for_tags


@transaction.atomic
def publish_story(*, story: Story, by: Person, site: str = "", now: dt.datetime | None = None) -> Story:
    """Show a draft, or a story that was withdrawn, to everyone, under the date it names or today's.

    `site` is the host name under which it is published first; it becomes part of the entry's name in feeds for good.
    Publishing what is published changes nothing.
    """
    require_editor(by, story.programme)
    story = locked(story)
    if story.is_published:
        return story
    require_alternative_texts(story)
    now = now or clock.now()
    story.published_at = date_to_carry(story, now, before=story.published_at)
    story.published_by = by
    story.feed_id = story.feed_id or f"tag:{host_for_tags(site)},{clock.local_date(now)}:stories/{story.code}"
    save(story, by, "stories.story.published", state=StoryState.PUBLISHED, now=now)
    return story


@transaction.atomic
def withdraw_story(*, story: Story, by: Person, reason: str, now: dt.datetime | None = None) -> Story:
    """Take a published story and its pictures from the public. Its address says that it was withdrawn; the reason stays
    on the desk. It can be published again."""
    require_editor(by, story.programme)
    story = locked(story)
    if not story.is_published:
        raise Refused(_("Only a published story can be withdrawn."), code="not_published")
    if not reason.strip():
        raise Refused(_("Say why the story is withdrawn."), code="no_reason", field="reason")
    now = now or clock.now()
    story.withdrawn_at = now
    story.withdrawn_reason = " ".join(reason.split())[:200]
    save(story, by, "stories.story.withdrawn", state=StoryState.WITHDRAWN, now=now)
    return story
