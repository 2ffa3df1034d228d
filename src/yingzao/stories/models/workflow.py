"""What is said about a story while it is made, and what was put right after it was public."""

from django.db import models

from yingzao.core import clock
from yingzao.people.models import Owned, Person
from yingzao.stories.models.story import Story


class StoryComment(Owned):
    """A remark beside a story, about a passage or the whole; an answer names the remark that it answers."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(max_length=1000)
    quote = models.CharField(max_length=300, blank=True)  # the passage, as it stood then
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="answered_by"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["created_at", "pk"]


class Correction(Owned):
    """What was wrong in a public story, told to its readers for good."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="corrections")
    wrong = models.CharField(max_length=500)
    at = models.DateTimeField(default=clock.now)
    signed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
