"""Jobs of this room."""

import datetime as dt

from yingzao.articles import actions as articles
from yingzao.core.jobs import job, regularly
from yingzao.stories import actions
from yingzao.stories.models import Story


@regularly(dt.timedelta(minutes=1))
@job("stories.publish_due")
def publish_due() -> None:
    """Readers see a scheduled story from its moment on; this writes it down."""
    actions.publish_due_stories()


@regularly(dt.timedelta(minutes=1))
@job("stories.tell_hub")
def tell_hub() -> None:
    """Tells a WebSub hub of feeds with something new, and again where it did not take it."""
    actions.tell_hub()


@job("stories.draw_pictures")
def draw_pictures(story_code: str) -> None:
    """Before the first reader asks for them."""
    story = Story.objects.filter(code=story_code).select_related("article").first()
    if story is not None:
        articles.draw_pictures(article=story.article)
