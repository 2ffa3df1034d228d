"""What reached us of checking in and out, as it came."""

from django.db import models

from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.people.models import Person
from yingzao.visits.enums import ScanState, ScanWay, ScanWhat
from yingzao.visits.models.plan import Stop


class Scan(models.Model):
    """One act of checking in or out at a stop. All are kept, also a second one of the same learner and one that was refused.

    `key` comes from the phone: the same key is one row. `at` is the phone's own clock, `ahead_ms` how far that clock was
    ahead of ours when the act was delivered; nothing is put right by itself. `evidence` is the key of the fact that it
    became, or found there already.
    """

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="scans")
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="+")
    source_file = models.ForeignKey(
        SourceFile, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # walk-in
    what = models.CharField(max_length=10, choices=ScanWhat.choices, default=ScanWhat.IN)
    way = models.CharField(max_length=10, choices=ScanWay.choices)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    ahead_ms = models.BigIntegerField(default=0)
    device = models.UUIDField(null=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    counter = models.BigIntegerField(null=True)  # which half-minute's code it was
    distance_m = models.PositiveIntegerField(null=True)  # from the stop, where a place was sent along
    accuracy_m = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=20, choices=ScanState.choices)
    reason = models.CharField(max_length=40, blank=True)  # code of why it was refused, or waits
    evidence = models.UUIDField(null=True)
    is_time_settled = models.BooleanField(default=False)  # staff took one of its times, or none
    sha256 = models.CharField(max_length=64, blank=True)  # of the bytes in which it was delivered

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["stop", "state"], name="scans_by_state"),
            models.Index(fields=["stop", "enrolment"], name="scans_of_a_learner"),
            models.Index(fields=["stop", "counter"], name="scans_of_a_code"),
        ]
