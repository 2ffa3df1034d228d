"""Reports of what was done, published to the open web."""

from django.db import models

from yingzao.articles.models import Article
from yingzao.people.models import Owned, Person
from yingzao.programmes.models import Programme
from yingzao.stories.enums import StoryState


class Story(Owned):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="stories")
    slug = models.SlugField(max_length=80, unique=True)
    article = models.OneToOneField(Article, on_delete=models.PROTECT, related_name="story")
    summary = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=StoryState.choices, default=StoryState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)  # the feed's `updated`
    published_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-published_at", "-created_at"]
