"""Articles and their pictures; feeds and what came from them."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yingzao.articles.enums import EntryState, ImageState
from yingzao.articles.models import Article, ArticleImage, Feed, FeedEntry
from yingzao.core.models import StoredFile
from yingzao.people.models import Organisation


def articles_of(organisation: Organisation) -> QuerySet[Article]:
    return Article.objects.filter(organisation=organisation).order_by("-created_at", "-pk")


def article_of(stored: StoredFile) -> Article | None:
    """The article that a stored picture belongs to."""
    if stored.room != "articles":
        return None
    return (
        Article.objects.select_related("organisation")
        .filter(code=stored.subject, organisation_id=stored.organisation_id)
        .first()
    )


def pictures_of(article: Article) -> QuerySet[ArticleImage]:
    """In the order of the text; `position` is the number that the text's places name."""
    return article.images.select_related("file").order_by("position")


def head_picture(article: Article) -> ArticleImage | None:
    """The picture that stands for the article in lists: the one it names itself, else its first; None without a copy."""
    return head_pictures([article]).get(article.pk)


def head_pictures(articles: Iterable[Article]) -> dict[int, ArticleImage]:
    """By the article's primary key, in one query."""
    found: dict[int, ArticleImage] = {}
    stored = ArticleImage.objects.filter(
        article__in=list(articles), state=ImageState.STORED, file__isnull=False
    )
    for picture in stored.select_related("file").order_by("article_id", "-is_head", "position"):
        found.setdefault(picture.article_id, picture)
    return found


def is_placed(picture: ArticleImage) -> bool:
    """Whether the text shows the picture."""
    return f'<img src="image:{picture.position}">' in picture.article.html


def pictures_without_words(article: Article) -> list[ArticleImage]:
    """Pictures that a reader would see and somebody who cannot see would not be told of: shown, and without `alt`."""
    silent = pictures_of(article).filter(state=ImageState.STORED, alt="").select_related("article")
    return [picture for picture in silent if picture.is_head or is_placed(picture)]


# Feeds


def feed_identity(*, address: str, home: str = "", title: str = "") -> str:
    """What tells a feed from others of its organisation: its address; of a file without one, its site and title."""
    told = f"address:{address.strip()}" if address.strip() else f"site:{home}\n{title}"
    return hashlib.sha256(told.encode()).hexdigest()


def feeds_ever(organisation: Organisation) -> QuerySet[Feed]:
    """Those that were removed too."""
    return Feed.objects.filter(organisation=organisation)


def feed_stands(feed: Feed) -> bool:
    """Whether it is not removed; nobody removes it until the transaction ends."""
    rows = Feed.objects.select_for_update(no_key=True).filter(pk=feed.pk, removed_at=None)
    return bool(rows.values_list("pk", flat=True))


def feeds_of(organisation: Organisation) -> QuerySet[Feed]:
    return feeds_ever(organisation).filter(removed_at=None)


def feeds_counted(organisation: Organisation) -> QuerySet[Feed]:
    """With `waiting` and `taken`, how many of their entries are to be reviewed and were taken."""

    def count(state: EntryState) -> Subquery:
        rows = FeedEntry.objects.filter(feed=OuterRef("pk"), state=state).order_by()
        return Subquery(rows.values("feed").annotate(n=Count("pk")).values("n"))

    return feeds_of(organisation).annotate(
        waiting=Coalesce(count(EntryState.NEW), 0), taken=Coalesce(count(EntryState.TAKEN), 0)
    )


def feeds_due(now: dt.datetime) -> list[Feed]:
    """Open feeds of anybody whose next look has come, the longest overdue first; but those being read."""
    free = Q(held_until=None) | Q(held_until__lt=now)
    due = Feed.objects.filter(free, is_open=True, removed_at=None, next_at__lte=now)
    return list(due.exclude(address="").order_by("next_at"))


def entries_known(feed: Feed, keys: Iterable[str]) -> list[FeedEntry]:
    """Entries of the feed under these keys, without their content."""
    return list(
        feed.entries.filter(key__in=list(keys)).only("key", "sha256", "state", "changed_at", "feed_id")
    )


def entries_of(organisation: Organisation) -> QuerySet[FeedEntry]:
    """Entries of the organisation's feeds, the newest first; of removed feeds what was taken."""
    newest = F("published_at").desc(nulls_last=True)
    return FeedEntry.objects.filter(organisation=organisation).select_related("feed").order_by(newest, "-pk")


@dataclass(frozen=True, slots=True)
class WantedEntries:
    """What is looked for in the inbox; what is empty is not asked. `feed` is a code, all `words` have to be there, and it
    had come by `upto`."""

    state: str = ""
    feed: str = ""
    words: tuple[str, ...] = ()
    upto: dt.datetime | None = None


def find_entries(organisation: Organisation, wanted: WantedEntries) -> QuerySet[FeedEntry]:
    found = entries_of(organisation)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.feed:
        found = found.filter(feed__code=wanted.feed)
    if wanted.upto is not None:
        found = found.filter(created_at__lte=wanted.upto)
    for word in wanted.words:
        found = found.filter(Q(title__icontains=word) | Q(authors__icontains=word) | Q(text__icontains=word))
    return found


def entry_counts(organisation: Organisation, wanted: WantedEntries) -> dict[str, int]:
    """How many entries there are in each state under the other wishes. One query."""
    found = find_entries(organisation, replace(wanted, state="")).order_by()
    return dict(found.values("state").annotate(n=Count("pk")).values_list("state", "n"))


def waiting_entries(organisation: Organisation) -> int:
    return FeedEntry.objects.filter(organisation=organisation, state=EntryState.NEW).count()


def entry_to_decide(entry: FeedEntry) -> FeedEntry:
    """The entry afresh, so that nobody else decides about it until the transaction ends."""
    rows = FeedEntry.objects.select_for_update(of=("self",)).select_related("feed", "organisation", "article")
    return rows.get(pk=entry.pk)


def picture_states(article: Article) -> dict[str, int]:
    return dict(article.images.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n"))
