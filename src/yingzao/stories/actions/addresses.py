"""The address of a story, and what its former ones lead to."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, locking
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.stories.actions.steps import locked, require, save
from yingzao.stories.enums import StoryAct
from yingzao.stories.models import FormerAddress, Story

SLUG = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")
LONGEST = 80


@transaction.atomic
def change_address(*, story: Story, by: Person, slug: str, now: dt.datetime | None = None) -> Story:
    """Let a story stand at another address. One that was public leads from the former address to the new one for good; its name
    in feeds stays. It may come back to an address of its own. Raises Refused: not_editor, scheduled, four_eyes, bad_slug or taken.
    """
    story = locked(story, now)
    require(StoryAct.EDIT, by, story)
    slug = slug.strip().lower()
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST:
        raise Refused(
            _("An address has the letters a to z, digits, and single dashes between them: at most %(most)d.")
            % {"most": LONGEST},
            code="bad_slug",
            field="slug",
        )
    before = story.slug
    if slug == before:
        return story
    locking.take_turn("stories.slug")
    others = Story.objects.filter(slug=slug).exists()
    if others or FormerAddress.objects.filter(slug=slug).exclude(story=story).exists():
        raise Refused(
            _("Another story stands there, or stood there. Choose another address."),
            code="taken",
            field="slug",
        )
    FormerAddress.objects.filter(slug=slug).delete()  # its own: it comes back
    if story.feed_id:  # nobody knows the address of what was never public
        FormerAddress.objects.create(organisation_id=story.organisation_id, story=story, slug=before)
    story.slug, story.slug_chosen = slug, True
    save(story, by, "stories.story.moved", now=now)
    audit.record(
        actor=by,
        act="stories.address.changed",
        subject=story.code,
        organisation_id=story.organisation_id,
        before={"slug": before},
        after={"slug": slug},
    )
    return story
