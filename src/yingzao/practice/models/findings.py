"""Who found a leader or a need, and for which task it counts."""

from django.db import models

from yingzao.activities.models import Activity
from yingzao.communities.models import Leader, Need
from yingzao.enrolment.models import Enrolment


class Finding(models.Model):
    """One learner recorded one leader or one need. `activity` None: recorded without a task; it can be given to one later.

    It outlives the leader's name: what was found stays counted after an erasure.
    """

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="findings")
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="findings"
    )
    leader = models.OneToOneField(
        Leader, null=True, blank=True, on_delete=models.CASCADE, related_name="finding"
    )
    need = models.OneToOneField(Need, null=True, blank=True, on_delete=models.CASCADE, related_name="finding")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(leader=None, need__isnull=False)
                | models.Q(leader__isnull=False, need=None),
                name="a_finding_is_a_leader_or_a_need",
            )
        ]
