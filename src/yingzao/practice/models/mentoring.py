"""A mentor's work with learners, beside reading what they hand in."""

from django.db import models

from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Owned, Person
from yingzao.programmes.models import Programme


class FeedbackPhrase(Owned):
    """Words that are used again when answering: the programme's, or one person's own."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="feedback_phrases")
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=60)
    text = models.TextField()
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]


class MeetingNote(Owned):
    """What mentor and learner talked about, and what comes next. Shown to the learner unless it is the mentor's own."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="meeting_notes")
    on = models.DateField()
    text = models.TextField()
    next_steps = models.TextField(blank=True)
    is_shared = models.BooleanField(default=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]
