"""In-app messages to one person. One key is one message: a repeated send adds nothing."""

from django.db import models
from django.utils import timezone

from yingzao.people.models import Owned, Person


class Message(Owned):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="received_messages")
    key = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-sent_at"]
