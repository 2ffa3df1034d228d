"""What a WebSub hub is still to be told."""

from django.db import models

from yingzao.core import clock
from yingzao.people.models import Organisation


class HubPing(models.Model):
    """A feed that has something new. One row a feed until the hub has taken it; further news join it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=500, unique=True)  # path of the feed
    asked_at = models.DateTimeField(default=clock.now)
    next_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)  # of the last try

    class Meta:
        ordering = ["next_at", "pk"]
