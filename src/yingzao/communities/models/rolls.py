"""Lists of communities that somebody drew up: chosen as examples, taken into a trial."""

from django.db import models

from yingzao.communities.models.register import Community
from yingzao.people.models import Owned


class Roll(Owned):
    """One list (名录), with how many its source says and those that are known by name.

    Lists are drawn up by different rules at different times: their numbers are never added up.
    """

    title = models.CharField(max_length=120)
    basis = models.CharField(max_length=300, blank=True)  # by which rule a community comes onto it
    stated = models.CharField(
        max_length=20, blank=True
    )  # how many the source says, as it says it: 17, 二十多
    as_of = models.CharField(max_length=40, blank=True)  # of which time the source speaks: 2017–2018
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]


class RollEntry(models.Model):
    """A community that stands on a list."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="entries")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="roll_entries")
    since = models.CharField(max_length=40, blank=True)  # 2017, 第一批
    by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["community__pinyin", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["roll", "community"], name="a_community_stands_once_on_a_roll")
        ]
