"""Jobs of this room: feeds looked at by themselves, and pictures of what was taken from them."""

import datetime as dt

from yingzao.articles import actions, queries
from yingzao.articles.models import Article, Feed
from yingzao.core import clock, jobs
from yingzao.core.jobs import job, regularly


@regularly(dt.timedelta(minutes=5))
@job("articles.look_for_due_feeds")
def look_for_due_feeds() -> None:
    """Have them read by the worker's other hand, so that this one keeps its rounds."""
    if queries.feeds_due(clock.now()):
        jobs.enqueue("articles.read_due_feeds")


@job("articles.read_due_feeds")
def read_due_feeds() -> None:
    actions.read_due_feeds()


@job("articles.read_feed")
def read_feed(feed_code: str) -> None:
    feed = Feed.objects.filter(code=feed_code).first()
    if feed is not None:
        actions.read_subscribed(feed=feed)


@job("articles.fetch_pictures")
def fetch_pictures(article_code: str) -> None:
    article = Article.objects.filter(code=article_code).first()
    if article is not None:
        actions.fetch_pictures(article=article)
