"""Beginning a story from an activity, and taking a photo of it into the story."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.models import Activity
from yingzao.articles import actions as articles
from yingzao.articles.models import ArticleImage
from yingzao.articles.readers import mark_of
from yingzao.core import clock, media
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.stories import queries
from yingzao.stories.actions.meaning import Meaning
from yingzao.stories.actions.steps import locked, require, require_editor
from yingzao.stories.actions.writing import write_story
from yingzao.stories.enums import StoryAct
from yingzao.stories.models import AdoptedPhoto, Story
from yingzao.visits import queries as visits
from yingzao.visits.models import FieldFile


@transaction.atomic
def start_from_activity(*, activity: Activity, by: Person, now: dt.datetime | None = None) -> Story:
    """A draft with the activity's title, place, day and communities, and a first sentence of what the plan knows. How many came
    stands in it as a bound figure where somebody did."""
    now = now or clock.now()
    require_editor(by, activity.programme)
    place, communities = queries.places_of(activity, by)
    held = activity.starts_at if activity.starts_at and activity.starts_at <= now else None
    return write_story(
        programme=activity.programme,
        by=by,
        title=activity.title,
        byline="",
        text=_first_sentence(activity, place, now),
        dated=held,
        meaning=Meaning(place=place, activities=[activity], communities=communities),
        now=now,
    )


def _first_sentence(activity: Activity, place: str, now: dt.datetime) -> str:
    """In the language of the stories."""
    day = activity.starts_at.astimezone(SHANGHAI) if activity.starts_at else None
    when = f"{day.year}年{day.month}月{day.day}日，" if day else ""
    where = f"在{place}" if place else ""
    key = f"participants.activity.{activity.code}"
    figure = queries.Reckoning(activity.programme, now=now).figure(key)
    came = f"，{mark_of(key)}名学员参加" if figure is not None and figure.value else ""
    return f"{when}“{activity.title}”{where}举行{came}。"


@transaction.atomic
def adopt_photo(*, story: Story, photo: FieldFile, by: Person) -> ArticleImage:
    """A copy of a visit's photo among the story's pictures; a second time the same picture. Who can be known on it is still to be
    said. Refused (`not_to_publish`) where consent does not stand."""
    story = locked(story)
    require(StoryAct.EDIT, by, story)
    told = story.activities.filter(pk=photo.stop.part.activity_id).exists()
    if not told or photo.file is None or photo not in visits.photos_to_publish([photo.stop.part.activity]):
        raise Refused(_("This photo may not be published."), code="not_to_publish")
    known = AdoptedPhoto.objects.filter(picture__article=story.article_id, photo=photo).select_related(
        "picture"
    )
    if (before := known.first()) is not None and before.picture.file_id is not None:
        return before.picture
    known.delete()
    picture = articles.add_picture(
        article=story.article,
        by=by,
        upload=media.read_bytes(photo.file),
        name=photo.file.name,
        alt=photo.caption,
    )
    AdoptedPhoto.objects.create(organisation_id=story.organisation_id, picture=picture, photo=photo)
    return picture
