"""In-app messages. One key is one message to a person: a repeated send adds nothing."""

from django.db import models
from django.utils import timezone

from yingzao.people.models import Owned, Person


class Message(Owned):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="received_messages")
    key = models.CharField(max_length=120)  # what it is about, as the sender names it
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_message_a_key")]
        indexes = [models.Index(fields=["person"], condition=models.Q(read_at=None), name="unread_messages")]
