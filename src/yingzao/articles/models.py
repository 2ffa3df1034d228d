"""Sanitised text with our own copies of its images and a note of where it came from."""

from django.db import models

from yingzao.articles.enums import ImageState
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
