"""Feeds: subscribed to, read, stopped, removed; and their entries taken in for people to decide about."""

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yingzao.articles import phrases, queries
from yingzao.articles import readers as reading
from yingzao.articles.enums import EntryState
from yingzao.articles.models import Feed, FeedEntry
from yingzao.articles.readers import NotAnArticle, ParsedArticle
from yingzao.core import audit, clock, jobs, ports
from yingzao.core.errors import Refused
from yingzao.people.models import Organisation, Person

log = logging.getLogger(__name__)
ACCEPTED = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
)
SECONDS = 60  # for one reading by itself
SECONDS_LOOKING = 20  # while somebody waits for the page
HELD = dt.timedelta(minutes=15)  # longer than any reading takes: what is older was broken off
LONGEST_ROUND = dt.timedelta(minutes=2)
LONGEST_PAUSE = dt.timedelta(days=1)
ROWS_AT_ONCE = 100
TEXT_KEPT = 4000  # characters of an entry's text, to be searched
SHOWN_BEFORE = 5
GONE = "410"


@dataclass(frozen=True, slots=True)
class Look:
    """A feed as it stands, before anybody subscribes: `entries` are its first few."""

    address: str
    title: str
    home: str
    entries: tuple[ParsedArticle, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reading brought: entries that were not known, and known ones whose content is another."""

    new: int = 0
    changed: int = 0
    same: int = 0


# Subscribing


def look_at_feed(address: str) -> Look:
    """Read what stands at an address; nothing is kept. Raises Refused (field `address`) with what is wrong."""
    fetched = _fetch(address, seconds=SECONDS_LOOKING)
    assert fetched.body is not None  # nothing was said of an earlier answer
    with fetched.body as body:
        try:
            feed = reading.open_feed(body)
            entries = tuple(reading.article_of(entry) for entry in islice(feed.entries, SHOWN_BEFORE))
        except NotAnArticle as failure:
            raise _no_feed(failure, fetched.media_type) from failure
    return Look(address.strip(), feed.title[:200], feed.home, entries)


@transaction.atomic
def subscribe(
    *,
    organisation: Organisation,
    by: Person,
    address: str,
    title: str,
    home: str = "",
    now: dt.datetime | None = None,
) -> Feed:
    """Read a feed from now on, for the first time at once. One that was removed comes back with what was taken from it.

    Raises Refused (`subscribed`, `title-missing`). Writes `articles.feed.subscribed`.
    """
    address, title = address.strip(), " ".join(title.split())
    if not title:
        raise Refused(_("Give the feed a name."), code="title-missing", field="title")
    identity = queries.feed_identity(address=address)
    feed = queries.feeds_ever(organisation).filter(identity=identity).first() or Feed(
        organisation=organisation, identity=identity
    )
    if feed.pk and feed.removed_at is None and feed.is_open:
        raise Refused(_("This feed is subscribed to already."), code="subscribed", field="address")
    feed.address, feed.title, feed.home = address[:1000], title[:200], home[:1000] or feed.home
    feed.is_open, feed.removed_at, feed.added_by = True, None, by
    _start_afresh(feed, now or clock.now())
    feed.save()
    _record(feed, by, "articles.feed.subscribed", after={"address_sha256": identity})
    jobs.enqueue("articles.read_feed", feed_code=feed.code)
    return feed


def _start_afresh(feed: Feed, now: dt.datetime) -> None:
    feed.etag = feed.last_modified = feed.problem = feed.problem_detail = ""
    feed.failures, feed.next_at = 0, now + pause(0)


@transaction.atomic
def set_open(*, feed: Feed, is_open: bool, by: Person, now: dt.datetime | None = None) -> None:
    """Look at the feed by itself, or no more. What has come stays. Writes `articles.feed.started` or `.stopped`."""
    if is_open and not feed.address:
        raise Refused(_("This feed came as a file; there is no address to read it from."), code="no-address")
    if feed.is_open == is_open:
        return
    feed.is_open = is_open
    fields = ["is_open"]
    if is_open:
        _start_afresh(feed, now or clock.now())
        fields += ["etag", "last_modified", "problem", "problem_detail", "failures", "next_at"]
    feed.save(update_fields=fields)  # what a reading that goes on writes stays
    _record(feed, by, "articles.feed.started" if is_open else "articles.feed.stopped")
    if is_open:
        jobs.enqueue("articles.read_feed", feed_code=feed.code)


@transaction.atomic
def remove_feed(*, feed: Feed, by: Person, now: dt.datetime | None = None) -> None:
    """Take a feed away with the entries that nobody took; those that were taken stay. Writes `articles.feed.removed`."""
    if feed.removed_at is not None:
        return
    feed.removed_at, feed.is_open = now or clock.now(), False
    feed.save(
        update_fields=["removed_at", "is_open"]
    )  # first: a reading that goes on waits, and then takes nothing in
    gone, _kinds = feed.entries.exclude(state=EntryState.TAKEN).delete()
    _record(feed, by, "articles.feed.removed", after={"entries": gone})


def look_now(*, feed: Feed, by: Person) -> None:
    """Have the feed read as soon as the worker comes to it. Raises Refused where nobody can ask for it."""
    if not feed.address:
        raise Refused(_("This feed came as a file; there is no address to read it from."), code="no-address")
    with transaction.atomic():
        _record(feed, by, "articles.feed.asked")
        jobs.enqueue("articles.read_feed", feed_code=feed.code)


# Reading


def pause(failures: int) -> dt.timedelta:
    """How long to wait until the next look: twice as long after each failure, at most a day."""
    first = dt.timedelta(minutes=settings.FEED_MINUTES)
    return min(first * 2 ** min(failures, 10), max(first, LONGEST_PAUSE))


def read_due_feeds(now: dt.datetime | None = None) -> None:
    """Read open feeds whose time has come, one after another, for two minutes: other jobs wait meanwhile, and what is left has
    its turn in the next round."""
    ends_at = clock.now() + LONGEST_ROUND
    for feed in queries.feeds_due(now or clock.now()):
        if clock.now() >= ends_at:
            return
        try:
            read_subscribed(feed=feed, now=now)
        except Exception:
            log.exception("The feed %s could not be read", feed.code)  # the others have their turn


def read_subscribed(*, feed: Feed, now: dt.datetime | None = None) -> Taken | None:
    """Ask for a feed and take its entries in. None where somebody else is doing so, or it could not be had: then its row says
    why. A feed whose site says that it is gone for good (410) is asked for no more."""
    begun = now or clock.now()
    free = Q(held_until=None) | Q(held_until__lt=begun)
    held = Feed.objects.filter(free, pk=feed.pk, removed_at=None).exclude(address="")
    if not held.update(held_until=begun + HELD):
        return None
    feed.refresh_from_db()
    told: dict[str, Any] = {"problem": "", "problem_detail": "", "failures": 0}
    taken = None
    try:
        fetched = _fetch(feed.address, seconds=SECONDS, etag=feed.etag, last_modified=feed.last_modified)
        if fetched.body is None:
            taken = Taken()
        else:
            with fetched.body as body:
                taken = _read_into(feed, body, begun, fetched.media_type)
            told |= {"etag": fetched.etag, "last_modified": fetched.last_modified}
    except Refused as refusal:
        detail = getattr(refusal, "detail", "")
        told = {"problem": refusal.code, "problem_detail": detail, "failures": feed.failures + 1}
        if detail == GONE:
            told["is_open"] = False
    except Exception:
        told = {"problem": "damaged", "problem_detail": "", "failures": feed.failures + 1}
        raise
    finally:
        told |= {"checked_at": begun, "next_at": begun + pause(told["failures"]), "held_until": None}
        Feed.objects.filter(pk=feed.pk).update(**told)
    return taken


def read_file(
    *,
    organisation: Organisation,
    by: Person,
    file: IO[bytes],
    feed: Feed | None = None,
    now: dt.datetime | None = None,
) -> tuple[Feed, Taken]:
    """Take the entries of a feed that came as a file: into `feed`, else into the one that it says it is, else into one of its
    own. The same file again changes nothing. Raises Refused (`too_large`, `unknown_form`, `damaged`)."""
    now = now or clock.now()
    try:
        read = reading.open_feed(file)
    except NotAnArticle as failure:
        raise _no_feed(failure, "", field="file") from failure
    if feed is None:
        feed = _feed_of_file(organisation, by, read)
    try:
        taken = take_in(feed=feed, entries=read.entries, now=now)
    except NotAnArticle as failure:
        raise _no_feed(failure, "", field="file") from failure
    _record(feed, by, "articles.feed.read_from_file", after={"new": taken.new, "changed": taken.changed})
    return feed, taken


@transaction.atomic
def _feed_of_file(organisation: Organisation, by: Person, read: reading.Feed) -> Feed:
    identity = queries.feed_identity(address=read.address, home=read.home, title=read.title)
    address = read.address if read.address.startswith(("http://", "https://")) else ""
    feed, created = Feed.objects.get_or_create(
        organisation=organisation,
        identity=identity,
        defaults={
            "address": address[:1000],
            "title": read.title[:200] or _("Feed without a title"),
            "home": read.home[:1000],
            "is_open": False,
            "added_by": by,
        },
    )
    if created:
        _record(feed, by, "articles.feed.entered", after={"identity": identity})
    elif feed.removed_at is not None:
        feed.removed_at = None
        feed.save(update_fields=["removed_at"])
    return feed


def _read_into(feed: Feed, body: IO[bytes], now: dt.datetime, media_type: str) -> Taken:
    try:
        read = reading.open_feed(body)
        taken = take_in(feed=feed, entries=read.entries, now=now)
    except NotAnArticle as failure:
        raise _no_feed(failure, media_type) from failure
    if read.home and not feed.home:
        Feed.objects.filter(pk=feed.pk).update(home=read.home[:1000])
    if taken.new or taken.changed:
        _record(feed, None, "articles.feed.read", after={"new": taken.new, "changed": taken.changed})
    return taken


def take_in(*, feed: Feed, entries: Iterable[reading.Entry], now: dt.datetime) -> Taken:
    """Write entries as they come, a hundred in a transaction; breaking off keeps those before.

    A known one is written anew while nobody took it; of one that was taken it is noted that the source has changed. Of a feed
    that is removed meanwhile nothing more is taken.
    """
    new = changed = same = 0
    seen: set[str] = set()
    for several in _in_batches(entries):
        fresh: dict[str, tuple[str, reading.Entry]] = {}
        for entry in several:
            key = _key(entry)
            if key not in seen:
                seen.add(key)
                fresh[key] = _sha256(entry), entry
        known = {row.key: row for row in queries.entries_known(feed, fresh)}
        made = [
            _row(feed, key, sha256, entry, now) for key, (sha256, entry) in fresh.items() if key not in known
        ]
        others = [
            (row, _row(feed, key, sha256, entry, now))
            for key, (sha256, entry) in fresh.items()
            if (row := known.get(key)) is not None and (row.sha256 != sha256 or _is_noted(row))
        ]
        with transaction.atomic():
            if not queries.feed_stands(feed):
                break
            FeedEntry.objects.bulk_create(made, ignore_conflicts=True)  # another reading may be at the same
            changed += sum(_follow(row, then, now) for row, then in others)
        new += len(made)
        same += len(known) - len(others)
    return Taken(new, changed, same)


FOLLOWED = ("sha256", "matter", "body", "base", "title", "link", "authors", "categories", "published_at", "date_raw", "text", "pictures")  # fmt: skip


def _is_noted(row: FeedEntry) -> bool:
    """Whether it is taken and said of it that its source has changed."""
    return row.state == EntryState.TAKEN and row.changed_at is not None


def _follow(row: FeedEntry, then: FeedEntry, now: dt.datetime) -> int:
    """Bring a known entry to what its source says now; 1 where something was written."""
    rows = FeedEntry.objects.filter(pk=row.pk)
    if row.sha256 == then.sha256:  # taken, changed at its source, and changed back
        return rows.filter(state=EntryState.TAKEN).update(changed_at=None)
    values = {name: getattr(then, name) for name in FOLLOWED}
    followed = rows.exclude(state=EntryState.TAKEN).update(**values, changed_at=now)
    return followed or rows.filter(changed_at=None).update(changed_at=now)


def _in_batches(entries: Iterable[reading.Entry]) -> Iterator[list[reading.Entry]]:
    left = iter(entries)
    while several := list(islice(left, ROWS_AT_ONCE)):
        yield several


def _key(entry: reading.Entry) -> str:
    named = next((f"{name}:{entry.matter[name]}" for name in ("id", "link") if entry.matter.get(name)), "")
    return _hashed(named or f"content:{_sha256(entry)}")


def _sha256(entry: reading.Entry) -> str:
    return _hashed(json.dumps([dict(entry.matter), entry.body, entry.base], sort_keys=True))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _row(feed: Feed, key: str, sha256: str, entry: reading.Entry, now: dt.datetime) -> FeedEntry:
    clean = reading.without_control(entry)
    article = reading.article_of(clean)
    return FeedEntry(
        organisation_id=feed.organisation_id,
        feed=feed,
        key=key,
        sha256=sha256,
        matter=dict(clean.matter),
        body=clean.body,
        base=clean.base[:2000],
        title=article.title,
        link=str(clean.matter.get("link", ""))[:2000],
        authors=(article.byline or article.authors)[:200],
        categories=list(article.categories),
        published_at=article.published_at,
        date_raw=article.date_raw,
        text=article.text[:TEXT_KEPT],
        pictures=len(article.images),
        seen_at=now,
    )


def _fetch(address: str, *, seconds: float, etag: str = "", last_modified: str = "") -> ports.Fetched:
    return ports.port("web").fetch(
        address,
        most_bytes=reading.MAX_FEED,
        seconds=seconds,
        accept=ACCEPTED,
        etag=etag,
        last_modified=last_modified,
    )


def _no_feed(failure: NotAnArticle, media_type: str, field: str = "address") -> Refused:
    code = "web_page" if failure.code == "unknown_form" and media_type == "text/html" else failure.code
    return Refused(str(phrases.FEEDS[code]), code=code, field=field)


def _record(feed: Feed, by: Person | None, act: str, after: dict | None = None) -> None:
    audit.record(
        actor=by, act=act, subject=feed.code, organisation_id=feed.organisation_id, after=after or {}
    )
