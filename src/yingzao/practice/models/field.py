"""Which learner brought what from the field."""

from django.db import models

from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork.models import Interview, Proposal, Walk


class FieldRecord(models.Model):
    """One learner walked, interviewed somebody, or proposed something for the graph."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="field_records")
    walk = models.OneToOneField(
        Walk, null=True, blank=True, on_delete=models.CASCADE, related_name="field_record"
    )
    interview = models.OneToOneField(
        Interview, null=True, blank=True, on_delete=models.CASCADE, related_name="field_record"
    )
    proposal = models.OneToOneField(
        Proposal, null=True, blank=True, on_delete=models.CASCADE, related_name="field_record"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(walk=None, interview=None, proposal__isnull=False)
                | models.Q(walk=None, interview__isnull=False, proposal=None)
                | models.Q(walk__isnull=False, interview=None, proposal=None),
                name="a_field_record_is_one_thing",
            )
        ]
