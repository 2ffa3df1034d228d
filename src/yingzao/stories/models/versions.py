"""What a story said before, and what somebody typed and has not saved."""

from django.db import models

from yingzao.core import clock
from yingzao.people.models import Owned, Person
from yingzao.programmes.models import Programme
from yingzao.stories.models.story import Story


class StoryVersion(Owned):
    """What a story said after one save. `pictures` are rows of number, alt, caption, credit and whether it is the head."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)
    title = models.CharField(max_length=200)
    byline = models.CharField(max_length=200, blank=True)
    source = models.TextField()
    summary = models.CharField(max_length=300, blank=True)
    pictures = models.JSONField(default=list, blank=True)
    meaning = models.JSONField(default=dict, blank=True)  # what it tells of, in words (`queries.meaning_of`)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["story", "number"], name="one_story_version_a_number")]


class UnsavedText(Owned):
    """What one person typed into the form and has not saved; it goes with the save. Without a story: a new one."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey(Story, null=True, blank=True, on_delete=models.CASCADE, related_name="unsaved")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    typed = models.JSONField(default=dict)  # field of the form → words
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["story", "person"],
                condition=models.Q(story__isnull=False),
                name="one_unsaved_text_a_story",
            ),
            models.UniqueConstraint(
                fields=["programme", "person"],
                condition=models.Q(story__isnull=True),
                name="one_unsaved_text_a_new_story",
            ),
        ]
