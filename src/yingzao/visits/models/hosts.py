"""Who receives the learners at a stop, and what they say of it."""

from django.db import models

from yingzao.people.models import Person
from yingzao.programmes.models import StaffRole
from yingzao.visits.enums import HostReady
from yingzao.visits.models.plan import Stop


class StopHost(models.Model):
    """A host named for one stop. Ended, never deleted: a stop for which somebody was ever named asks no unit's name."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="hosts")
    role = models.ForeignKey(StaffRole, on_delete=models.CASCADE, related_name="+")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["named_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["stop", "role"], name="one_host_a_stop_and_role")]


class HostReply(models.Model):
    """What one host says of one stop: beforehand whether all is well, afterwards how many came and how it was. The last word
    counts. `ready_for` is the beginning that the first answer was about: moved since, it has to be asked again."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="replies")
    role = models.ForeignKey(StaffRole, on_delete=models.CASCADE, related_name="+")
    ready = models.CharField(max_length=10, choices=HostReady.choices, blank=True)
    ready_words = models.CharField(max_length=500, blank=True)
    ready_at = models.DateTimeField(null=True)
    ready_for = models.DateTimeField(null=True)
    came = models.PositiveIntegerField(null=True)
    punctual = models.PositiveSmallIntegerField(null=True)  # 1 to 5, as the next two
    interest = models.PositiveSmallIntegerField(null=True)
    arrangement = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True)
    said_at = models.DateTimeField(null=True)  # when how many came, and how it was, was said last

    class Meta:
        ordering = ["stop", "role"]
        constraints = [models.UniqueConstraint(fields=["stop", "role"], name="one_reply_a_stop_and_role")]
