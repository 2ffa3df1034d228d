"""Keeping versions of a story, going back to one, and what is typed and not saved yet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.stories.actions.steps import require_editor
from yingzao.stories.models import Story, StoryVersion, UnsavedText
from yingzao.stories.queries.versions import PARTS, said_now, unsaved_text

FIELDS = (
    "title",
    "byline",
    "correspondent",
    "photos_by",
    "text",
    "summary",
    "dated",
    "categories",
    "tags",
    "place",
    "communities",
    "upload_words",
    "wrong",
    "seen",
)
OF_PICTURES = re.compile(r"(?:alt|caption|credit)-\d{1,3}")
LISTS = ("activities",)  # of which several may be ticked
MOST = 300_000  # characters of one unsaved text


def keep_version(story: Story, by: Person | None, now: dt.datetime) -> StoryVersion | None:
    """The story as it is now, unless the last version says the same. Called within the act that changed it."""
    told = said_now(story)
    last = story.versions.order_by("-number").first()
    if last is not None and all(getattr(last, part) == told[part] for part in PARTS):
        return None
    number = (story.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return StoryVersion.objects.create(
        organisation_id=story.organisation_id, story=story, number=number, by=by, at=now, **told
    )


@transaction.atomic
def keep_unsaved(
    *,
    programme: Programme,
    story: Story | None,
    by: Person,
    typed: Mapping[str, str],
    ticked: Mapping[str, Sequence[str]] | None = None,
    now: dt.datetime | None = None,
) -> UnsavedText:
    """Keep what somebody has typed so far, for them alone; the next one takes its place. `ticked` are the fields of which
    several values may be chosen. Writes no audit line."""
    require_editor(by, programme)
    if story is not None and story.programme_id != programme.pk:
        raise Refused(_("That story belongs to another programme."), code="other_programme")
    words: dict[str, Any] = {
        name: typed[name] for name in typed if name in FIELDS or OF_PICTURES.fullmatch(name)
    }
    if sum(len(word) for word in words.values()) > MOST:
        raise Refused(_("This text is too long to be kept."), code="too_large")
    for name in LISTS if "categories" in typed else ():
        words[name] = [value[:16] for value in (ticked or {}).get(name, ())][:500]
    kept, _made = UnsavedText.objects.update_or_create(
        programme=programme,
        story=story,
        person=by,
        defaults={
            "organisation_id": programme.organisation_id,
            "typed": words,
            "at": now or clock.now(),
        },
    )
    return kept


@transaction.atomic
def forget_unsaved(*, programme: Programme, story: Story | None, by: Person) -> None:
    if found := unsaved_text(programme, story, by):
        found.delete()
