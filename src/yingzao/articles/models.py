"""Sanitised text with our own copies of its images and a note of where it came from."""

from django.db import models

from yingzao.articles.enums import EntryState, ImageState
from yingzao.core.models import StoredFile
from yingzao.people.models import Organisation, Owned, Person


class Article(Owned):
    title = models.CharField(max_length=200)
    authors = models.CharField(max_length=200, blank=True)  # the byline, as written
    categories = models.JSONField(default=list, blank=True)
    html = models.TextField()  # safe: every write goes through the sanitiser
    text = models.TextField(blank=True)  # the same without markup
    source = models.TextField(
        blank=True
    )  # Markdown as it was typed here; empty until somebody edits what was imported
    published_at = models.DateTimeField(null=True, blank=True)
    date_raw = models.CharField(max_length=80, blank=True)
    origin = models.CharField(max_length=500, blank=True)
    front_matter = models.JSONField(default=dict, blank=True)
    source_name = models.CharField(max_length=255, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    # What it was imported from, in a room of its own that nobody reads from: it goes out through the desk alone.
    original = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    imported_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")


class ArticleImage(models.Model):
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="images")
    position = models.PositiveIntegerField(default=0)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=20, choices=ImageState.choices)
    src = models.CharField(max_length=500)  # as it stood in the text
    origin = models.CharField(max_length=500, blank=True)  # the same without proxies
    alt = models.CharField(max_length=300, blank=True)
    caption = models.CharField(max_length=300, blank=True)
    credit = models.CharField(max_length=120, blank=True)
    is_head = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]


class Feed(Owned):
    """A feed that an organisation reads, or one that came as a file (then `address` may be empty, and nobody asks for it).

    A removed one keeps its row, so that subscribing again knows what was taken from it.
    """

    identity = models.CharField(
        max_length=64
    )  # SHA-256 of what tells it from others (`queries.feed_identity`)
    address = models.CharField(max_length=1000, blank=True)
    title = models.CharField(max_length=200)
    home = models.CharField(max_length=1000, blank=True)  # the site that it tells of
    is_open = models.BooleanField(default=True)  # asked for by itself
    added_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)  # when it is to be looked at by itself
    held_until = models.DateTimeField(null=True, blank=True)  # somebody is looking at it now
    problem = models.CharField(
        max_length=40, blank=True
    )  # code of the last look's failure; "" after a good one
    problem_detail = models.CharField(max_length=100, blank=True)
    failures = models.PositiveIntegerField(default=0)  # one after another

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "identity"], name="one_feed_an_organisation")
        ]


class FeedEntry(Owned):
    """An entry as it stood in its feed when it was last seen: what it says of itself and its body, neither cleaned. What is shown
    is read from that anew. It follows its source until it is taken; after that `changed_at` says that the source has changed."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=64)  # SHA-256 of its id, else its link, else its content
    sha256 = models.CharField(max_length=64)  # of the content that is kept here
    matter = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    base = models.CharField(max_length=2000, blank=True)
    title = models.CharField(max_length=200)
    link = models.CharField(max_length=2000, blank=True)
    authors = models.CharField(max_length=200, blank=True)
    categories = models.JSONField(default=list, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    date_raw = models.CharField(max_length=80, blank=True)
    text = models.TextField(blank=True)  # its beginning, to be searched and shown
    pictures = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()  # first
    changed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.NEW)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    article = models.OneToOneField(
        Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="feed_entry"
    )

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="one_entry_a_feed")]
        indexes = [models.Index(fields=["organisation", "state"], name="entries_by_state")]
