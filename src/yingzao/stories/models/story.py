"""Reports of what was done, published to the open web."""

from django.db import models
from django.urls import reverse

from yingzao.activities.models import Activity
from yingzao.articles.models import Article
from yingzao.communities.models import Community
from yingzao.core import clock
from yingzao.people.models import Owned, Person
from yingzao.programmes.models import Programme
from yingzao.stories.enums import StoryState


class Story(Owned):
    """An article published about a programme. Its name in feeds never changes once published; where its address
    (`slug`) does, the former one leads to it for good."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="stories")
    slug = models.SlugField(max_length=80, unique=True)
    slug_chosen = models.BooleanField(
        default=False
    )  # by an editor: it no longer follows the title of a draft
    article = models.OneToOneField(Article, on_delete=models.PROTECT, related_name="story")
    summary = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=StoryState.choices, default=StoryState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)  # the date that the story carries
    changed_at = models.DateTimeField(default=clock.now)  # the feed's `updated`; every act moves it
    published_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    publish_at = models.DateTimeField(null=True, blank=True)  # of a scheduled one: when everyone may read it
    corrected_at = models.DateTimeField(null=True, blank=True)  # the last correction that readers are told of
    written_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    edited_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    feed_id = models.CharField(max_length=200, blank=True)  # given at the first publication (RFC 4151)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)  # for the desk, never for the public
    # What it tells of. Its categories stand with the article, as they came with it.
    tags = models.JSONField(default=list, blank=True)
    place = models.CharField(max_length=120, blank=True)  # in words
    activities = models.ManyToManyField(Activity, blank=True, related_name="stories")  # of its programme
    communities = models.ManyToManyField(Community, blank=True, related_name="stories")

    class Meta:
        ordering = ["-published_at", "-created_at"]
        indexes = [models.Index(fields=["state", "-published_at"], name="stories_by_date")]

    @property
    def title(self) -> str:
        return self.article.title

    @property
    def address(self) -> str:
        """Path of the public page."""
        return reverse("stories:public-story", args=[self.slug])

    @property
    def is_published(self) -> bool:
        """Everyone may read it; a scheduled one from its moment on, whether or not a worker was there."""
        return self.state == StoryState.PUBLISHED or (
            self.state == StoryState.SCHEDULED
            and self.publish_at is not None
            and self.publish_at <= clock.now()
        )

    @property
    def is_scheduled(self) -> bool:
        """Approved, and its moment is still to come."""
        return self.state == StoryState.SCHEDULED and not self.is_published

    @property
    def is_withdrawn(self) -> bool:
        return self.state == StoryState.WITHDRAWN


class FormerAddress(Owned):
    """Where a story stood that was public there: it leads to the story, and no other story takes it."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="former_addresses")
    slug = models.SlugField(max_length=80, unique=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
