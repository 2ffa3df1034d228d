"""What stories say of a learner: the name, where they agreed to it. Taken back or erased it becomes 张* wherever it stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yingzao.articles import actions as articles
from yingzao.articles.readers import decode
from yingzao.core import audit, media
from yingzao.core.erasing import is_erased
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.personal import enrolments_of, own_enrolments
from yingzao.people import personal
from yingzao.people.actions import withdraw_consents
from yingzao.people.enums import ConsentSubject
from yingzao.people.models import Consent, Person
from yingzao.people.personal import Erasure, Kind, plain
from yingzao.stories.enums import NAMED
from yingzao.stories.models import ShareCard, Story, UnsavedText
from yingzao.stories.rules.truth import is_named, pattern_of
from yingzao.stories.signals import told_otherwise

# Columns that may hold a name: those of the article that readers see, and what is said beside it.
OF_STORY = ("summary", "tags", "place")
OF_ARTICLE = (
    "title", "authors", "categories", "html", "text", "source", "front_matter", "source_name", "origin",
)  # fmt: skip
TYPED = ("text",)  # of what is typed and not saved yet: Markdown, to which a star means something
OF_PICTURE = ("alt", "caption", "credit")
BESIDE = {
    "corrections": ("wrong",),
    "comments": ("text", "quote"),
    "answers": ("quote", "note"),
    "versions": ("title", "byline", "source", "summary", "pictures", "meaning"),
    "unsaved": ("typed",),
}


def take_back_naming(*, learner: Enrolment, by: Person | None, now: dt.datetime) -> int:
    """Withdraw the consent to be named and mask the name in every story of the programme; how many stories changed."""
    withdraw_consents(
        subject_kind=ConsentSubject.PERSON, subject_code=learner.code, purpose=NAMED, by=by, now=now
    )
    if len(learner.name) < 2 or is_erased(learner.name):
        return 0
    for typed in UnsavedText.objects.filter(programme=learner.programme, story=None):
        _replace(typed, ("typed",), learner.name)
    stories = learner.programme.stories.select_related("article")
    return sum(_mask(story, learner.name, by, now) for story in stories)


def _mask(story: Story, name: str, by: Person | None, now: dt.datetime) -> bool:
    """Feeds, the hub and kept pages follow when what readers see has changed."""
    article = story.article
    seen = [_replace(story, OF_STORY, name), _replace(article, OF_ARTICLE, name)]
    if article.original and (any(seen) or is_named(name, decode(media.read_bytes(article.original))[0])):
        articles.drop_original(article=article, by=by)
    seen += [_replace(picture, OF_PICTURE, name) for picture in article.images.all()]
    for related, fields in BESIDE.items():
        seen += [_replace(row, fields, name) for row in getattr(story, related).all()]
    if any(seen):
        story.changed_at = now
        story.save(update_fields=["changed_at"])
        for card in ShareCard.objects.filter(story=story).select_related("file"):  # drawn with the name on it
            card.delete()
            media.remove(card.file)
        audit.record(
            actor=by, act="stories.name.masked", subject=story.code, organisation_id=story.organisation_id
        )
        if story.is_published:
            told_otherwise.send(sender=Story, story=story, now=now)
    return any(seen)


def _replace(row: models.Model, fields: tuple[str, ...], name: str) -> bool:
    before = {field: getattr(row, field) for field in fields}
    after = {field: _masked(value, name, typed=field == "source") for field, value in before.items()}
    changed = [field for field in fields if after[field] != before[field]]
    for field in changed:
        setattr(row, field, after[field])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)


def _masked(value: Any, name: str, *, typed: bool = False) -> Any:
    """Words, or lists and dictionaries of words. In `typed` ones, Markdown, the star of a mask is escaped."""
    if isinstance(value, str):
        star = "\\*" if typed else "*"

        def mask(found: re.Match[str]) -> str:
            looks = (gap if gap and not gap.isspace() else "" for gap in found.groups())
            return found[0][0] + "".join(f"{look}{star}" for look in looks)

        return pattern_of(name).sub(mask, value)
    if isinstance(value, list):
        return [_masked(one, name, typed=typed) for one in value]
    if isinstance(value, dict):  # what is typed and not saved yet, the heads of posts
        return {key: _masked(one, name, typed=key in TYPED) for key, one in value.items()}
    return value


def _rows(person: Person) -> Iterator[dict[str, Any]]:
    learners = {learner.code: learner for learner in own_enrolments(person)}
    consents = Consent.objects.filter(
        subject_kind=ConsentSubject.PERSON, purpose=NAMED, subject_code__in=learners
    )
    for consent in consents.order_by("given_at"):
        programme = learners[consent.subject_code].programme.full_name
        yield plain(consent, "given_at", "withdrawn_at", "note", programme=programme)


def erase(erasure: Erasure) -> None:
    learners = enrolments_of(erasure)
    for learner in learners:
        take_back_naming(learner=learner, by=None, now=erasure.at)
    Consent.objects.filter(
        subject_kind=ConsentSubject.PERSON,
        purpose=NAMED,
        subject_code__in=[learner.code for learner in learners],
    ).update(note="")


personal.register(
    Kind(
        "stories",
        _("Being named in stories"),
        why=_("Whether you agreed to be named in what the programme publishes, and took it back."),
        period="programme",
        rows=_rows,
    )
)
personal.on_erase("stories", erase)
