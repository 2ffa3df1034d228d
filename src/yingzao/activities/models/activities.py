"""What learners have to do, the evidence of what they did, and what follows from it."""

from decimal import Decimal

from django.db import models
from django.utils import timezone

from yingzao.activities.enums import (
    ActivityState,
    Audience,
    DutyState,
    EvidenceSource,
    FactKind,
    KindKey,
    RequestKind,
    RequestState,
    Still,
    VersionState,
)
from yingzao.core.erasing import WordsField
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment, IdentityDecision, SourceRow, Team
from yingzao.people.models import Owned, Person
from yingzao.programmes.models import Programme, Stage


class Activity(Owned):
    """Something learners have to do. `rule` is read by its kind alone; what is needed is written there as plain values."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="activities")
    stage = models.ForeignKey(
        Stage, null=True, blank=True, on_delete=models.SET_NULL, related_name="activities"
    )
    kind = models.CharField(max_length=20, choices=KindKey.choices)
    title = models.CharField(max_length=120)
    short_title = models.CharField(max_length=20, blank=True)  # the column head on the board
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # 23:59:59 Asia/Shanghai of the due date
    weight = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(1))
    hours = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)  # 学时
    rule = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=20, choices=ActivityState.choices, default=ActivityState.PLANNED)
    held_at = models.DateTimeField(null=True, blank=True)
    is_published = models.BooleanField(default=True)
    is_required = models.BooleanField(default=True)  # what is not is offered, and counts in no figure
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.COHORT)
    revision = models.PositiveIntegerField(default=0)  # goes up whenever what a calendar shows may differ
    revised_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["position", "pk"]

    @property
    def head(self) -> str:
        return self.short_title or self.title


class ActivityTarget(models.Model):
    """A team or a learner for whom an activity is that is not for everybody. A team means whoever is in it at the time."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="targets")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(team=None) ^ models.Q(enrolment=None), name="one_target_a_row"
            ),
            models.UniqueConstraint(
                fields=["activity", "team"], condition=~models.Q(team=None), name="one_target_a_team"
            ),
            models.UniqueConstraint(
                fields=["activity", "enrolment"],
                condition=~models.Q(enrolment=None),
                name="one_target_a_learner",
            ),
        ]


class Part(Owned):
    """What a session, stop, lesson or task part attaches to."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="parts")
    title = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]


class Evidence(models.Model):
    """One append-only fact. May be withdrawn with a reason; never edited, never deleted but by the privacy procedure."""

    key = models.UUIDField(unique=True)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="evidence")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="evidence")
    part = models.ForeignKey(Part, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    source_row = models.ForeignKey(
        SourceRow, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    decision = models.ForeignKey(
        IdentityDecision, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    fact = models.CharField(max_length=20, choices=FactKind.choices)
    happened_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    source = models.CharField(max_length=20, choices=EvidenceSource.choices)
    detail = models.JSONField(default=dict, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["happened_at", "pk"]
        indexes = [models.Index(fields=["activity", "enrolment"])]


class Duty(models.Model):
    """A learner's activity: derived from evidence and rule, kept as a cache in the transaction that changed either."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="duties")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="duties")
    state = models.CharField(max_length=20, choices=DutyState.choices, default=DutyState.PENDING)
    share = models.DecimalField(
        max_digits=5, decimal_places=4, default=Decimal(0)
    )  # of what the rule asks, 0 to 1
    reasons = models.JSONField(default=list, blank=True)
    settled_at = models.DateTimeField()
    changes_at = models.DateTimeField(null=True, blank=True)  # when time alone changes it next
    still = models.CharField(max_length=20, choices=Still.choices, default=Still.ON_TIME)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "activity"], name="one_duty_a_learner_and_activity")
        ]


def usual_reminder_days() -> list[int]:
    return [3, 1]


class ReminderPlan(models.Model):
    """Which reminders a programme sends. Without a row the usual ones go, as they stand here."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="reminder_plan")
    is_on = models.BooleanField(default=True)
    days_before = models.JSONField(default=usual_reminder_days, blank=True)  # before something is due
    on_the_eve = models.BooleanField(default=True)  # the evening before a session
    minutes_before = models.PositiveSmallIntegerField(default=30)  # before a live course; 0: none
    nearly_late = models.BooleanField(default=True)  # one more missed, and the line is out of reach


class CalendarFeed(Owned):
    """个人日历: the address under which a learner's calendar program reads the plan. It exists once the learner asks for it.

    The token stands in clear, so that the learner can copy it again; it opens the plan and nothing of any person.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=48, unique=True)

    class Meta:
        ordering = ["pk"]


class AttendanceRequest(Owned):
    """What a learner asks about a session or a visit: to be excused, to be put right, or to make up for it.

    The answer stands here; what follows from it is evidence. `decisions` counts the answers, so that approving again
    after an undoing is a fact of its own. An undone answer stays readable until the next one is given.
    """

    key = models.UUIDField(unique=True)  # from the client: a double tap is one request
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="attendance_requests")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendance_requests")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attendance_requests")
    part = models.ForeignKey(Part, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=RequestKind.choices)
    state = models.CharField(max_length=20, choices=RequestState.choices, default=RequestState.WAITING)
    reason = models.TextField(blank=True)
    from_at = models.DateTimeField(null=True, blank=True)  # of a correction
    until_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(blank=True)  # of a make-up
    asked_at = models.DateTimeField()  # when the learner said so, perhaps by telephone
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    decisions = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    decision_note = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["programme", "state"], name="requests_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity", "kind"],
                condition=models.Q(state=RequestState.WAITING),
                name="one_waiting_request",
            )
        ]

    @property
    def in_advance(self) -> bool:
        return self.activity.starts_at is not None and self.asked_at < self.activity.starts_at

    @property
    def on_behalf(self) -> bool:
        """Entered by somebody other than the learner."""
        return self.asked_by_id is None or self.asked_by_id != self.enrolment.person_id

    @property
    def characters(self) -> int:
        return len("".join(self.text.split()))


class RequestFile(models.Model):
    """A photo or document that goes with a request."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(AttendanceRequest, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]


class Entry(Owned):
    """What a learner hands in and what is judged. Without an activity it is the portfolio over all practice tasks."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="entries")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="entries")
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    title = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity"],
                name="one_entry_a_task",
                condition=models.Q(activity__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["enrolment"], name="one_portfolio", condition=models.Q(activity__isnull=True)
            ),
        ]


class Version(Owned):
    """One version of an entry. Once submitted its text and files never change; `sha256` covers both."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = WordsField(blank=True)
    content = models.JSONField(
        default=dict, blank=True
    )  # typed parts; for a portfolio the version codes it holds
    state = models.CharField(max_length=20, choices=VersionState.choices, default=VersionState.DRAFT)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    review = models.TextField(blank=True)  # what the reviewer wrote to the learner

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="one_version_a_number")]


class VersionFile(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
