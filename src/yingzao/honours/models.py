"""From scores to a list that stands: scheme, selection, public notice, objections, certificates."""

from decimal import Decimal

from django.db import models

from yingzao.core.models import StoredFile
from yingzao.honours.enums import (
    CertificateKind,
    NoticeState,
    ObjectionState,
    PlaceState,
    QuotaKind,
    SelectionState,
)
from yingzao.judging.models import Calibration, Round
from yingzao.people.models import Owned, Person
from yingzao.programmes.models import Programme


class Scheme(Owned):
    """How completion and performance make the total; a new version for every change. Weights sum to 100."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="schemes")
    number = models.PositiveIntegerField()
    completion_weight = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(40))
    performance_weight = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(60))
    late_share = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.5"))
    decimals = models.PositiveSmallIntegerField(default=2)  # half up, at the very end
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="one_scheme_a_number")]


class Selection(Owned):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="selections")
    name = models.CharField(max_length=120)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="selections")
    round = models.ForeignKey(
        Round, null=True, blank=True, on_delete=models.PROTECT, related_name="selections"
    )
    calibration = models.ForeignKey(
        Calibration, null=True, blank=True, on_delete=models.PROTECT, related_name="selections"
    )
    quota_kind = models.CharField(max_length=20, choices=QuotaKind.choices, default=QuotaKind.PERCENT)
    quota = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(15))
    reserve = models.PositiveIntegerField(default=0)
    least_completion = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(60))  # of 100
    tie_rule = models.JSONField(default=list)  # ordered: performance, completion, earlier
    state = models.CharField(max_length=20, choices=SelectionState.choices, default=SelectionState.DRAFT)
    snapshot = models.JSONField(default=dict, blank=True)  # every input, by code
    sha256 = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    decision_comment = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at"]


class Place(models.Model):
    """One learner's line of a frozen selection, as it came out. `how` holds each step of the figures."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="places")
    enrolment_code = models.CharField(max_length=16, db_index=True)
    rank = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=20, choices=PlaceState.choices)
    total = models.DecimalField(max_digits=8, decimal_places=4, null=True)
    completion = models.DecimalField(max_digits=8, decimal_places=4, null=True)
    performance = models.DecimalField(max_digits=8, decimal_places=4, null=True)
    how = models.JSONField(default=dict)

    class Meta:
        ordering = ["rank", "enrolment_code"]
        constraints = [
            models.UniqueConstraint(fields=["selection", "enrolment_code"], name="one_place_a_learner")
        ]


class PublicNotice(Owned):
    """A list put up for objection. The day of posting does not count; it ends at 24:00 of the nth working day."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="public_notices")
    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="notices")
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    posted_on = models.DateField()
    working_days = models.PositiveSmallIntegerField(default=5)
    ends_on = models.DateField()
    frozen = models.JSONField(default=dict)  # the list by code, and commitments
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=NoticeState.choices, default=NoticeState.POSTED)
    posted_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces"
    )

    class Meta:
        ordering = ["-posted_on"]


class Objection(Owned):
    """Named, with the contact kept private; answered by a deadline."""

    notice = models.ForeignKey(PublicNotice, on_delete=models.CASCADE, related_name="objections")
    name = models.CharField(max_length=60)
    contact = models.CharField(max_length=60)
    text = models.TextField()
    received_at = models.DateTimeField()
    reply_by = models.DateField()
    state = models.CharField(max_length=20, choices=ObjectionState.choices, default=ObjectionState.RECEIVED)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["received_at"]


class Certificate(Owned):
    """Issued bytes, kept and hashed, never rendered again. `code` is what the verify page takes."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=20, choices=CertificateKind.choices)
    number = models.CharField(max_length=40, unique=True)  # XFY-2021-01-0007-K
    enrolment_code = models.CharField(max_length=16, db_index=True)
    selection = models.ForeignKey(
        Selection, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    frozen = models.JSONField()
    sha256 = models.CharField(max_length=64)
    pdf = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    revoked_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "enrolment_code"],
                condition=models.Q(revoked_at=None),
                name="one_standing_certificate_a_kind",
            )
        ]
