"""Messages about stories to those who make them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.core.clock import SHANGHAI
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.stories import queries
from yingzao.stories.models import Story, StoryComment

REVIEW = "story_review"
DECIDED = "story_decided"
COMMENT = "story_comment"


def tell_approvers(story: Story, by: Person, now: dt.datetime) -> None:
    _send(
        story,
        by,
        (person for person in queries.people_who_tell(story.programme) if person.pk != story.written_by_id),
        kind=REVIEW,
        key=f"stories.review:{story.code}:{now:%Y%m%dT%H%M%S%f}",
        title=lambda: _("To be approved: %(title)s") % {"title": story.title[:80]},
    )


def tell_writer(story: Story, by: Person, now: dt.datetime) -> None:
    def words() -> str:
        if story.publish_at is None:
            return _("Your story is public: %(title)s") % {"title": story.title[:80]}
        moment = f"{story.publish_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        return _("Your story is approved and will be public from %(moment)s on: %(title)s") % {
            "title": story.title[:80],
            "moment": moment,
        }

    _send(
        story,
        by,
        [story.written_by] if story.written_by else [],
        kind=DECIDED,
        key=f"stories.decided:{story.code}:{now:%Y%m%dT%H%M%S%f}",
        title=words,
    )


def tell_of_comment(comment: StoryComment, by: Person) -> None:
    story = comment.story
    wanted = [story.written_by] if story.written_by else []
    wanted += [spoken.by for spoken in queries.thread_of(comment) if spoken.by]
    _send(
        story,
        by,
        wanted,
        kind=COMMENT,
        key=f"stories.comment:{comment.code}",
        title=lambda: _("A comment on “%(title)s”") % {"title": story.title[:80]},
        body=comment.text,
    )


def _send(story: Story, by: Person, people: Iterable[Person], **told: Any) -> None:
    """Never to whoever did it, nor to those who do not work on the story any more."""
    still = {person.pk for person in queries.people_who_tell(story.programme)}
    notices.send_to_many(
        organisation=story.programme.organisation,
        people=[person for person in people if person.pk != by.pk and person.pk in still],
        programme_code=story.programme.code,
        url=reverse("stories:desk-story", args=[story.programme.code, story.code]),
        by=by,
        **told,
    )
