"""Deciding about entries of feeds: taken as articles, left, or brought back."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.articles import queries
from yingzao.articles.actions.importing import keep_parsed
from yingzao.articles.enums import EntryState, ImageState
from yingzao.articles.models import Article, ArticleImage, FeedEntry
from yingzao.articles.readers import Entry, ParsedArticle, article_of
from yingzao.core import audit, clock, jobs, media, ports
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.people.models import Organisation, Person

PICTURE_BYTES = 20_000_000
PICTURE_SECONDS = 20
PICTURES_SECONDS = 300  # for all of an article


def parsed_entry(entry: FeedEntry) -> ParsedArticle:
    """The entry in our form, read from what is kept of it."""
    return article_of(Entry(entry.matter, entry.body, entry.base, entry.published_at))


@transaction.atomic
def take_entry(*, entry: FeedEntry, by: Person, now: dt.datetime | None = None) -> Article:
    """Make an article of an entry; the one that it is already, where somebody took it. Its pictures are fetched by a job.

    Raises Refused (`unreadable`) where there is nothing to take. Writes `articles.entry.taken`.
    """
    entry = queries.entry_to_decide(entry)
    if entry.article is not None:
        return entry.article
    parsed = parsed_entry(entry)
    if not parsed.title.strip() and not parsed.text.strip():
        raise Refused(_("There is nothing in this entry that could be taken."), code="unreadable")
    article = keep_parsed(
        organisation=entry.organisation,
        by=by,
        parsed=parsed,
        sha256=entry.sha256,
        name=entry.feed.title,
        origin=entry.link or entry.feed.home or entry.feed.address,
    )
    if not article.title:
        article.title = parsed.text.strip().splitlines()[0][:60]
        article.save(update_fields=["title"])
    entry.state, entry.article, entry.changed_at = EntryState.TAKEN, article, None
    entry.decided_at, entry.decided_by = now or clock.now(), by
    entry.save(update_fields=["state", "article", "changed_at", "decided_at", "decided_by"])
    _record(by, "articles.entry.taken", entry.code, entry.organisation_id, {"article": article.code})
    if article.images.filter(state=ImageState.REMOTE).exists():
        jobs.enqueue("articles.fetch_pictures", article_code=article.code)
    return article


@transaction.atomic
def leave_entries(
    *, organisation: Organisation, entries: Sequence[FeedEntry], by: Person, now: dt.datetime | None = None
) -> int:
    """Set entries aside that are to be reviewed; how many. Nothing is deleted. Writes `articles.entry.left` for each."""
    return _decide(organisation, entries, EntryState.NEW, EntryState.LEFT, by, now, "articles.entry.left")


@transaction.atomic
def bring_back_entries(
    *, organisation: Organisation, entries: Sequence[FeedEntry], by: Person, now: dt.datetime | None = None
) -> int:
    """Put entries that were left among those to be reviewed again; how many. Writes `articles.entry.brought_back` for each."""
    return _decide(
        organisation, entries, EntryState.LEFT, EntryState.NEW, by, now, "articles.entry.brought_back"
    )


def _decide(
    organisation: Organisation,
    entries: Sequence[FeedEntry],
    before: EntryState,
    after: EntryState,
    by: Person,
    now: dt.datetime | None,
    act: str,
) -> int:
    decided = 0
    for entry in entries:
        rows = FeedEntry.objects.filter(pk=entry.pk, organisation=organisation, state=before)
        if rows.update(state=after, decided_at=now or clock.now(), decided_by=by):
            decided += 1
            _record(by, act, entry.code, organisation.pk, {})
    return decided


@transaction.atomic
def leave_all(
    *, organisation: Organisation, wanted: queries.WantedEntries, by: Person, now: dt.datetime | None = None
) -> int:
    """Set aside every entry to be reviewed that is found so; how many. Writes `articles.entries.left` once."""
    found = queries.find_entries(organisation, wanted).filter(state=EntryState.NEW)
    rows = FeedEntry.objects.filter(pk__in=found.order_by().values("pk"))
    left = rows.update(state=EntryState.LEFT, decided_at=now or clock.now(), decided_by=by)
    _record(by, "articles.entries.left", organisation.code, organisation.pk, {"entries": left})
    return left


# Pictures


def fetch_pictures(*, article: Article) -> None:
    """Get own copies of the pictures that are only an address. One that cannot be had is `missing` from then on."""
    ends_at = clock.now() + dt.timedelta(seconds=PICTURES_SECONDS)
    for picture in queries.pictures_of(article).filter(state=ImageState.REMOTE):
        left = (ends_at - clock.now()).total_seconds()
        try:
            stored = _stored(article, picture, min(PICTURE_SECONDS, left)) if left > 1 else None
        except Refused:
            stored = None
        ArticleImage.objects.filter(pk=picture.pk, state=ImageState.REMOTE).update(
            file=stored, state=ImageState.STORED if stored else ImageState.MISSING
        )


def _stored(article: Article, picture: ArticleImage, seconds: float) -> StoredFile:
    fetched = ports.port("web").fetch(
        picture.origin, most_bytes=PICTURE_BYTES, seconds=seconds, accept="image/*;q=1, */*;q=0.1"
    )
    assert fetched.body is not None  # nothing was said of an earlier answer
    with fetched.body as body:
        return media.store(
            body,
            name=picture.origin.partition("?")[0].rsplit("/", 1)[-1] or f"{picture.position + 1}",
            accept="image",
            organisation_id=article.organisation_id,
            room="articles",
            subject=article.code,
            uploaded_by=article.imported_by,
        )


@transaction.atomic
def look_for_pictures(*, article: Article, by: Person) -> int:
    """Try once more to get the pictures that could not be had; how many. Writes `articles.pictures.asked`."""
    lost = article.images.filter(state=ImageState.MISSING, origin__startswith="http")
    found = lost.update(state=ImageState.REMOTE)
    if found:
        _record(by, "articles.pictures.asked", article.code, article.organisation_id, {"pictures": found})
        jobs.enqueue("articles.fetch_pictures", article_code=article.code)
    return found


def _record(by: Person, act: str, subject: str, organisation_id: int, after: dict) -> None:
    audit.record(actor=by, act=act, subject=subject, organisation_id=organisation_id, after=after)
