"""What people of a community need, as somebody heard or saw it."""

from django.db import models

from yingzao.communities.enums import Frequency, NeedSource, NeedState, RaisedBy, Urgency, facet_words
from yingzao.communities.models.leaders import Leader
from yingzao.communities.models.register import Community
from yingzao.core.models import StoredFile
from yingzao.people.models import Owned


class Need(Owned):
    """One need: what, whose, how often, how urgent, from which source, with what evidence, where, raised by whom."""

    key = models.UUIDField(unique=True)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="needs")
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    whose = models.CharField(max_length=120)  # 独居老人、双职工家庭
    frequency = models.CharField(max_length=20, choices=Frequency.choices, default=Frequency.UNKNOWN)
    urgency = models.CharField(max_length=20, choices=Urgency.choices, default=Urgency.NORMAL)
    source = models.CharField(max_length=20, choices=NeedSource.choices)
    source_note = models.CharField(max_length=300, blank=True)  # how many were asked, on which day
    evidence = models.TextField(blank=True)  # what was said, counted or seen
    place = models.CharField(max_length=120, blank=True)
    facets = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=20, choices=NeedState.choices, default=NeedState.OPEN)
    state_note = models.CharField(max_length=300, blank=True)
    raised_by = models.CharField(max_length=20, choices=RaisedBy.choices, default=RaisedBy.RESIDENT)
    raised_by_leader = models.ForeignKey(
        Leader, null=True, blank=True, on_delete=models.SET_NULL, related_name="needs"
    )
    raised_on = models.DateField()
    entered_by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()
    pinyin = models.CharField(max_length=300, blank=True, editable=False, db_index=True)

    class Meta:
        ordering = ["-raised_on", "-pk"]

    @property
    def facet_words(self) -> str:
        return facet_words(self.facets)


class NeedPhoto(models.Model):
    """A photo that shows a need; of the slip of paper, the place, the count."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
