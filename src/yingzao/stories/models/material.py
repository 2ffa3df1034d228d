"""What a story took from the records: figures that stay bound to their query, and photos of a visit."""

from django.db import models

from yingzao.articles.models import ArticleImage
from yingzao.core import clock
from yingzao.people.models import Organisation, Owned
from yingzao.stories.models.story import Story
from yingzao.visits.models import FieldFile


class BoundFigure(Owned):
    """A figure that the text names by its key (`[数:needs.activity.7K2Q9XAB]`). A draft shows what its query says now; once the
    story is approved the value of that moment stands, with the query's words and when it was counted."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="figures")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=120)  # of the query, and of what it was asked
    value = models.PositiveIntegerField()
    counted_at = models.DateTimeField(default=clock.now)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["story", "key"], name="one_figure_a_story_and_key")]


class AdoptedPhoto(models.Model):
    """A picture of a story that was a photo of a visit: taken from there, it goes from here."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    picture = models.OneToOneField(ArticleImage, on_delete=models.CASCADE, related_name="adopted")
    photo = models.ForeignKey(FieldFile, on_delete=models.CASCADE, related_name="+")
