"""What the acts on a story have in common."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.articles.queries import pictures_without_words
from yingzao.articles.readers import WANTED
from yingzao.core import audit, clock, jobs
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_edit_stories
from yingzao.stories.actions.cards import drop_cards
from yingzao.stories.actions.hub import note_news
from yingzao.stories.bridge.truth import TruthCheck, check_story
from yingzao.stories.enums import StoryAct, StoryState
from yingzao.stories.models import Story
from yingzao.stories.rules import what_is_wrong


def require_editor(by: Person, programme: Programme) -> None:
    if not may_edit_stories(by, programme):
        raise Refused(_("Only editors and organisers of the programme may do this."), code="not_editor")


def require(act: StoryAct, by: Person, story: Story) -> None:
    """Raises Refused: not_editor, scheduled, not_published, wrong_state, not_in_review or four_eyes."""
    refused = what_is_wrong(act, by, story, StoryState(story.state))
    if refused is not None:
        raise Refused(refused.sentence, code=refused.code)


def require_ready(story: Story) -> None:
    """What has to be so before everyone may read a story: publishing and scheduling ask. Raises Refused:
    picture_wanted, no_alternative_text, no_consent or truth_open."""
    require_pictures(story)
    require_alternative_texts(story)
    require_truth(story)


def require_still_ready(story: Story) -> None:
    """What has to be so of a story that is public already and was changed. Places of the text that nobody vouched for yet
    are named on its page. Raises Refused: picture_wanted, no_alternative_text or no_consent."""
    require_pictures(story)
    require_alternative_texts(story)
    require_consent(story)


def require_consent(story: Story) -> TruthCheck:
    """Refused (`no_consent`) while somebody is named, or shown on a picture, who did not agree."""
    check = check_story(story)
    if check.nameless:
        names = _(", ").join(one.finding.quote for one in check.nameless)
        raise Refused(
            _(
                "%(names)s did not agree to be named. Record the consent on the page of the truth check, or take the name out."
            )
            % {"names": names},
            code="no_consent",
        )
    if pictures := check.hindered_pictures:
        numbers = _(", ").join(str(one.number) for one in pictures)
        raise Refused(
            _("Say who can be known on picture %(numbers)s, and that they agreed.") % {"numbers": numbers},
            code="no_consent",
        )
    return check


def require_truth(story: Story) -> None:
    """Refused while consent is missing (`no_consent`) or a place is not answered (`truth_open`)."""
    if left := require_consent(story).left:
        raise Refused(
            ngettext(
                "The truth check has one place left. Answer it first.",
                "The truth check has %(left)d places left. Answer them first.",
                left,
            )
            % {"left": left},
            code="truth_open",
        )


def require_pictures(story: Story) -> None:
    """A place that still waits for its picture keeps a story from the public."""
    if f"【{WANTED}" in story.article.text:
        raise Refused(
            _("The text still names a picture that has to be uploaded. Put it in, or remove its line."),
            code="picture_wanted",
            field="text",
        )


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
    story: Story, by: Person | None, act: str, *, state: str | None = None, now: dt.datetime | None = None
) -> None:
    before = {"state": story.state} if story.pk else {}
    story.state = state or story.state
    story.changed_at = now or clock.now()
    story.save()
    drop_cards(story)
    if {story.state, before.get("state")} & {StoryState.PUBLISHED, StoryState.WITHDRAWN}:
        note_news(story, story.changed_at)
    if story.state in {StoryState.PUBLISHED, StoryState.SCHEDULED}:
        jobs.enqueue("stories.draw_pictures", story_code=story.code)
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


def locked(story: Story, now: dt.datetime | None = None) -> Story:
    """The story afresh, for this transaction alone; one whose moment has come is published first."""
    rows = Story.objects.select_for_update(of=("self",)).select_related("article", "programme__organisation")
    return settled(rows.get(pk=story.pk), now or clock.now())


def settled(story: Story, now: dt.datetime) -> Story:
    """A scheduled story whose moment has come becomes a published one; readers saw it since that moment."""
    if story.state == StoryState.SCHEDULED and story.publish_at is not None and story.publish_at <= now:
        save(
            story,
            story.published_by,
            "stories.story.published",
            state=StoryState.PUBLISHED,
            now=story.publish_at,
        )
    return story


def date_to_carry(story: Story, now: dt.datetime, *, before: dt.datetime | None) -> dt.datetime:
    """The date that the editor or the imported file named, when it is past; else that of the first publication."""
    named = story.article.published_at
    return named if named and named <= now else before or now
