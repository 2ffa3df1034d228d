"""Writing stories, in a browser or from a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.articles import actions as articles
from yingzao.articles.actions import NewPicture, PictureWords
from yingzao.articles.exports import as_markdown
from yingzao.articles.models import Article, ArticleImage
from yingzao.core import clock, locking
from yingzao.core.codes import new_code
from yingzao.core.errors import Refused
from yingzao.core.pinyin import slug as pinyin_slug
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.stories.actions.figures import bind, keep_bound
from yingzao.stories.actions.hub import note_news
from yingzao.stories.actions.meaning import Meaning, meaning_of_head, note_changed, tell_meaning
from yingzao.stories.actions.steps import (
    date_to_carry,
    locked,
    require,
    require_editor,
    require_still_ready,
    save,
)
from yingzao.stories.actions.versions import forget_unsaved, keep_version
from yingzao.stories.enums import StoryAct, StoryState
from yingzao.stories.models import Correction, FormerAddress, Story


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
    """Make a draft from a post, a web page or a Word file; it keeps the date that the file names, and tells of what its head
    says: categories, tags, place, activities of the programme and communities of the register, by their names.

    Raises Refused with `articles`' own reasons when the file cannot be read. Writes `stories.story.imported`.
    """
    require_editor(by, programme)
    article = articles.import_article(
        organisation=programme.organisation, by=by, data=data, name=name, pictures=pictures
    )
    meaning = meaning_of_head(article.front_matter, article.categories, programme, by)
    return _begin(programme, by, article, "stories.story.imported", meaning=meaning, now=now)


@transaction.atomic
def import_stories(
    *, programme: Programme, by: Person, data: bytes, name: str, pictures: Mapping[str, bytes] | None = None
) -> list[Story]:
    """A draft of each post in a zip, with the pictures that lie beside it there, or of the one file; all of them or none.
    Refused as `import_story`; of several posts the sentence names the one that cannot be read."""
    require_editor(by, programme)
    if (posts := articles.unpack(data)) is None:
        return [import_story(programme=programme, by=by, data=data, name=name, pictures=pictures)]
    drafts = []
    for post in posts:
        beside = {**post.pictures, **(pictures or {})}
        try:
            drafts.append(
                import_story(programme=programme, by=by, data=post.data, name=post.name, pictures=beside)
            )
        except Refused as refusal:
            sentence = _("%(name)s: %(why)s") % {"name": post.name, "why": refusal.sentence}
            raise Refused(sentence, code=refusal.code, field="file") from refusal
    return drafts


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
    meaning: Meaning | None = None,
    now: dt.datetime | None = None,
) -> Story:
    """Begin a draft. Pictures in `uploads` are kept with it, numbered from 1; the text may name them at once."""
    require_editor(by, programme)
    binding = bind(programme, by, text, now=now or clock.now())
    article = articles.write_article(
        organisation=programme.organisation,
        by=by,
        title=_title(title),
        authors=byline,
        source=text,
        uploads=uploads,
        figures=binding.values,
    )
    article.published_at = dated
    article.save(update_fields=["published_at"])
    story = _begin(programme, by, article, "stories.story.written", summary=summary, meaning=meaning, now=now)
    keep_bound(story, binding, is_public=False, now=now or clock.now())
    return story


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
    meaning: Meaning | None = None,
    renew: Collection[str] = (),
    seen: dt.datetime | None = None,
    wrong: str = "",
    now: dt.datetime | None = None,
) -> Story:
    """Replace what a story says. On a published one it shows at once, and its feed entry moves; whoever wrote it alone
    cannot do that (`four_eyes`). `wrong` tells readers of a published one what was wrong before: a correction, signed by `by`. Without
    `meaning` it tells of what it told of before. `renew` are keys of frozen figures that are to say what their queries say now.

    `seen` is the `changed_at` of what the editor had before them; when somebody saved since, Refused
    (`changed_meanwhile`), so that nobody writes over another. Also Refused when a published story would show a picture
    without alternative text (`no_alternative_text`).
    """
    story = locked(story, now)
    require(StoryAct.EDIT, by, story)
    if seen is not None and seen != story.changed_at:
        raise Refused(
            _(
                "Somebody else saved this story in the meantime. Both texts stand below: take over what you need, then save"
                " again."
            ),
            code="changed_meanwhile",
        )
    if not story.versions.exists():  # begun before versions were kept
        keep_version(story, story.written_by, story.changed_at)
    if story.state == StoryState.PUBLISHED:  # it may leave some of the feeds in which it stands now
        note_news(story, now or clock.now())
    binding = bind(story.programme, by, text, story=story, renew=renew, now=now or clock.now())
    left = _is_as_it_came(story.article, _title(title), byline, text)
    articles.edit_article(
        article=story.article,
        by=by,
        title=_title(title),
        authors=byline,
        source=None if left else text,
        words=words,
        uploads=uploads,
        figures=binding.values,
    )
    keep_bound(story, binding, is_public=story.state == StoryState.PUBLISHED, now=now or clock.now())
    if not _same_minute(dated, story.article.published_at):
        story.article.published_at = dated
        story.article.save(update_fields=["published_at"])
        note_changed(story.article)
    story.summary = " ".join(summary.split())[:300]
    if meaning is not None:
        tell_meaning(story, meaning, by)
    if story.state == StoryState.PUBLISHED:
        require_still_ready(story)
        if wrong.strip():
            _correct(story, by, wrong, now or clock.now())
        story.published_at = date_to_carry(story, now or clock.now(), before=story.published_at)
    elif not story.feed_id and not story.slug_chosen:
        story.slug = _free_slug(story.article.title, story)
    if story.state != StoryState.PUBLISHED:
        story.edited_by = by
    save(story, by, "stories.story.edited", now=now)
    keep_version(story, by, story.changed_at)
    forget_unsaved(programme=story.programme, story=story, by=by)
    return story


@transaction.atomic
def add_photo(*, story: Story, by: Person, upload: Any) -> ArticleImage:
    """A picture that was dropped into the text while it is written; its words come with the next save."""
    story = locked(story)
    require(StoryAct.EDIT, by, story)
    return articles.add_picture(article=story.article, by=by, upload=upload, name=upload.name)


def _is_as_it_came(article: Article, title: str, byline: str, text: str) -> bool:
    """Of an imported story: whether nobody has changed what its file says; then it goes out as the bytes that came."""
    if article.source or (article.title, article.authors) != (title[:200], " ".join(byline.split())):
        return False
    return text.split() == as_markdown(article).split()


def _same_minute(one: dt.datetime | None, other: dt.datetime | None) -> bool:
    """What a form shows of a moment; the seconds of an imported one stay."""
    if one is None or other is None:
        return one is other
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def _correct(story: Story, by: Person, wrong: str, now: dt.datetime) -> None:
    Correction.objects.create(
        organisation_id=story.organisation_id,
        story=story,
        wrong=" ".join(wrong.split())[:500],
        at=now,
        signed_by=by,
    )
    story.corrected_at = now


def _begin(
    programme: Programme,
    by: Person,
    article: Article,
    act: str,
    *,
    summary: str = "",
    meaning: Meaning | None = None,
    now: dt.datetime | None,
) -> Story:
    story = Story(
        programme=programme,
        organisation=programme.organisation,
        article=article,
        written_by=by,
        edited_by=by,
        summary=" ".join(summary.split())[:300],
        slug=_free_slug(article.title),
    )
    save(story, by, act, now=now)
    if meaning is not None:
        tell_meaning(story, meaning, by, as_it_came=act == "stories.story.imported")
        story.save(update_fields=["tags", "place"])
    keep_version(story, by, story.changed_at)
    if act == "stories.story.written":
        forget_unsaved(programme=programme, story=None, by=by)
    return story


def _title(title: str) -> str:
    if not (title := " ".join(title.split())):
        raise Refused(_("A story needs a title."), code="no_title", field="title")
    return title


def _free_slug(title: str, story: Story | None = None) -> str:
    locking.take_turn("stories.slug")
    wanted = pinyin_slug(title, limit=60) or f"s-{new_code().lower()}"
    taken = set(
        Story.objects.filter(slug__startswith=wanted)
        .exclude(pk=story.pk if story and story.pk else 0)
        .values_list("slug", flat=True)
    ) | set(FormerAddress.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(
        slug for n in range(1, 100_000) if (slug := f"{wanted}-{n}" if n > 1 else wanted) not in taken
    )
