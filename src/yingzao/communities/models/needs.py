"""What people of a community need, as somebody heard or saw it, and what became of it."""

from django.db import models

from yingzao.communities.enums import (
    ENDED,
    Feasibility,
    Frequency,
    NeedSource,
    NeedState,
    RaisedBy,
    Urgency,
    facet_words,
)
from yingzao.communities.models.leaders import Leader
from yingzao.communities.models.register import Community
from yingzao.core.models import StoredFile
from yingzao.people.models import Owned


class NeedTheme(Owned):
    """A pile of cards with a name: needs that belong together, and how many dots residents put on it at their meeting."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="themes")
    title = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(
        default=0
    )  # where it lies on the table; not how much it matters
    dots = models.PositiveIntegerField(default=0)
    dots_on = models.DateField(null=True, blank=True)  # the day of the meeting
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "pk"]


class Need(Owned):
    """One need: what, whose, how often, how urgent, from which source, with what evidence, where, raised by whom.

    Merged into another, it stays as it was, with its photos, steps and findings: only `merged_into` says that it is followed
    up there. So undoing a merge has nothing to put back. `merged_into` is never merged itself.
    """

    key = models.UUIDField(unique=True)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="needs")
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    whose = models.CharField(max_length=120)  # 独居老人、双职工家庭
    frequency = models.CharField(max_length=20, choices=Frequency.choices, default=Frequency.UNKNOWN)
    urgency = models.CharField(max_length=20, choices=Urgency.choices, default=Urgency.NORMAL)
    feasibility = models.CharField(max_length=20, choices=Feasibility.choices, default=Feasibility.UNKNOWN)
    source = models.CharField(max_length=20, choices=NeedSource.choices)
    source_note = models.CharField(max_length=300, blank=True)  # how many were asked, on which day
    evidence = models.TextField(blank=True)  # what was said, counted or seen
    place = models.CharField(max_length=120, blank=True)
    facets = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=20, choices=NeedState.choices, default=NeedState.FOUND)
    state_note = models.CharField(max_length=300, blank=True)  # of the newest of `steps`
    answer = models.TextField(blank=True)  # what those who raised it are told; only when it has ended
    answered_in = models.ForeignKey(
        "NeedStep", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # the step whose answer is to be carried back
    answer_due_on = models.DateField(null=True, blank=True)
    reminded = models.CharField(
        max_length=10, blank=True
    )  # "soon" or "over": what its keepers were told of that day
    raised_by = models.CharField(max_length=20, choices=RaisedBy.choices, default=RaisedBy.RESIDENT)
    raised_by_leader = models.ForeignKey(
        Leader, null=True, blank=True, on_delete=models.SET_NULL, related_name="needs"
    )
    raised_on = models.DateField()
    entered_by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    theme = models.ForeignKey(
        NeedTheme, null=True, blank=True, on_delete=models.SET_NULL, related_name="needs"
    )
    changed_at = models.DateTimeField()
    pinyin = models.CharField(max_length=300, blank=True, editable=False, db_index=True)

    class Meta:
        ordering = ["-raised_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="no_need_is_merged_into_itself",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "merged_into", "-raised_on"], name="needs_of_a_register")
        ]

    @property
    def facet_words(self) -> str:
        return facet_words(self.facets)

    @property
    def head(self) -> "Need":
        """Where it is followed up: the need that it is merged into, else itself."""
        return self.merged_into or self

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class NeedStep(models.Model):
    """One step of a need, with its day; the row before it is where it stood."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=20, choices=NeedState.choices)
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "pk"]


class NeedPhoto(models.Model):
    """A photo that shows a need; of the slip of paper, the place, the count."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
