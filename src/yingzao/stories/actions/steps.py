"""What the acts on a story have in common."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.articles.queries import pictures_without_words
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_edit_stories
from yingzao.stories.models import Story


def require_editor(by: Person, programme: Programme) -> None:
    if not may_edit_stories(by, programme):
        raise Refused(_("Only editors and organisers of the programme may do this."), code="not_editor")


def require_alternative_texts(story: Story) -> None:
    silent = pictures_without_words(story.article)
    if silent:
        numbers = _(", ").join(str(picture.position + 1) for picture in silent)
        raise Refused(
            ngettext(
                "Picture %(numbers)s has no alternative text yet. Say in a few words what it shows, for readers who"
                " cannot see it; then the story can be public.",
                "Pictures %(numbers)s have no alternative text yet. Say in a few words what they show, for readers who"
                " cannot see them; then the story can be public.",
                len(silent),
            )
            % {"numbers": numbers},
            code="no_alternative_text",
            field=f"alt-{silent[0].position + 1}",
        )


def save(
    story: Story, by: Person, act: str, *, state: str | None = None, now: dt.datetime | None = None
) -> None:
    before = {"state": story.state} if story.pk else {}
    story.state = state or story.state
    story.changed_at = now or clock.now()
    story.save()
    after = {"state": story.state, "article": story.article.code}
    if story.is_withdrawn:
        after["reason"] = story.withdrawn_reason
    audit.record(
        actor=by,
        act=act,
        subject=story.code,
        organisation_id=story.organisation_id,
        before=before,
        after=after,
    )


def locked(story: Story) -> Story:
    return (
        Story.objects.select_for_update(of=("self",)).select_related("article", "programme").get(pk=story.pk)
    )


def date_to_carry(story: Story, now: dt.datetime, *, before: dt.datetime | None) -> dt.datetime:
    """The date that the editor or the imported file named, when it is past; else that of the first publication."""
    named = story.article.published_at
    return named if named and named <= now else before or now
