"""Signing up for a visit: its terms, who takes a place and who waits, and the groups in which people ride."""

from django.db import models
from django.utils import timezone

from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Owned, Person
from yingzao.visits.enums import SignUpState, Together
from yingzao.visits.models.plan import Visit

USUAL_CONTACT_DAYS = 30


class SignUpPlan(models.Model):
    """On what terms one signs up for a visit. Without a row, or switched off, everybody who is asked is expected."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    visit = models.OneToOneField(Visit, on_delete=models.CASCADE, related_name="sign_up")
    is_on = models.BooleanField(default=False)
    capacity = models.PositiveIntegerField(null=True, blank=True)  # None: no limit
    closes_at = models.DateTimeField(null=True, blank=True)  # None: when the visit begins
    asks_contact = models.BooleanField(default=False)
    consent_text = models.TextField(blank=True)  # empty: nothing to agree to
    contact_days = models.PositiveSmallIntegerField(default=USUAL_CONTACT_DAYS)  # kept after the visit
    together = models.CharField(  # by what newcomers are seated; nothing: by hand alone
        max_length=10, choices=Together.choices, blank=True
    )


class SeatGroup(Owned):
    """A bus or a car: where it waits, when it leaves, and whom to ring."""

    plan = models.ForeignKey(SignUpPlan, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=40)
    capacity = models.PositiveIntegerField()
    plate = models.CharField(max_length=20, blank=True)
    leader_name = models.CharField(max_length=60, blank=True)
    leader_phone = models.CharField(max_length=20, blank=True)  # +86 and 11 digits
    meeting_place = models.CharField(max_length=120, blank=True)
    departs_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "name"], name="one_seat_group_a_name")]


class SignUp(models.Model):
    """One learner who signed up. The order of the rows is the order in which they came.

    A cancelled one stays as it was, without its contact; whoever signs up again gets a new row, behind the others.
    `consent_text` is what was agreed to, word for word.
    """

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(SignUpPlan, on_delete=models.CASCADE, related_name="sign_ups")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="visit_sign_ups")
    state = models.CharField(max_length=10, choices=SignUpState.choices)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state_changed_at = models.DateTimeField(default=timezone.now)
    over_reason = models.CharField(max_length=200, blank=True)  # why somebody was let in past the others
    consent_text = models.TextField(blank=True)
    agreed_at = models.DateTimeField(null=True)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)  # +86 and 11 digits
    group = models.ForeignKey(SeatGroup, null=True, on_delete=models.SET_NULL, related_name="sign_ups")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "enrolment"],
                condition=~models.Q(state=SignUpState.CANCELLED),
                name="one_standing_sign_up",
            ),
        ]
        indexes = [models.Index(fields=["plan", "state"], name="sign_ups_by_state")]
