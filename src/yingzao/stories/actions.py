"""Writing stories, publishing them and taking them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.articles import actions as articles
from yingzao.articles.actions import NewPicture, PictureWords
from yingzao.articles.models import Article
from yingzao.articles.queries import pictures_without_words
from yingzao.core import audit, clock, locking
from yingzao.core.codes import new_code
from yingzao.core.errors import Refused
from yingzao.core.pinyin import slug as pinyin_slug
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_edit_stories
from yingzao.stories.enums import StoryState
from yingzao.stories.models import Story
from yingzao.stories.rules import host_for_tags


@transaction.atomic
def import_story(
    *,
    programme: Programme,
    by: Person,
    data: bytes,
    name: str,
    pictures: Mapping[str, bytes] | None = None,
    now: dt.datetime | None = None,
) -> Story:
    """Make a draft from a post, a web page or a Word file; it keeps the date that the file names.

    Raises Refused with `articles`' own reasons when the file cannot be read. Writes `stories.story.imported`.
    """
    _require_editor(by, programme)
    article = articles.import_article(
        organisation=programme.organisation, by=by, data=data, name=name, pictures=pictures
    )
    return _begin(programme, by, article, "stories.story.imported", now=now)


@transaction.atomic
def write_story(
    *,
    programme: Programme,
    by: Person,
    title: str,
    byline: str,
    text: str,
    summary: str = "",
    dated: dt.datetime | None = None,
    uploads: Sequence[NewPicture] = (),
    now: dt.datetime | None = None,
) -> Story:
    """Begin a draft. Pictures in `uploads` are kept with it, numbered from 1; the text may name them at once."""
    _require_editor(by, programme)
    article = articles.write_article(
        organisation=programme.organisation,
        by=by,
        title=_title(title),
        authors=byline,
        source=text,
        uploads=uploads,
    )
    article.published_at = dated
    article.save(update_fields=["published_at"])
    return _begin(programme, by, article, "stories.story.written", summary=summary, now=now)


@transaction.atomic
def edit_story(
    *,
    story: Story,
    by: Person,
    title: str,
    byline: str,
    text: str,
    summary: str = "",
    dated: dt.datetime | None = None,
    words: Sequence[PictureWords] = (),
    uploads: Sequence[NewPicture] = (),
    seen: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> Story:
    """Replace what a story says. On a published one it shows at once, and its feed entry moves.

    `seen` is the `changed_at` of what the editor had before them; when somebody saved since, Refused
    (`changed_meanwhile`), so that nobody writes over another. Also Refused when a published story would show a picture
    without alternative text (`no_alternative_text`).
    """
    _require_editor(by, story.programme)
    story = _locked(story)
    if seen is not None and seen != story.changed_at:
        raise Refused(
            _(
                "Somebody else saved this story in the meantime. Copy your text, open the story anew and enter your"
                " changes there."
            ),
            code="changed_meanwhile",
        )
    articles.edit_article(
        article=story.article,
        by=by,
        title=_title(title),
        authors=byline,
        source=text,
        words=words,
        uploads=uploads,
    )
    story.article.published_at = dated
    story.article.save(update_fields=["published_at"])
    story.summary = " ".join(summary.split())[:300]
    if story.is_published:
        _require_alternative_texts(story)
        story.published_at = _date_to_carry(story, now or clock.now(), before=story.published_at)
    elif not story.feed_id:
        story.slug = _free_slug(story.article.title, story)
    _save(story, by, "stories.story.edited", now=now)
    return story


@transaction.atomic
def publish_story(*, story: Story, by: Person, site: str = "", now: dt.datetime | None = None) -> Story:
    """Show a draft, or a story that was withdrawn, to everyone, under the date it names or today's.

    `site` is the host name under which it is published first; it becomes part of the entry's name in feeds for good.
    Publishing what is published changes nothing.
    """
    _require_editor(by, story.programme)
    story = _locked(story)
    if story.is_published:
        return story
    _require_alternative_texts(story)
    now = now or clock.now()
    story.published_at = _date_to_carry(story, now, before=story.published_at)
    story.published_by = by
    story.feed_id = story.feed_id or f"tag:{host_for_tags(site)},{clock.local_date(now)}:stories/{story.code}"
    _save(story, by, "stories.story.published", state=StoryState.PUBLISHED, now=now)
    return story


@transaction.atomic
def withdraw_story(*, story: Story, by: Person, reason: str, now: dt.datetime | None = None) -> Story:
    """Take a published story and its pictures from the public. Its address says that it was withdrawn; the reason stays
    on the desk. It can be published again."""
    _require_editor(by, story.programme)
    story = _locked(story)
    if not story.is_published:
        raise Refused(_("Only a published story can be withdrawn."), code="not_published")
    if not reason.strip():
        raise Refused(_("Say why the story is withdrawn."), code="no_reason", field="reason")
    now = now or clock.now()
    story.withdrawn_at = now
    story.withdrawn_reason = " ".join(reason.split())[:200]
    _save(story, by, "stories.story.withdrawn", state=StoryState.WITHDRAWN, now=now)
    return story


def _require_editor(by: Person, programme: Programme) -> None:
    if not may_edit_stories(by, programme):
        raise Refused(_("Only editors and organisers of the programme may do this."), code="not_editor")


def _require_alternative_texts(story: Story) -> None:
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


def _begin(
    programme: Programme,
    by: Person,
    article: Article,
    act: str,
    *,
    summary: str = "",
    now: dt.datetime | None,
) -> Story:
    story = Story(
        programme=programme,
        organisation=programme.organisation,
        article=article,
        summary=" ".join(summary.split())[:300],
        slug=_free_slug(article.title),
    )
    _save(story, by, act, now=now)
    return story


def _save(
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


def _locked(story: Story) -> Story:
    return (
        Story.objects.select_for_update(of=("self",)).select_related("article", "programme").get(pk=story.pk)
    )


def _title(title: str) -> str:
    if not (title := " ".join(title.split())):
        raise Refused(_("A story needs a title."), code="no_title", field="title")
    return title


def _date_to_carry(story: Story, now: dt.datetime, *, before: dt.datetime | None) -> dt.datetime:
    """The date that the editor or the imported file named, when it is past; else that of the first publication."""
    named = story.article.published_at
    return named if named and named <= now else before or now


def _free_slug(title: str, story: Story | None = None) -> str:
    locking.take_turn("stories.slug")
    wanted = pinyin_slug(title, limit=60) or f"s-{new_code().lower()}"
    taken = set(
        Story.objects.filter(slug__startswith=wanted)
        .exclude(pk=story.pk if story and story.pk else 0)
        .values_list("slug", flat=True)
    )
    return next(
        slug for n in range(1, 100_000) if (slug := f"{wanted}-{n}" if n > 1 else wanted) not in taken
    )
