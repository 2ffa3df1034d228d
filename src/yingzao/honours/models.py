"""From scores to a list that stands: scheme, selection, public notice, objections, certificates."""

from decimal import Decimal

from django.db import models

from yingzao.core.erasing import NameField
from yingzao.core.models import StoredFile
from yingzao.honours.enums import (
    CertificateKind,
    DutyWeighting,
    GroupBy,
    HandlingStep,
    IssueState,
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
    """How the parts make the total; a new version for every change. Weights sum to 100.

    `parts` [{key, title, weight, source, kinds}] as in `rules.total.Part`; none: completion of all duties and the judges'
    marks with the two weights. Otherwise the weights are the sums of duties' and of marks' parts. `bands` [[marks from, points]].
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="schemes")
    number = models.PositiveIntegerField()
    completion_weight = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(40))
    performance_weight = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(60))
    late_share = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.5"))
    duty_weighting = models.CharField(
        max_length=20, choices=DutyWeighting.choices, default=DutyWeighting.EQUAL
    )
    decimals = models.PositiveSmallIntegerField(default=2)  # half up, at the very end
    parts = models.JSONField(default=list, blank=True)
    bands = models.JSONField(default=list, blank=True)
    most_bonus = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="one_scheme_a_number")]


class Selection(Owned):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="selections")
    name = models.CharField(max_length=120)
    made_from = models.ForeignKey(  # the selection that came back, or whose list an objection changed
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="remade"
    )
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
    group_by = models.CharField(
        max_length=20, choices=GroupBy.choices, blank=True
    )  # whose places are its own
    state = models.CharField(max_length=20, choices=SelectionState.choices, default=SelectionState.DRAFT)
    snapshot = models.JSONField(default=dict, blank=True)  # every input, by code
    sha256 = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    decision_comment = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at"]


class Bar(Owned):
    """一票否决: a learner kept off one list, with the reason and who said so. Lifted before freezing, never deleted."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="bars")
    enrolment_code = models.CharField(max_length=16)
    reason = models.CharField(max_length=200)
    barred_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    barred_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["selection", "enrolment_code"],
                condition=models.Q(lifted_at=None),
                name="one_standing_bar_a_learner",
            )
        ]


class Points(Owned):
    """What staff give one learner on one list, with the reason: points of a part of the scheme that is entered, or, with no
    `part`, a bonus or (below 0) a deduction. Taken back before freezing, never deleted."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="points")
    enrolment_code = models.CharField(max_length=16)
    part = models.CharField(max_length=20, blank=True)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    reason = models.CharField(max_length=200, blank=True)
    given_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField()
    taken_back_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["selection", "enrolment_code", "part"],
                condition=models.Q(taken_back_at=None) & ~models.Q(part=""),
                name="one_standing_value_a_part",
            )
        ]


class TieDecision(Owned):
    """A supervisor's choice where the rules break no tie: who of `tied` takes a place, and why. Made once for each tie."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="tie_decisions")
    tied = models.JSONField()  # enrolment codes, sorted
    chosen = models.JSONField()
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


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
    basis = models.CharField(max_length=200, blank=True)  # on what the printed sheet shows full names
    posted_on = models.DateField()
    working_days = models.PositiveSmallIntegerField(default=5)
    ends_on = models.DateField()
    reply_days = models.PositiveSmallIntegerField(default=5)  # working days for the answer to an objection
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
    name = NameField(max_length=60)
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


class HandlingEntry(Owned):
    """One line of what was done about an objection: who, when and what. Added to, never edited. Nobody stands as `by` where
    whoever objects did it."""

    objection = models.ForeignKey(Objection, on_delete=models.CASCADE, related_name="handling")
    step = models.CharField(max_length=20, choices=HandlingStep.choices)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]


class CertificateSeries(Owned):
    """The running numbers of a programme's certificates: XFY-2021-01-0007-K."""

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="certificate_series")
    prefix = models.CharField(max_length=8)  # capital letters
    year = models.PositiveSmallIntegerField()
    term = models.PositiveSmallIntegerField(default=1)  # 期
    last_serial = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year", "term"], name="one_certificate_series")
        ]


class IssueRun(Owned):
    """One issuing of a selection's certificates, and how far it is."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="issue_runs")
    state = models.CharField(max_length=20, choices=IssueState.choices, default=IssueState.WAITING)
    total = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]


class CertificateTemplate(Owned):
    """How the certificates of a kind look; a new version for every change. The newest holds for what is issued from then on.

    `layout` as in `rules.layout`. Without a picture of its own the seal is typeset and the page has the drawn frame.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="certificate_templates")
    kind = models.CharField(max_length=20, choices=CertificateKind.choices)
    number = models.PositiveIntegerField()
    layout = models.JSONField()
    background = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seal = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signature = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "number"], name="one_certificate_template_a_number"
            )
        ]


class Certificate(Owned):
    """Issued bytes, kept and hashed, never rendered again. `code` is what the verify page takes."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=20, choices=CertificateKind.choices)
    number = models.CharField(max_length=40, unique=True)  # XFY-2021-01-0007-K
    enrolment_code = models.CharField(max_length=16, db_index=True)
    selection = models.ForeignKey(
        Selection, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    template = models.ForeignKey(  # none: the standard layout
        CertificateTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
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

    @property
    def has_pdf(self) -> bool:
        """Whether the issued bytes are still there: an erasure takes them away."""
        return self.pdf is not None and self.pdf.media_type == "application/pdf"


LIST_SIZE = 131_072  # bits of a status list, the least that Bitstring Status List 1.0 allows


class BadgeKey(Owned):
    """What an organisation signs badges with. One signs at a time; those before it still verify what they signed.

    The private half is sealed with a key that follows from the instance's secret key: whoever reads the table or a backup
    alone cannot sign. Each key has status lists of its own, so that one key answers for a badge and for its revocation.
    """

    public_key = models.TextField()  # PEM
    sealed_key = models.TextField()  # of the private half
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(retired_at=None), name="one_signing_key"
            )
        ]


class Achievement(Owned):
    """What a badge stands for, as its credential tells it: name, description and criteria, frozen, and a picture. Other words
    are another achievement."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="achievements")
    kind = models.CharField(max_length=20, choices=CertificateKind.choices)
    frozen = models.JSONField()
    sha256 = models.CharField(max_length=64)
    picture = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "sha256"], name="one_achievement_of_its_words"
            )
        ]


class Badge(Owned):
    """The signed credential that goes with a certificate (Open Badges 3.0, VC-JWT). It stands and falls with the certificate.

    `token` is the holder's, and an erasure empties it; what is left verifies a file that the holder kept.
    """

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="badge")
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="badges")
    key = models.ForeignKey(BadgeKey, on_delete=models.PROTECT, related_name="badges")
    credential_id = models.CharField(max_length=60, unique=True)  # urn:uuid:…
    issuer_address = models.CharField(max_length=300)  # as the credential says it
    status_index = models.PositiveIntegerField()  # counts through the key's status lists
    token = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)  # of the token

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "status_index"], name="one_badge_a_status_index")
        ]
