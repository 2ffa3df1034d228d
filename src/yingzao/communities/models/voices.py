"""Who raised a need, in whose words, what they were told, and which needs are the same one."""

from django.db import models

from yingzao.communities.enums import LikenessState, NeedSource, RaisedBy, TellingWay
from yingzao.communities.models.leaders import Leader
from yingzao.communities.models.needs import Need, NeedStep
from yingzao.people.models import Owned


class Voice(Owned):
    """Somebody who raised a need, in their words; who they are is not kept, but for a leader.

    Every need has its own voice, which follows what is written of it. Merging moves no voice: those of a need are its own
    and those of the needs merged into it.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="voices")
    is_own = models.BooleanField(default=False)  # the one that the need began with
    words = models.TextField()
    raised_by = models.CharField(max_length=20, choices=RaisedBy.choices, default=RaisedBy.RESIDENT)
    leader = models.ForeignKey(
        Leader, null=True, blank=True, on_delete=models.SET_NULL, related_name="voices"
    )
    way = models.CharField(max_length=20, choices=NeedSource.choices)
    way_note = models.CharField(max_length=300, blank=True)
    on = models.DateField()
    entered_by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need"], condition=models.Q(is_own=True), name="one_own_voice_a_need"
            )
        ]


class Telling(models.Model):
    """That an answer reached a voice, or could not. A need that is answered anew has to be told anew."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="tellings")
    step = models.ForeignKey(NeedStep, on_delete=models.CASCADE, related_name="tellings")  # the answer
    on = models.DateField()
    way = models.CharField(max_length=20, choices=TellingWay.choices)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["voice", "step"], name="one_telling_an_answer")]


class NeedMerge(Owned):
    """That a need was merged into another, by whom, and perhaps that it was undone."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="merges")
    into = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="takings")
    at = models.DateTimeField()
    by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need"], condition=models.Q(undone_at=None), name="one_standing_merge_a_need"
            )
        ]


class NeedLikeness(Owned):
    """Two needs of one community that may be the same, why, and what somebody decided. A decision outlives every new look."""

    first = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="+")  # the older row
    second = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()  # 0–1
    shared = models.JSONField(default=list)  # words that speak for it, the strongest first
    state = models.CharField(max_length=20, choices=LikenessState.choices, default=LikenessState.OPEN)
    decided_by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_likeness_a_pair"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="the_older_need_stands_first"
            ),
        ]
